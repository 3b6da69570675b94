"""A zip is verified as every program would unpack it, or not at all."""

import copy
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draftworks import Verification, verify_bundle
from draftworks._verifying import zip_archive
from tests.sdk.bundles import new_signer, write_bundle

SIGNER = new_signer()
LISTED = "product/app/web.py"
OWNED = struct.pack("<2H2BLBL", 0x7875, 11, 1, 4, 1000, 4, 1000)
WRITTEN = struct.pack("<2HBL", 0x5455, 5, 1, 1_770_000_000)
INFO_ZIP_EXTRA = WRITTEN + OWNED


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("honest") / "out", signer=SIGNER)


@pytest.fixture(scope="module")
def zipped(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("zip") / "out"
    return Path(shutil.make_archive(str(base), "zip", bundle))


@pytest.fixture
def spoiled(zipped: Path, tmp_path: Path) -> Path:
    return shutil.copy(zipped, tmp_path / "out.zip")


def said(found: Verification) -> str:
    return "\n".join(map(str, found.faults))


@pytest.mark.parametrize("kind", ["its files", "the folder itself"])
def test_a_zip_of_the_folder_verifies(bundle: Path, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "out.zip"
    root = bundle if kind == "its files" else bundle.parent
    what = [path.name for path in bundle.iterdir()] if kind == "its files" else [bundle.name]
    subprocess.run([sys.executable, "-m", "zipfile", "-c", place, *what], cwd=root, check=True)

    found = verify_bundle(place)

    assert found.is_verified, said(found)


def test_a_zip_with_times_and_owners_beside_each_file_verifies(
    bundle: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(bundle.rglob("*")):
            entry = zipfile.ZipInfo.from_file(path, path.relative_to(bundle).as_posix())
            entry.extra = INFO_ZIP_EXTRA  # as `zip -r` writes it
            archive.writestr(entry, path.read_bytes() if path.is_file() else b"")

    found = verify_bundle(place)

    assert found.is_verified, said(found)


@pytest.mark.parametrize("tells_size", [False, True], ids=["zipfile", "libarchive"])
def test_a_streamed_zip_verifies(bundle: Path, tmp_path: Path, *, tells_size: bool) -> None:
    class Stream:
        """A pipe: it cannot go back to fill in a size."""

        def __init__(self, path: Path) -> None:
            self.file = path.open("wb")

        def write(self, content: bytes) -> int:
            return self.file.write(content)

        def flush(self) -> None:
            self.file.flush()

    place = tmp_path / "out.zip"
    stream = Stream(place)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(bundle))
    stream.file.close()
    if tells_size:
        raw = bytearray(place.read_bytes())
        for entry in archive.infolist():
            struct.pack_into("<L", raw, entry.header_offset + 22, entry.file_size)
        place.write_bytes(raw)

    found = verify_bundle(place)

    assert found.is_verified, said(found)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_changed_bit_of_a_zip_is_found(
    zipped: Path, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(zipped.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    place = tmp_path / "out.zip"
    place.write_bytes(content)

    assert not verify_bundle(place).is_verified


def test_a_file_that_was_added_to_the_zip_is_named(spoiled: Path) -> None:
    with zipfile.ZipFile(spoiled, "a") as archive:
        extra = copy.copy(archive.getinfo(LISTED))
        extra.filename = "product/extra.py"
        archive.writestr(extra, "")

    assert said(verify_bundle(spoiled)) == "product/extra.py: is not in the manifest: it was added"


def test_a_file_that_is_there_twice_is_refused(spoiled: Path) -> None:
    with zipfile.ZipFile(spoiled, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(LISTED, "print('other')")

    assert said(verify_bundle(spoiled)) == f"{LISTED}: is in the zip twice"


@pytest.mark.parametrize(
    "name",
    ["../out.py", "/etc/passwd", "product/../../out.py", "product\\out.py", "C:out.py", "a//b"],
)
def test_a_path_that_leads_elsewhere_is_refused(spoiled: Path, name: str) -> None:
    with zipfile.ZipFile(spoiled, "a") as archive:
        archive.writestr(name, "")

    found = verify_bundle(spoiled)

    assert not found.is_verified
    assert name in said(found)


def test_a_link_in_a_zip_is_refused(spoiled: Path) -> None:
    link = zipfile.ZipInfo("product/link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(spoiled, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    assert said(verify_bundle(spoiled)) == "product/link: is a link or no regular file"


def test_a_bomb_is_refused_before_it_is_unpacked(spoiled: Path) -> None:
    with zipfile.ZipFile(spoiled, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("product/bomb", bytes(64 * 1024 * 1024))

    found = verify_bundle(spoiled)

    assert not found.is_verified
    assert "product/bomb" in said(found)


def test_a_zip_that_would_fill_the_disk_is_refused(
    spoiled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_archive, "_MOST_BYTES", 1000)

    assert "makes the zip unpack to over 1000 bytes" in said(verify_bundle(spoiled))


def test_a_file_that_unpacks_to_more_than_it_says_is_refused(bundle: Path, tmp_path: Path) -> None:
    content = (bundle / LISTED).read_bytes()
    place = tmp_path / "out.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                name = path.relative_to(bundle).as_posix()
                archive.writestr(name, path.read_bytes() + (b"!" if name == LISTED else b""))
    size, other = struct.pack("<L", len(content) + 1), struct.pack("<L", len(content))
    crc = zipfile.ZipFile(place).getinfo(LISTED).CRC
    raw = place.read_bytes().replace(
        struct.pack("<L", crc) + raw_size(place) + size,
        struct.pack("<L", crc) + raw_size(place) + other,
    )
    place.write_bytes(raw)

    found = verify_bundle(place)

    assert not found.is_verified
    assert LISTED in said(found)


def raw_size(place: Path) -> bytes:
    with zipfile.ZipFile(place) as archive:
        return struct.pack("<L", archive.getinfo(LISTED).compress_size)


@pytest.mark.parametrize(
    "hide",
    [
        lambda raw: b"MZ" + raw,
        lambda raw: raw + b"\0",
        lambda raw: raw[:-2] + b"\x05\0hello",
        lambda raw: raw[: len(raw) // 2],
        lambda _: b"",
        lambda _: b"PK\x05\x06" + bytes(18),
    ],
    ids=["before", "after", "a comment", "half", "empty", "no files"],
)
def test_bytes_that_belong_to_no_file_are_refused(
    spoiled: Path, hide: Callable[[bytes], bytes]
) -> None:
    spoiled.write_bytes(hide(spoiled.read_bytes()))

    assert not verify_bundle(spoiled).is_verified


def test_a_zip_that_tells_a_name_in_two_ways_is_refused(spoiled: Path) -> None:
    raw = spoiled.read_bytes()
    spoiled.write_bytes(raw.replace(b"product/app/web.py", b"product/app/bad.py", 1))

    found = verify_bundle(spoiled)

    assert said(found) == f"{LISTED}: is told in two ways by the zip"


def test_an_encrypted_zip_is_refused(spoiled: Path) -> None:
    raw = bytearray(spoiled.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    spoiled.write_bytes(raw)

    assert "is encrypted" in said(verify_bundle(spoiled))
