"""What only the local store has to care for: blobs, crashes, other processes, damaged disks."""

import asyncio
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from backend.artifacts.errors import LinkExpiredError, ObjectCorruptError
from backend.artifacts.local_store import LocalStore

TENANT = "0192f7a0-0000-7000-8000-000000000001"
OTHER_TENANT = "0192f7a0-0000-7000-8000-000000000002"
SECRET = b"s" * 32


def make_store(folder: Path) -> LocalStore:
    return LocalStore(folder, link_secret=SECRET)


def blobs_in(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*/??/*") if path.is_file()]


async def put(store: LocalStore, name: str, data: bytes, tenant: str = TENANT) -> None:
    await store.put(f"{tenant}/{name}", data, content_type="text/plain")


async def test_equal_bytes_of_a_tenant_are_kept_once(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    await put(store, "a", b"same")
    await put(store, "b", b"same")
    await put(store, "a", b"same", OTHER_TENANT)

    assert len(blobs_in(tmp_path / ".")) == 2


async def test_bytes_without_a_key_are_removed(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    await put(store, "a", b"one")
    await put(store, "a", b"two")
    await put(store, "b", b"two")
    await store.delete(f"{TENANT}/a")
    left = blobs_in(tmp_path)
    await store.delete(f"{TENANT}/b")

    assert len(left) == 1
    assert blobs_in(tmp_path) == []
    assert list((tmp_path / "incoming").iterdir()) == []


async def test_a_store_opened_again_has_its_objects(tmp_path: Path) -> None:
    await put(make_store(tmp_path), "a", b"kept")

    assert await make_store(tmp_path).get(f"{TENANT}/a") == b"kept"


async def test_what_a_crash_left_half_written_is_cleared_after_a_day(tmp_path: Path) -> None:
    make_store(tmp_path)
    old, young = tmp_path / "incoming" / "old", tmp_path / "incoming" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    make_store(tmp_path)

    assert not old.exists()
    assert young.exists()


async def test_damaged_bytes_are_not_handed_out(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    await put(store, "a", b"right")
    [blob] = blobs_in(tmp_path)
    blob.write_bytes(b"wrong")
    with pytest.raises(ObjectCorruptError):
        await store.get(f"{TENANT}/a")

    blob.unlink()
    with pytest.raises(ObjectCorruptError):
        await store.open(f"{TENANT}/a")


async def test_putting_again_heals_damaged_bytes(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    await put(store, "a", b"right")
    blobs_in(tmp_path)[0].write_bytes(b"wrong")
    await put(store, "a", b"right")

    assert await store.get(f"{TENANT}/a") == b"right"


async def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    await put(store, "a", b"x" * 3_000_000)
    pieces = await store.open(f"{TENANT}/a")
    await put(store, "a", b"new")
    await store.delete(f"{TENANT}/a")

    assert b"".join([piece async for piece in pieces]) == b"x" * 3_000_000


async def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    await put(store, "a", b"secret")
    for folder in (tmp_path / "store", tmp_path / "store" / TENANT):
        assert folder.stat().st_mode & 0o077 == 0


async def test_links_end_by_the_clock_and_hold_across_processes(tmp_path: Path) -> None:
    now = [1_000_000.0]
    store = LocalStore(tmp_path, link_secret=SECRET, clock=lambda: now[0])
    link = await store.sign(f"{TENANT}/a", expires_seconds=10, file_name="a.txt")
    token, _, signature = link.removeprefix("/v1/artifacts/").partition("?signature=")
    other = LocalStore(tmp_path, link_secret=SECRET, clock=lambda: now[0])
    now[0] += 9
    opened = other.verify_link(token, signature)
    now[0] += 1

    assert (opened.key, opened.file_name, opened.attachment) == (f"{TENANT}/a", "a.txt", True)
    with pytest.raises(LinkExpiredError):
        other.verify_link(token, signature)


def put_and_delete(folder: Path, seed: int) -> None:
    """Put equal bytes under keys of its own and delete them, many times; runs in a process."""

    async def work() -> None:
        store = make_store(folder)
        for number in range(40):
            await put(store, f"{seed}/{number % 3}", b"shared bytes")
            assert await store.get(f"{TENANT}/{seed}/{number % 3}") == b"shared bytes"
            await store.delete(f"{TENANT}/{seed}/{number % 3}")

    asyncio.run(work())


async def test_processes_do_not_take_each_others_bytes_away(tmp_path: Path) -> None:
    make_store(tmp_path)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=put_and_delete, args=(tmp_path, seed)) for seed in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        await asyncio.to_thread(worker.join, 60)

    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert blobs_in(tmp_path) == []
