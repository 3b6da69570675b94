"""Artifacts land below the folder, whole and checked, or not at all."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from draftworks import (
    APIConnectionError,
    APIResponseValidationError,
    ChecksumMismatchError,
    DownloadError,
    NotFoundError,
    UnsafePathError,
)
from tests.sdk.answers import a_page
from tests.sdk.conftest import EitherClient, MakeClient
from tests.sdk.scripted_server import Received, Reply, ScriptedServer, as_json, content, problem

FILES = {
    "product/app/main.py": b"print('hello')\n",
    "product/README.md": b"# Hello\n",
    "proof/report.html": b"<html>" + b"x" * 3_000_000,
    "code.zip": b"",
}


def an_artifact(path: str, data: bytes, **changes: Any) -> dict[str, Any]:
    kinds = {"product": "product", "proof": "proof"}
    artifact = {
        "path": path,
        "kind": kinds.get(path.partition("/")[0], "code_archive"),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "url": f"/v1/artifacts/token?signature=s&path={path}",
        "expires_at": "2026-03-12T14:30:00Z",
    }
    return {**artifact, **changes}


def a_works(
    files: dict[str, bytes], answer: Callable[[str], Reply] | None = None, **changes: Any
) -> Callable[[Received], Reply]:
    """Return a script of a works that keeps these files, listed on two pages."""
    listed = [an_artifact(path, data, **changes) for path, data in files.items()]

    def script(request: Received) -> Reply:
        if request.path.endswith("/artifacts"):
            is_first = "cursor" not in request.target
            page = listed[:2] if is_first else listed[2:]
            return as_json(a_page(*page, next_cursor="2" if is_first else None))
        path = request.target.rpartition("path=")[2]
        return answer(path) if answer else content(files[path])

    return script


def files_in(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


async def test_all_files_arrive(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script = a_works(FILES)
    folder = tmp_path / "new" / "out"
    places = await client.call("builds.download", "b1", folder)

    assert files_in(folder) == FILES
    assert places == tuple(folder / path for path in FILES)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["proof"], {"proof/report.html"}),
        (("product", "code_archive"), {"product/app/main.py", "product/README.md", "code.zip"}),
        ("proof", {"proof/report.html"}),
        ([], set()),
    ],
)
async def test_kinds_pick(
    client: EitherClient, server: ScriptedServer, tmp_path: Path, kinds: Any, expected: set[str]
) -> None:
    server.script = a_works(FILES)
    await client.call("builds.download", "b1", tmp_path, kinds=kinds)

    assert set(files_in(tmp_path)) == expected


async def test_what_is_there_is_not_fetched_again_and_what_differs_is_replaced(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script = a_works(FILES)
    await client.call("builds.download", "b1", str(tmp_path))
    (tmp_path / "product/README.md").write_bytes(b"# Other\n")
    server.received.clear()
    await client.call("builds.download", "b1", str(tmp_path))

    assert files_in(tmp_path) == FILES
    assert len([r for r in server.received if r.path == "/v1/artifacts/token"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../outside",
        "product/../../outside",
        "product//main.py",
        "product/./main.py",
        "",
        "product/",
        "product\\..\\outside",
        "C:/windows",
        "c:outside",
        "product/NUL",
        "product/com1.txt",
        "aux .md",
        "CONOUT$",
        "product/file.txt:stream",
        "product/line\nbreak",
        "product/\x00",
        "product/\u202egpj.exe",
        "product/dot.",
        "product/space ",
        " product/a",
        "product/" + "n" * 256,
    ],
    ids=ascii,
)
async def test_an_unsafe_path_is_refused_before_anything_is_fetched(
    client: EitherClient, server: ScriptedServer, tmp_path: Path, path: str
) -> None:
    files = {"product/fine.txt": b"fine", path: b"bad"}
    server.script = a_works(files)
    with pytest.raises(UnsafePathError) as caught:
        await client.call("builds.download", "b1", tmp_path / "out")

    assert caught.value.path == path
    assert files_in(tmp_path) == {}
    assert all(request.path.endswith("/builds/b1/artifacts") for request in server.received)


async def test_one_name_for_two_files_is_refused(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    twice = [an_artifact("proof/a", b"1"), an_artifact("proof/a", b"2")]
    both = [an_artifact("proof/a", b"1"), an_artifact("proof/a/b", b"2")]
    for artifacts in (twice, both):
        server.in_turn(as_json(a_page(*artifacts)))
        with pytest.raises(UnsafePathError, match="is named"):
            await client.call("builds.download", "b1", tmp_path)

    assert files_in(tmp_path) == {}


async def test_a_link_inside_the_folder_is_not_followed(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    folder.mkdir()
    (folder / "product").symlink_to(outside)
    server.script = a_works(FILES)
    with pytest.raises(UnsafePathError, match="is a link"):
        await client.call("builds.download", "b1", folder)

    assert files_in(outside) == {}


async def test_a_link_in_a_files_place_is_replaced_and_not_written_through(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "out"
    outside.write_bytes(b"untouched")
    folder.mkdir()
    (folder / "code.zip").symlink_to(outside)
    server.script = a_works({"code.zip": b"zip"})
    await client.call("builds.download", "b1", folder)

    assert outside.read_bytes() == b"untouched"
    assert (folder / "code.zip").read_bytes() == b"zip"
    assert not (folder / "code.zip").is_symlink()


async def test_a_folder_in_a_files_place_is_left(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    (tmp_path / "code.zip").mkdir()
    server.script = a_works({"code.zip": b"zip"})
    with pytest.raises(UnsafePathError, match="is a folder"):
        await client.call("builds.download", "b1", tmp_path)


@pytest.mark.parametrize("sent", [b"wrong", b"righ", b"right and more", b""])
async def test_bytes_that_differ_are_not_kept(
    make_client: MakeClient, server: ScriptedServer, tmp_path: Path, sent: bytes
) -> None:
    (tmp_path / "code.zip").write_bytes(b"older")
    server.script = a_works({"code.zip": b"right"}, lambda _: content(sent))
    with pytest.raises(ChecksumMismatchError) as caught:
        await make_client(max_retries=0).call("builds.download", "b1", tmp_path)

    assert caught.value.path == "code.zip"
    assert files_in(tmp_path) == {"code.zip": b"older"}


async def test_a_cut_download_begins_again(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    replies = [
        Reply(chunks=(b"ri",), declared_bytes=5),
        Reply(chunks=(b"ri",)),
        content(b"right"),
    ]
    server.script = a_works({"code.zip": b"right"}, lambda _: replies.pop(0))
    await client.call("builds.download", "b1", tmp_path)

    assert files_in(tmp_path) == {"code.zip": b"right"}


async def test_a_download_that_cannot_be_leaves_nothing(
    make_client: MakeClient, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script = a_works(
        {"code.zip": b"right"}, lambda _: Reply(chunks=(b"ri",), declared_bytes=5)
    )
    with pytest.raises(APIConnectionError):
        await make_client(max_retries=0).call("builds.download", "b1", tmp_path)

    assert files_in(tmp_path) == {}


async def test_expired_links_are_asked_for_again(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    replies = [problem(403, "link_expired"), content(b"right")]
    server.script = a_works({"code.zip": b"right"}, lambda _: replies.pop(0))
    await client.call("builds.download", "b1", tmp_path)

    assert files_in(tmp_path) == {"code.zip": b"right"}


async def test_a_link_that_stays_dead_is_an_error(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script = a_works({"code.zip": b"right"}, lambda _: problem(404, "not_found"))
    with pytest.raises(NotFoundError):
        await client.call("builds.download", "b1", tmp_path)


async def test_a_file_that_was_replaced_meanwhile_is_named(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    server.in_turn(
        as_json(a_page(an_artifact("code.zip", b"old"))),
        problem(404, "not_found"),
        as_json(a_page(an_artifact("code.zip", b"new"))),
    )
    with pytest.raises(DownloadError, match="download again"):
        await client.call("builds.download", "b1", tmp_path)


async def test_another_machine_gets_no_key(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    elsewhere = ScriptedServer()
    async with elsewhere:
        elsewhere.script = lambda _: content(b"right")
        server.script = a_works({"code.zip": b"right"}, url=f"{elsewhere.url}/bucket/key?X=1")
        await client.call("builds.download", "b1", tmp_path)

    assert "authorization" not in elsewhere.received[0].headers
    assert elsewhere.received[0].target == "/bucket/key?X=1"


@pytest.mark.parametrize("url", ["", "//evil.example/a", "file:///etc/passwd", "ftp://h/a", "a/b"])
async def test_a_link_that_is_no_web_address_is_refused(
    client: EitherClient, server: ScriptedServer, tmp_path: Path, url: str
) -> None:
    server.script = a_works({"code.zip": b"right"}, url=url)
    with pytest.raises(APIResponseValidationError, match="neither a path nor a web address"):
        await client.call("builds.download", "b1", tmp_path)


async def test_an_artifact_does_not_show_its_link(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = a_works(FILES)
    page = await client.call("builds.artifacts", "b1")

    assert [artifact.path for artifact in await client.items(page)] == list(FILES)
    assert "signature" not in repr(page.data)
