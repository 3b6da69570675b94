"""Serves the API, or carries out one of its commands."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from app import store

REPAIR = {
    "type": "object",
    "required": ["id", "bicycle", "price"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "bicycle": {"type": "string", "minLength": 1},
        "price": {"type": "number", "minimum": 0},
        "customer": {"$ref": "#/components/schemas/Customer"},
    },
}
CUSTOMER = {"type": "object", "required": ["email"], "properties": {"email": {"type": "string"}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Repairs", "version": "1"},
    "paths": {},
    "components": {
        "schemas": {
            "Repair": REPAIR,
            "Customer": CUSTOMER,
            "Number": {"type": "integer"},
            "Anything": {},
            "Elsewhere": {"$ref": "https://example.com/schema.json"},
            "Endless": {
                "type": "object",
                "properties": {"page": {"pattern": "^(([a-z:/.])+.)+@$"}},
            },
        }
    },
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/health":
            self.answer(200, {})
        elif parts.path == "/openapi.json":
            self.answer(200, DOCUMENT)
        elif parts.path == "/api/whoami":
            user = self.headers.get("Authorization", "").removeprefix("Bearer token-of-")
            language = self.headers.get("Accept-Language", "none")
            self.answer(200 if user else 401, {"user": user, "language": language})
        elif parts.path == "/api/repairs":
            wanted = parse_qs(parts.query).get("bicycle")
            found = [r for r in store.load() if not wanted or r["bicycle"] in wanted]
            self.answer(200, {"items": found, "total": len(found)})
        elif parts.path.startswith("/api/repairs/"):
            wanted = parts.path.rpartition("/")[2]
            found = [r for r in store.load() if wanted in (r["id"], str(r["number"]))]
            self.answer(200, found[0]) if found else self.answer(404, {"error": "no such repair"})
        else:
            self.ugly(parts.path)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        if self.path == "/api/echo":
            self.answer(200, {"type": kind, "body": body.decode()})
            return
        try:
            repair = store.add(json.loads(body))
        except (ValueError, KeyError):
            self.answer(422, {"error": "bicycle is required"})
            return
        self.answer(201, repair, {"Location": f"/api/repairs/{repair['id']}"})

    def do_DELETE(self) -> None:
        wanted = self.path.rpartition("/")[2]
        store.save([r for r in store.load() if r["id"] != wanted])
        self.raw(204, b"", {})

    def ugly(self, path: str) -> None:
        if path == "/loop":
            self.raw(302, b"", {"Location": "/loop"})
        elif path == "/deep":
            self.raw(200, b"[" * 100_000 + b"]" * 100_000, {"Content-Type": "application/json"})
        elif path == "/text":
            self.raw(200, b"<h1>\x1b[31mHello\x00</h1>", {"Content-Type": "text/html"})
        elif path == "/broken-json":
            self.raw(200, b'{"price": NaN}', {"Content-Type": "application/json"})
        elif path == "/garbage":
            self.wfile.write(b"\x00\xff this is no HTTP \x1b[2J\r\n\r\n")
            self.close_connection = True
        elif path == "/huge":
            self.raw(200, b'"' + b"x" * 50_000_000 + b'"', {"Content-Type": "application/json"})
        elif path == "/endless":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            while True:
                self.wfile.write(b" ")
        elif path == "/packed":
            self.raw(
                200, b"\x1f\x8b", {"Content-Type": "application/json", "Content-Encoding": "gzip"}
            )
        else:
            self.answer(404, {"error": "not found"})

    def answer(self, status: int, content: dict, headers: dict | None = None) -> None:
        body = json.dumps(content).encode()
        self.raw(status, body, {"Content-Type": "application/json", **(headers or {})})

    def raw(self, status: int, body: bytes, headers: dict) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "serve"
    if command == "token":
        email = json.load(sys.stdin)["email"]
        if not email.endswith("@example.com"):
            sys.exit(f"nobody is called {email}")
        print(f"token-of-{email}")
    elif command == "seed":
        for row in json.load(sys.stdin)["rows"]:
            store.add({name.lower(): value for name, value in row.items()})
    elif command == "reset":
        store.save([])
    else:
        ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()


main()
