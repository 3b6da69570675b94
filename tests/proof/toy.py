"""A small repair shop that can be put back: the product that the prover is tried on."""

import csv
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from backend.proof.errors import ResetFailedError, SeedRefusedError
from backend.proof.outside import Outside

FIELDS = {"Customer": ("Name", "Email"), "Repair": ("Bicycle", "Customer", "Price", "Status")}
PARTS = Path(__file__).with_name("parts.html")
_SLOW_SECONDS = 0.4


class Shop:
    """What the toy remembers."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in FIELDS}
        self.messages: list[str] = []
        self.clock_offset = timedelta()

    def add(self, entity: str, row: dict[str, str]) -> None:
        unknown = set(row) - set(FIELDS[entity])
        if unknown:
            raise SeedRefusedError(f"{entity} has no field {min(unknown)}")
        self.rows[entity].append({"Status": "Waiting"} | row)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset


class ToySubject:
    """The toy as the prover sees it; it counts its resets."""

    def __init__(self, server: ThreadingHTTPServer, shop: Shop) -> None:
        self._server = server
        self.shop = shop
        self.outside = Outside()
        self.resets = 0
        self.refuses_reset = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    async def reset(self) -> None:
        if self.refuses_reset:
            raise ResetFailedError("the disk is full")
        self.resets += 1
        self.shop.clear()

    async def seed(self, entity: str, rows: list[dict[str, str]]) -> None:
        for row in rows:
            self.shop.add(entity, row)

    async def set_clock(self, instant: datetime | None) -> None:
        self.shop.clock_offset = timedelta() if instant is None else instant - datetime.now(UTC)

    def stop(self) -> None:
        """Die in the middle of things."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def open_toys(number: int) -> Iterator[list[ToySubject]]:
    """Start so many shops, each with data of its own."""
    toys = []
    _Flip.number = 0
    try:
        for _ in range(number):
            shop = Shop()
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(shop))
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            toys.append(ToySubject(server, shop))
        yield toys
    finally:
        for toy in toys:
            toy.stop()


