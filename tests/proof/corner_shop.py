"""A shop of two pages with one defect or none: what second looks are tried on."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from backend.proof.outside import Outside

HEAVY_BYTES = 5_000_000
SLOW_SECONDS = 3.0
PIECES = {
    "white text": "<p style='color:#fff;background:#fff'>You cannot read this.</p>",
    "unlabelled field": "<input name=q>",
    "faint text": "<p style='color:#aaa;background:#fff'>Hard to read.</p>",
    "text on a picture": "<p style='background:linear-gradient(#000,#fff);color:#777'>Maybe.</p>",
    "late error": "<script>setTimeout(() => { throw new Error('late') }, 200)</script>",
    "console error": "<script>console.error('just saying')</script>",
    "failing call": "<script>fetch('/fails')</script>",
    "broken link": "<a href=/nowhere>Nowhere</a>",
    "missing picture": "<img src=/nothing.png alt=Nothing>",
    "heavy page": "<script src=/heavy.js></script>",
    "sign-out links": "<p><a href=/logout>Log out</a><p><a href=/end>Sign off</a><p>"
    "<a href=/repairs/1/delete>Take away</a><p><a href='/act?do=it'>Do it</a><p>"
    "<a href=/list.csv download>The list</a><p><a href=http://127.0.0.1:9/>Elsewhere</a>",
    "leads away": "<a href=/away>Away</a> <a href=/moved>Moved</a> <a href=/members>Members</a>",
    "endless reload": "<script>setTimeout(() => location.reload(), 150)</script>",
    "restless page": "<script>if (!localStorage.moved) { localStorage.moved = 'yes'; "
    "setTimeout(() => location.reload(), 700) }</script>",
}
UNSAFE = ("/logout", "/end", "/repairs/1/delete", "/act", "/list.csv")


class CornerShop:
    """The shop as the prover sees it; `asked` is every path that anybody asked for."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.outside = Outside()
        self.defect = ""
        self.asked: list[str] = []
        self.greetings = 0
        self.moment = "3 March 2026, 14:05"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    async def reset(self) -> None:
        return

    async def seed(self, entity: str, rows: list[dict[str, str]]) -> None:
        raise NotImplementedError

    async def set_clock(self, instant: datetime | None) -> None:
        raise NotImplementedError

    def page(self) -> str:
        label = "" if self.defect == "lost name" else "aria-label=Sections"
        return (
            "<!doctype html><html lang=en><title>Corner shop</title><link rel=icon href=data:,>"
            f"<nav {label}><a href=/>Home</a> <a href=/form>Form</a></nav><main><h1>Corner shop"
            f"</h1><p>Welcome.</p><p>Opened on {self.moment}</p>{PIECES.get(self.defect, '')}"
            "</main></html>"
        )

    def form(self) -> str:
        return (
            "<!doctype html><html lang=en><title>Form</title><link rel=icon href=data:,><main>"
            "<h1>Form</h1><form><label>Name <input name=name></label><button>Save</button></form>"
            "<p>Ready.</p></main></html>"
        )


@contextmanager
def open_corner_shop() -> Iterator[CornerShop]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    shop = _Handler.shop = CornerShop(server)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    shop: CornerShop
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.shop.asked.append(path)
        if path == "/":
            if self.shop.defect == "slow page":
                time.sleep(SLOW_SECONDS)
            self._send(200, self.shop.page())
        elif path == "/form":
            self._send(200, self.shop.form())
        elif path == "/flip":
            self.shop.greetings += 1
            word = "Welcome." if self.shop.greetings == 1 else "Not again."
            self._send(200, f"<!doctype html><html lang=en><title>Flip</title><p>{word}</p></html>")
        elif path == "/heavy.js":
            self._send(200, "/*" + "x" * HEAVY_BYTES + "*/", kind="text/javascript")
        else:
            status = {"/away": 302, "/moved": 302, "/members": 401, "/fails": 500}.get(path, 404)
            self._send(status, "<h1>Sorry</h1>", onward="/form" if path == "/moved" else "")

    def _send(self, status: int, text: str, *, kind: str = "text/html", onward: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", onward or "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(body)
