"""A trace opens in the viewer, on an origin of its own that asks nobody else for anything."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient
from playwright.async_api import expect

from backend.artifacts.api import Downloads
from backend.artifacts.links import LinkSigner
from backend.artifacts.local_store import LocalStore
from backend.artifacts.store import ObjectStore
from backend.artifacts.trace_links import is_trace, viewer_link
from backend.proof.prover import Prover
from backend.proof.results import Verdict
from backend.trace_viewer import INDEX, LOCAL_TRACE, make_viewer
from backend.web.errors import render
from tests.proof.stories import make_scenario, make_step, prove
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

PREFIX = "01a00000-0000-7000-8000-000000000001/builds/b/1-1/proof"
TRACE = f"{PREFIX}/traces/R1.wrong.attempt-2.zip"
PICTURE = f"{PREFIX}/screenshots/R1.wrong.attempt-2.jpg"
SECRET = b"a secret of the tests, long enough"
PATIENT_MILLISECONDS = 60_000
WRONG = make_scenario(
    "A wrong expectation",
    make_step("W01"),
    make_step("C04", "heading", "Job book"),
    make_step("C03", "Nowhere to be seen", 300, "milliseconds"),
)


@contextmanager
def served(app: Litestar, listener: socket.socket) -> Iterator[None]:
    """Serve an app on an open socket for a while."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def origin_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def downloads(store: LocalStore, viewer: str | None) -> Litestar:
    """Make the works' own route for artifacts, and nothing else of it."""

    async def provide_store() -> ObjectStore:
        return store

    async def provide_links() -> LinkSigner:
        return LinkSigner(SECRET)

    async def provide_trace_viewer() -> str | None:
        return viewer

    return Litestar(
        [Downloads],
        dependencies={
            "store": Provide(provide_store),
            "links": Provide(provide_links),
            "trace_viewer": Provide(provide_trace_viewer),
        },
        exception_handlers={Exception: render},
    )


async def test_a_failure_is_traced_at_its_second_try_and_the_viewer_shows_it(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    [result] = await prove(prover, toys, tmp_path / "proof", WRONG)
    assert result.verdict is Verdict.FAILED
    first, second = ([e for e in a.evidence if e.kind == "trace"] for a in result.attempts)
    assert first == []
    (trace,) = second
    assert trace.path == f"traces/R1.a-wrong-expectation.attempt-2.{trace.sha256[:10]}.zip"
    content = (tmp_path / "proof" / trace.path).read_bytes()
    store = LocalStore(tmp_path / "store", link_secret=SECRET)
    await store.put(TRACE, content, content_type="application/zip")
    await store.put(PICTURE, b"a picture", content_type="image/jpeg")
    signed = await store.sign(TRACE, expires_seconds=600, file_name="trace.zip")
    picture = await store.sign(PICTURE, expires_seconds=600, file_name="picture.jpg")

    with (
        socket.create_server(("127.0.0.1", 0)) as first,
        socket.create_server(("127.0.0.1", 0)) as second,
    ):
        api, viewer = origin_of(first), origin_of(second)
        link = viewer_link(signed, viewer=viewer, api=api)
        assert link is not None
        with served(downloads(store, viewer), first), served(make_viewer([api]), second):
            context = await (await prover.browser.get()).new_context()
            asked: list[str] = []
            context.on("request", lambda request: asked.append(request.url))
            page = await context.new_page()
            await page.goto(link)
            shown = page.get_by_text("2. C04 heading Job book")
            await expect(shown).to_be_visible(timeout=PATIENT_MILLISECONDS)
            await page.get_by_text("1. W01").click()
            snapshot = page.frame_locator("iframe.snapshot-visible")
            heading = snapshot.get_by_role("heading", name="Job book")
            await expect(heading).to_be_visible(timeout=PATIENT_MILLISECONDS)
            read = await page.evaluate(
                "url => fetch(url).then(answer => answer.text(), () => 'refused')", api + picture
            )
            await context.close()

    assert "a picture" not in read
    outside = {url for url in asked if not url.startswith((viewer, "blob:", "data:"))}
    assert outside - {api + picture} == {api + signed}


async def test_only_a_trace_may_be_read_from_the_viewers_origin(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, link_secret=SECRET)
    for key in (TRACE, PICTURE):
        await store.put(key, b"content", content_type="application/zip")
    links = [await store.sign(k, expires_seconds=60, file_name="x") for k in (TRACE, PICTURE)]

    allowed = []
    for viewer in ("http://viewer.test", None):
        with TestClient(downloads(store, viewer)) as client:
            answers = [client.get(link, headers={"Origin": "http://viewer.test"}) for link in links]
        allowed.append([a.headers.get("access-control-allow-origin") for a in answers])

    assert allowed == [["http://viewer.test", None], [None, None]]
    assert not is_trace("product/proof.zip")


async def test_the_viewer_serves_its_own_pages_and_nothing_else(tmp_path: Path) -> None:
    trace = tmp_path / "R1.zip"
    trace.write_bytes(b"PK")
    with TestClient(make_viewer()) as client:
        page = client.get("/")
        others = [
            client.get(path).status_code
            for path in ("/v1/builds", "/..%2f..%2fpackage.json", LOCAL_TRACE, "/assets", "/x")
        ]
        assert client.get(f"/{INDEX}").content == page.content
    with TestClient(make_viewer(trace=trace)) as client:
        local = client.get(LOCAL_TRACE)

    assert others == [404] * len(others)
    assert local.content == b"PK"
    assert "set-cookie" not in page.headers
    assert page.headers["x-content-type-options"] == "nosniff"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self' data: blob:;" in policy
    assert "'unsafe-eval'" not in policy


async def test_without_a_viewer_or_an_address_of_the_api_there_is_no_link() -> None:
    assert viewer_link("/v1/artifacts/t?signature=s", viewer=None, api="http://api") is None
    assert viewer_link("/v1/artifacts/t?signature=s", viewer="http://v", api=None) is None
    link = viewer_link("https://bucket/t?s=1&e=2", viewer="http://v/", api=None)
    assert link is not None
    assert urlsplit(link).query == "trace=https%3A%2F%2Fbucket%2Ft%3Fs%3D1%26e%3D2"
