"""What every object store keeps to, on a local folder and on an S3 server on the wire."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from backend.artifacts.errors import (
    InvalidKeyError,
    InvalidRangeError,
    ObjectExistsError,
    ObjectNotFoundError,
)
from backend.artifacts.local_store import LocalStore
from backend.artifacts.s3_store import S3Store
from backend.artifacts.store import ObjectStore
from tests.contracts.link_doors import LinkDoor, local_door, s3_door

TENANT = "0192f7a0-0000-7000-8000-000000000001"
OTHER_TENANT = "0192f7a0-0000-7000-8000-000000000002"
KEY = f"{TENANT}/builds/b/1-1/proof/report.html"
TEXT = "text/plain; charset=utf-8"
MEBIBYTE = 1024 * 1024
ODD_NAMES = [
    "with space and+plus.txt",
    "100% %2F done?.txt",
    "#hash&amp;=equals;semi,comma@at!.txt",
    "Größe 大きさ 🚲.txt",
    "e\u0301 and é",
    'quote\'s "and" <tags>.txt',
    ".hidden",
    "trailing space ",
    "trailing dot.",
    "-rf",
    "~home",
    "star*and|pipe:colon",
    "CON",
    "\U0010ffff last",
    "n" * 255,
]


@dataclass(frozen=True)
class Kept:
    """A store and the door that opens its links."""

    store: ObjectStore
    fetch: LinkDoor


@pytest.fixture(scope="module")
def s3_store(s3_endpoint: str) -> Iterator[S3Store]:
    """Return a store that its tests share, because boto3 is slow to begin."""
    access = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "secret-of-tests"}
    bucket = f"artifacts-{uuid4()}"
    assert httpx2.put(f"{s3_endpoint}/{bucket}").status_code == 200
    store = S3Store(bucket, endpoint_url=s3_endpoint, region="us-east-1", list_page=7, **access)
    yield store
    asyncio.run(store.close())


@pytest.fixture(params=["local", "s3"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    if request.param == "local":
        local = LocalStore(tmp_path / "store", link_secret=b"s" * 32, list_page=7)
        yield Kept(local, local_door(local))
        return
    store = request.getfixturevalue("s3_store")
    yield Kept(store, s3_door("AKIDEXAMPLE", "secret-of-tests", "us-east-1"))
    for tenant in (TENANT, OTHER_TENANT):
        for key in await keys_of(store, f"{tenant}/"):
            await store.delete(key)


@pytest.fixture
def store(kept: Kept) -> ObjectStore:
    return kept.store


async def collect(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def keys_of(store: ObjectStore, prefix: str) -> list[str]:
    return [listed.key async for listed in store.list(prefix)]


async def stream_of(size_bytes: int) -> AsyncIterator[bytes]:
    block = hashlib.sha256(b"noise").digest() * 2048
    for start in range(0, size_bytes, len(block)):
        yield block[: size_bytes - start]


async def test_what_was_put_comes_back(store: ObjectStore) -> None:
    put = await store.put(KEY, b"<html>", content_type="text/html")

    assert await store.get(KEY) == b"<html>"
    assert put == await store.head(KEY)
    assert (put.key, put.bytes, put.content_type) == (KEY, 6, "text/html")
    assert put.sha256 == hashlib.sha256(b"<html>").hexdigest()
    assert put.stored_at.tzinfo is not None


async def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    await store.put(KEY, b"", content_type=TEXT)

    assert await store.get(KEY) == b""
    assert await collect(await store.open(KEY)) == b""
    assert (await store.head(KEY)).bytes == 0


async def test_a_file_is_kept_from_its_path(store: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "clip.webm").write_bytes(b"v" * 3 * MEBIBYTE)
    put = await store.put(KEY, tmp_path / "clip.webm", content_type="video/webm")

    assert put.bytes == 3 * MEBIBYTE
    assert await store.get(KEY) == b"v" * 3 * MEBIBYTE


async def test_a_30_mb_stream_is_kept_whole(store: ObjectStore) -> None:
    size_bytes = 30 * MEBIBYTE + 7
    put = await store.put(KEY, stream_of(size_bytes), content_type="application/zip")
    digest = hashlib.sha256(await collect(stream_of(size_bytes))).hexdigest()

    assert (put.bytes, put.sha256) == (size_bytes, digest)
    assert hashlib.sha256(await store.get(KEY)).hexdigest() == digest
    assert hashlib.sha256(await collect(await store.open(KEY))).hexdigest() == digest


async def test_a_broken_stream_leaves_what_was_there(store: ObjectStore) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    await store.put(KEY, b"old", content_type=TEXT)
    with pytest.raises(ConnectionResetError):
        await store.put(KEY, breaks(), content_type=TEXT)

    assert await store.get(KEY) == b"old"


async def test_a_second_put_replaces(store: ObjectStore) -> None:
    await store.put(KEY, b"old", content_type=TEXT)
    await store.put(KEY, b"newer", content_type="text/html")

    assert await store.get(KEY) == b"newer"
    assert (await store.head(KEY)).content_type == "text/html"
    assert await keys_of(store, f"{TENANT}/") == [KEY]


async def test_put_if_absent_keeps_the_first(store: ObjectStore) -> None:
    await store.put(KEY, b"first", content_type=TEXT, if_absent=True)
    with pytest.raises(ObjectExistsError) as caught:
        await store.put(KEY, b"second", content_type=TEXT, if_absent=True)

    assert caught.value.key == KEY
    assert await store.get(KEY) == b"first"


async def test_put_if_absent_refuses_a_big_second_too(store: ObjectStore) -> None:
    await store.put(KEY, b"first", content_type=TEXT)
    with pytest.raises(ObjectExistsError):
        await store.put(KEY, stream_of(17 * MEBIBYTE), content_type=TEXT, if_absent=True)

    assert await store.get(KEY) == b"first"


async def test_put_if_absent_lets_one_of_many_win(store: ObjectStore) -> None:
    puts = [
        store.put(KEY, f"{number}".encode(), content_type=TEXT, if_absent=True)
        for number in range(8)
    ]
    results = await asyncio.gather(*puts, return_exceptions=True)
    winners = [n for n, result in enumerate(results) if not isinstance(result, BaseException)]

    assert len(winners) == 1
    assert all(isinstance(r, ObjectExistsError) for n, r in enumerate(results) if n not in winners)
    assert await store.get(KEY) == f"{winners[0]}".encode()


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 1, b"0"),
        (3, 6, b"345"),
        (9, None, b"9"),
        (5, 99, b"56789"),
    ],
)
async def test_a_range_is_read(
    store: ObjectStore, start: int, stop: int | None, expected: bytes
) -> None:
    await store.put(KEY, b"0123456789", content_type=TEXT)

    assert await collect(await store.open(KEY, start=start, stop=stop)) == expected


@pytest.mark.parametrize(("start", "stop"), [(10, None), (11, 12), (-1, None), (4, 4), (5, 2)])
async def test_a_range_outside_is_refused(store: ObjectStore, start: int, stop: int | None) -> None:
    await store.put(KEY, b"0123456789", content_type=TEXT)
    with pytest.raises(InvalidRangeError) as caught:
        await store.open(KEY, start=start, stop=stop)

    assert caught.value.size_bytes == 10


async def test_a_reader_may_stop_early(store: ObjectStore) -> None:
    await store.put(KEY, stream_of(5 * MEBIBYTE), content_type=TEXT)
    pieces = await store.open(KEY)
    first = await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]  # both stores yield from a generator

    assert 0 < len(first) < 5 * MEBIBYTE


async def test_a_missing_key_is_named(store: ObjectStore) -> None:
    for ask in (store.get, store.head, store.open):
        with pytest.raises(ObjectNotFoundError) as caught:
            await ask(KEY)

        assert caught.value.key == KEY


async def test_delete_forgets_one_key_and_no_other(store: ObjectStore) -> None:
    twin = f"{KEY}.twin"
    await store.put(KEY, b"same bytes", content_type=TEXT)
    await store.put(twin, b"same bytes", content_type=TEXT)
    await store.delete(KEY)
    await store.delete(KEY)

    with pytest.raises(ObjectNotFoundError):
        await store.get(KEY)
    assert await store.get(twin) == b"same bytes"


async def test_a_deleted_key_can_be_put_again(store: ObjectStore) -> None:
    await store.put(KEY, b"once", content_type=TEXT)
    await store.delete(KEY)
    await store.put(KEY, b"once", content_type=TEXT, if_absent=True)

    assert await store.get(KEY) == b"once"


async def test_list_goes_by_prefix_in_key_order(store: ObjectStore) -> None:
    names = ["a/2", "a/10", "a-b", "ab", "a/é", "a/\U0010ffff", "b", "a/Z"]
    for name in names:
        await store.put(f"{TENANT}/{name}", name.encode(), content_type=TEXT)
    expected = sorted((f"{TENANT}/{name}" for name in names), key=str.encode)
    under_a = [key for key in expected if key.startswith(f"{TENANT}/a/")]

    assert await keys_of(store, f"{TENANT}/") == expected
    assert await keys_of(store, f"{TENANT}/a/") == under_a
    assert await keys_of(store, f"{TENANT}/a/1") == [f"{TENANT}/a/10"]
    assert await keys_of(store, f"{TENANT}/none/") == []


async def test_list_tells_sizes_and_goes_on_behind_a_page(store: ObjectStore) -> None:
    await asyncio.gather(
        *(store.put(f"{TENANT}/n/{n:02}", b"x" * n, content_type=TEXT) for n in range(20))
    )
    listed = [found async for found in store.list(f"{TENANT}/n/")]

    assert [found.bytes for found in listed] == list(range(20))
    assert listed[0].stored_at.tzinfo is not None


async def test_a_tenant_lists_nothing_of_another(store: ObjectStore) -> None:
    other = KEY.replace(TENANT, OTHER_TENANT)
    await store.put(KEY, b"same bytes", content_type=TEXT)
    await store.put(other, b"same bytes", content_type=TEXT)

    assert await keys_of(store, f"{OTHER_TENANT}/") == [other]
    await store.delete(other)
    assert await store.get(KEY) == b"same bytes"


@pytest.mark.parametrize("prefix", ["", "/", TENANT[:8], TENANT, f"{TENANT}/../", f"{TENANT}//"])
async def test_a_prefix_beyond_one_tenant_is_refused(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(InvalidKeyError):
        await keys_of(store, prefix)


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
async def test_odd_names_go_in_and_out(kept: Kept, name: str) -> None:
    key = f"{TENANT}/odd/{name}"
    await kept.store.put(key, name.encode(), content_type=TEXT)
    link = await kept.store.sign(key, expires_seconds=60, file_name=name)
    opened = await kept.fetch(link)

    assert await kept.store.get(key) == name.encode()
    assert await keys_of(kept.store, f"{TENANT}/odd/") == [key]
    assert (opened.status, opened.body) == (200, name.encode())
    await kept.store.delete(key)
    assert await keys_of(kept.store, f"{TENANT}/odd/") == []


@pytest.mark.parametrize(
    "key",
    [
        "report.html",
        f"{TENANT}",
        f"{TENANT}/",
        f"/{TENANT}/a",
        f"{TENANT}/a//b",
        f"{TENANT}/../{OTHER_TENANT}/a",
        f"{TENANT}/a/.",
        f"{TENANT}/a\\b",
        f"{TENANT}/a\nb",
        f"{TENANT}/a\x00b",
        f"{TENANT}/\ud800",
        f"{TENANT}/{'n' * 256}",
        f"{TENANT}/{'/'.join(['n' * 200] * 6)}",
        f"{TENANT.upper().replace('0192F7A0', '0192F7AA')}/a",
    ],
    ids=ascii,
)
async def test_bad_keys_are_refused_by_every_method(store: ObjectStore, key: str) -> None:
    for ask in (
        store.put(key, b"", content_type=TEXT),
        store.get(key),
        store.head(key),
        store.open(key),
        store.delete(key),
        store.sign(key, expires_seconds=60, file_name="a"),
    ):
        with pytest.raises(InvalidKeyError):
            await ask


async def test_a_link_opens_until_it_expires(kept: Kept) -> None:
    await kept.store.put(KEY, b"proof", content_type="text/html")
    link = await kept.store.sign(KEY, expires_seconds=2, file_name="Proof of R1.html")
    fresh = await kept.fetch(link)
    await asyncio.sleep(2.1)
    stale = await kept.fetch(link)

    assert (fresh.status, fresh.body, fresh.content_type) == (200, b"proof", "text/html")
    assert (stale.status, stale.body) == (403, b"")


async def test_a_link_names_the_file(kept: Kept) -> None:
    await kept.store.put(KEY, b"proof", content_type="text/html")
    name = 'Prüfung "R1"; x=y\r\nSet-Cookie: a=b.html'
    saved = await kept.fetch(await kept.store.sign(KEY, expires_seconds=60, file_name=name))
    shown = await kept.fetch(
        await kept.store.sign(KEY, expires_seconds=60, file_name="a.html", attachment=False)
    )

    assert saved.content_disposition.startswith('attachment; filename="Pr')
    assert "filename*=UTF-8''Pr%C3%BCfung%20%22R1%22%3B%20x%3Dy%0D%0A" in saved.content_disposition
    assert shown.content_disposition.startswith('inline; filename="a.html"')


async def test_a_changed_link_is_refused(kept: Kept) -> None:
    other = f"{TENANT}/builds/b/1-1/proof/secret.html"
    await kept.store.put(KEY, b"proof", content_type="text/html")
    await kept.store.put(other, b"secret", content_type="text/html")
    link = await kept.store.sign(KEY, expires_seconds=60, file_name="a.html")
    other_link = await kept.store.sign(other, expires_seconds=60, file_name="a.html")
    signature = link.rpartition("=")[2]
    flipped = ("0" if signature[0] != "0" else "1") + signature[1:]

    assert (await kept.fetch(link.replace(signature, flipped))).status == 403
    assert (await kept.fetch(other_link.rpartition("=")[0] + "=" + signature)).status == 403


@pytest.mark.parametrize("expires_seconds", [0, -1, 7 * 24 * 3600 + 1])
async def test_a_link_lives_a_week_at_most(store: ObjectStore, expires_seconds: int) -> None:
    with pytest.raises(ValueError, match="a link lives"):
        await store.sign(KEY, expires_seconds=expires_seconds, file_name="a")