def _handler_for(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.shop = shop
    return Handler


class _Handler(BaseHTTPRequestHandler):
    shop: Shop
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        name = unquote(parts.path).strip("/").split("/")[0] or "home"
        page = getattr(self, f"page_{name}", None)
        if page is None:
            self.send(404, "<h1>Not found</h1>")
        else:
            page(parts)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        if self.path == "/repairs/new":
            self.create(form)
        else:
            del self.shop.rows["Repair"][int(self.path.split("/")[2])]
            self.shop.messages.append("Repair deleted")
            self.redirect("/repairs")

    def create(self, form: dict[str, str]) -> None:
        if not form.get("Bicycle"):
            self.send(422, self.repair_form("Bicycle is required"), title="New repair")
            return
        self.shop.add("Repair", {k: form.get(k, "") for k in ("Bicycle", "Customer", "Price")})
        self.shop.messages.append("Repair saved")
        self.redirect(f"/repair/{len(self.shop.rows['Repair']) - 1}")

    def page_home(self, _: object) -> None:
        self.send(200, "<h1>Job book</h1><p>Welcome.</p>", title="Job book")

    def page_parts(self, _: object) -> None:
        self.raw(200, PARTS.read_bytes())

    def page_broken(self, _: object) -> None:
        self.send(500, "<h1>Broken</h1>")

    def page_flip(self, _: object) -> None:
        """Right only every second time that any of the shops is asked."""
        _Flip.number += 1
        self.send(200, f"<h1>Flip</h1><p>{'heads' if _Flip.number % 2 == 0 else 'tails'}</p>")

    def page_clock(self, _: object) -> None:
        script = "<p id=page></p><script>setInterval(() => { document.getElementById('page')"
        script += ".textContent = 'Page ' + new Date().toISOString().slice(0, 16) }, 20)</script>"
        self.send(200, f"<h1>Clock</h1><p>Server {self.shop.now:%Y-%m-%d %H:%M}</p>{script}")

    def page_catalogue(self, _: object) -> None:
        """Ask slowly for what is chosen; until the answer is there the page is the old one."""
        script = """
          said.textContent = sessionStorage.kind || 'Nothing';
          kind.onchange = async () => {
            const answer = await (await fetch('/slowly/' + kind.value)).text();
            sessionStorage.kind = answer;
            show.href = '/slowly/' + answer;
          }
        """
        self.send(
            200,
            "<h1>Catalogue</h1><p>Chosen: <output id=said></output></p>"
            "<label>Kind <select id=kind><option>All<option>Bells</select></label>"
            f"<a id=show href=/slowly/All>Show</a><script>{script}</script>",
        )

    def page_slowly(self, _: object) -> None:
        time.sleep(_SLOW_SECONDS)
        self.raw(200, self.path.rsplit("/", 1)[-1].encode())

    def page_export(self, _: object) -> None:
        text = io.StringIO()
        csv.writer(text).writerows([FIELDS["Repair"], ["Red tandem", "Ada", "12.50", "Ready"]])
        self.raw(
            200,
            text.getvalue().encode(),
            headers={"Content-Disposition": 'attachment; filename="report.csv"'},
        )

    def page_customers(self, _: object) -> None:
        self.send(200, f"<h1>Customers</h1>{self.table('Customer', 'Customers')}")

    def page_repairs(self, _: object) -> None:
        if self.path.endswith("/new"):
            self.send(200, self.repair_form(""), title="New repair")
            return
        body = f"<h1>Repairs</h1><a href=/repairs/new>New repair</a>{self.said()}"
        self.send(200, body + self.table("Repair", "Repairs"), title="Repairs")

    def page_repair(self, _: object) -> None:
        row = self.shop.rows["Repair"][int(self.path.split("/")[2])]
        values = "".join(f"<dt>{k}</dt><dd>{escape(row.get(k, ''))}</dd>" for k in FIELDS["Repair"])
        self.send(200, f"<h1>{escape(row['Bicycle'])}</h1>{self.said()}<dl>{values}</dl>")

    def said(self) -> str:
        said, self.shop.messages[:] = list(self.shop.messages), []
        return "".join(f"<p role=status>{escape(text)}</p>" for text in said)

    def table(self, entity: str, name: str) -> str:
        head = "".join(f"<th scope=col><button>{f}</button></th>" for f in FIELDS[entity])
        rows = "".join(self.row(entity, i, row) for i, row in enumerate(self.shop.rows[entity]))
        return f"<table aria-label='{name}'><thead><tr>{head}</tr></thead>{rows}</table>"

    def row(self, entity: str, number: int, row: dict[str, str]) -> str:
        cells = "".join(f"<td>{escape(row.get(f, ''))}</td>" for f in FIELDS[entity])
        form = (
            f"<td><form method=post action=/repairs/{number}/delete "
            "onsubmit=\"return confirm('Delete this repair?')\"><button>Delete</button></form></td>"
        )
        return f"<tr>{cells}{form if entity == 'Repair' else ''}</tr>"

    def repair_form(self, error: str) -> str:
        options = "".join(f"<option>{escape(c['Name'])}" for c in self.shop.rows["Customer"])
        described = "aria-invalid=true aria-describedby=e" if error else ""
        return (
            "<h1>New repair</h1><form method=post action=/repairs/new novalidate>"
            f"<label>Bicycle <input name=Bicycle {described}></label>"
            f"<p id=e>{error}</p>"
            f"<label>Customer <select name=Customer><option></option>{options}</select></label>"
            "<label>Price <input name=Price></label>"
            "<label><input type=checkbox name=Urgent> Urgent</label>"
            "<button>Save</button></form>"
        )

    def send(self, status: int, body: str, *, title: str = "Toy") -> None:
        self.raw(
            status,
            (
                f"<!doctype html><html lang=en><title>{title}</title><nav><a href=/>Home</a> "
                "<a href=/customers>Customers</a> <a href=/repairs>Repairs</a> "
                f"<a href=/clock>Clock</a> <a href=/flip>Flip</a></nav><main>{body}</main></html>"
            ).encode(),
        )

    def redirect(self, path: str) -> None:
        self.raw(303, b"", headers={"Location": path})

    def raw(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Flip:
    number = 0
