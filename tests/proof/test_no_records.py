"""`there are no repairs` holds only where a list was seen empty; else it says what is missing."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.blueprints.blueprint import Step
from backend.proof.attempt import AttemptRun
from backend.proof.camera import Camera
from backend.proof.outside import Outside
from backend.proof.page_map import PageMap
from backend.proof.prover import Prover
from backend.proof.results import Attempt, Verdict
from backend.proof.scene import Run, Scene
from tests.proof.stories import BLUEPRINT, make_scenario, make_step

pytestmark = pytest.mark.asyncio(loop_scope="module")

NONE = make_step("W06", "repairs")
CHECK = make_step("C01", "Job book")
NAVIGATION = "<nav><a href=/>Home</a> <a href=/repairs>Repairs</a></nav><h1>Job book</h1>"
HEAD = "<thead><tr><th>Bicycle</thead>"
EMPTY = f"<table aria-label=Repairs>{HEAD}<tbody></table><p>No repairs yet"
SIGN_IN = "<h1>Sign in</h1>"
LATE_ROW = EMPTY + (
    "<script>fetch('/rows').then(a => a.text())"
    ".then(a => { document.querySelector('tbody').innerHTML = a })</script>"
)
LATE_TABLE = f"<main></main><script>setTimeout(() => {{ document.querySelector('main').innerHTML = `{EMPTY}` }}, 300)</script>"  # noqa: E501 - a page


class Pages:
    """A product of a few fixed pages; `members` are shown only to who is signed in."""

    def __init__(self, server: ThreadingHTTPServer, pages: dict[str, str]) -> None:
        self.pages = {"/": NAVIGATION, "/sign-in": SIGN_IN} | pages
        self.members: frozenset[str] = frozenset()
        self.outside = Outside()
        self.address = f"http://127.0.0.1:{server.server_port}"

    async def reset(self) -> None:
        return

    async def seed(self, entity: str, rows: list[dict[str, str]]) -> None:
        raise NotImplementedError

    async def set_clock(self, instant: datetime | None) -> None:
        raise NotImplementedError


@contextmanager
def open_pages(pages: dict[str, str]) -> Iterator[Pages]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            text = product.pages.get(self.path)
            if self.path in product.members and "known" not in self.headers.get("Cookie", ""):
                text = SIGN_IN
            body = (text or "Not found").encode()
            self.send_response(404 if text is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if self.path == "/sign-in":
                self.send_header("Set-Cookie", "session=known")
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    product = Pages(server, pages)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield product
    finally:
        server.shutdown()
        server.server_close()


async def play(
    prover: Prover, product: Pages, steps: Sequence[Step], *, seconds: float = 3.0
) -> Attempt:
    scene = Scene(
        run=Run(blueprint=BLUEPRINT, pages=PageMap({}), step_seconds=seconds),
        scenario=make_scenario("None", *steps, make_step("W01"), CHECK),
        subject=product,
        browser=await prover.browser.get(),
        camera=Camera(None),
        video_folder=None,
    )
    attempt = AttemptRun(scene=scene, number=1, folder=None, scenario_seconds=30.0)
    try:
        await attempt.play()
    finally:
        await attempt.finish()
    return attempt.result()


@pytest.mark.parametrize(
    "page",
    [
        EMPTY,
        "<ul aria-label=Repairs></ul><p>No repairs yet",
        LATE_TABLE,
    ],
    ids=["empty table", "empty list", "table that comes late"],
)
async def test_a_list_that_is_seen_empty_holds(prover: Prover, page: str) -> None:
    with open_pages({"/repairs": page}) as product:
        attempt = await play(prover, product, [NONE])

    assert attempt.verdict is Verdict.PASSED, attempt.steps[0].message


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ({"/": "<h1>Job book</h1>"}, 'Nothing shows whether there are any "Repairs"'),
        ({"/": "<h1>Job book</h1>"}, "give the page its path in ## Pages"),
        ({}, "/repairs answers with the error 404"),
        ({"/repairs": "<h1>Repairs</h1>"}, "/repairs has no table or list of that name"),
        ({"/repairs": EMPTY.replace("=Repairs", "=Jobs")}, "keep the table there when it is empty"),
        ({"/repairs": EMPTY * 2}, "is ambiguous"),
        (
            {"/repairs": EMPTY.replace("<tbody>", "<tbody><tr><td>Red tandem")},
            "starts with 1 row there already: | Red tandem |",
        ),
        ({"/repairs": LATE_ROW, "/rows": "<tr><td>Red tandem"}, "starts with 1 row"),
        ({"/repairs": "<ul aria-label=Repairs><li>Red tandem</ul>"}, "starts with 1 item"),
    ],
)
async def test_what_is_not_seen_empty_fails_with_place_and_remedy(
    prover: Prover, pages: dict[str, str], said: str
) -> None:
    with open_pages(pages) as product:
        attempt = await play(prover, product, [NONE], seconds=0.5)

    assert attempt.verdict is Verdict.FAILED
    assert said in attempt.steps[0].message


async def test_a_list_for_members_is_looked_at_as_whoever_is_signed_in(prover: Prover) -> None:
    with open_pages({"/repairs": EMPTY}) as product:
        product.members = frozenset({"/repairs"})
        stranger = await play(prover, product, [NONE], seconds=0.5)
        member = await play(prover, product, [make_step("A01", "/sign-in"), NONE])

    assert "below the sign-in" in stranger.steps[0].message
    assert member.verdict is Verdict.PASSED, member.steps[1].message
