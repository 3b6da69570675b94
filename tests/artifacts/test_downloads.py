"""The route behind the local store's links, whole and in parts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import AsyncTestClient

from backend.artifacts.api import Downloads
from backend.artifacts.links import LinkSigner
from backend.artifacts.local_store import LocalStore
from backend.artifacts.store import ObjectStore
from backend.web.errors import render

SECRET = b"a secret of the tests, long enough"
KEY = "01a00000-0000-7000-8000-000000000001/clip.webm"
CONTENT = bytes(range(100))

Client = AsyncTestClient[Litestar]


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path, link_secret=SECRET)


@pytest.fixture
async def client(store: LocalStore) -> AsyncIterator[Client]:
    async def provide_store() -> ObjectStore:
        return store

    async def provide_links() -> LinkSigner:
        return LinkSigner(SECRET)

    async def provide_trace_viewer() -> str | None:
        return None

    app = Litestar(
        [Downloads],
        dependencies={
            "store": Provide(provide_store),
            "links": Provide(provide_links),
            "trace_viewer": Provide(provide_trace_viewer),
        },
        exception_handlers={Exception: render},
    )
    async with AsyncTestClient(app) as opened:
        yield opened


@pytest.fixture
async def link(store: LocalStore) -> str:
    await store.put(KEY, CONTENT, content_type="video/webm")
    return await store.sign(KEY, expires_seconds=60, file_name="clip.webm", attachment=False)


async def test_a_link_gives_the_whole_object_and_says_that_parts_may_be_asked_for(
    client: Client, link: str
) -> None:
    answer = await client.get(link)

    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "content", "told"),
    [
        ("bytes=10-19", CONTENT[10:20], "bytes 10-19/100"),
        ("bytes=90-", CONTENT[90:], "bytes 90-99/100"),
        ("bytes=-5", CONTENT[95:], "bytes 95-99/100"),
        ("bytes=0-999", CONTENT, "bytes 0-99/100"),
    ],
)
async def test_a_range_gives_that_part(
    client: Client, link: str, asked: str, content: bytes, told: str
) -> None:
    answer = await client.get(link, headers={"Range": asked})

    assert (answer.status_code, answer.content) == (206, content)
    assert answer.headers["content-range"] == told
    assert answer.headers["content-length"] == str(len(content))


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5"])
async def test_a_range_that_is_none_gives_the_whole_object(
    client: Client, link: str, asked: str
) -> None:
    answer = await client.get(link, headers={"Range": asked})

    assert (answer.status_code, answer.content) == (200, CONTENT)


async def test_a_range_behind_the_end_is_refused(client: Client, link: str) -> None:
    answer = await client.get(link, headers={"Range": "bytes=100-"})

    assert answer.status_code == 416
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_changed_link_opens_nothing(client: Client, link: str) -> None:
    answer = await client.get(link[:-2] + ("AA" if link[-2:] != "AA" else "BB"))

    assert answer.status_code == 403
