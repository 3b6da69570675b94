"""What a zip wraps around the files is checked too: one changed bit in it is found."""

import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from draftworks import BundleError, Verification, verify_bundle
from draftworks._verifying.zip_text_marks import checked_mark
from tests.sdk.bundles import new_signer, write_bundle

MANIFEST, SOURCE, EMPTY = "proof/manifest.json", "product/app/web.py", "product/app/__init__.py"
UNLIKE = "is marked unlike the others: unpack the zip, verify the folder"
OWNER = struct.pack("<2H2BLBL", 0x7875, 11, 1, 4, 1000, 4, 1000)
WRITTEN = struct.pack("<2HBL", 0x5455, 5, 1, 1_770_000_000)
WRITTEN_AND_READ = struct.pack("<2HB2L", 0x5455, 9, 3, 1_770_000_000, 1_770_000_001)
OLD = struct.pack("<2H2L", 0x5855, 8, 1_770_000_001, 1_770_000_000)
OLD_OWNED = struct.pack("<2H2L2H", 0x5855, 12, 1_770_000_001, 1_770_000_000, 501, 20)
WINDOWS = struct.pack("<2HL2H3Q", 0x000A, 32, 0, 1, 24, 1, 2, 3)

# Beside a file and in the directory, as these packers write it.
PACKERS = {
    "Info-ZIP": (
        WRITTEN_AND_READ + OWNER,
        struct.pack("<2HBL", 0x5455, 5, 3, 1_770_000_000) + OWNER,
    ),
    "macOS": (OLD_OWNED, OLD),
    "7-Zip": (b"", WINDOWS),
    "Explorer": (b"", b""),
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("honest") / "out", signer=new_signer())


@pytest.fixture
def zipped(bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.make_archive(str(tmp_path / "out"), "zip", bundle))


def pack(
    bundle: Path, place: Path, beside: bytes, listed: bytes, **odd: tuple[bytes, bytes]
) -> Path:
    """Zip with these fields, and with others at the one odd file."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(bundle).as_posix())
            near, far = odd.get(path.stem, (beside, listed))
            entry.extra = near
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
            entry.extra = far
    return place


def said(found: Verification) -> str:
    return "\n".join(map(str, found.faults))


def find(archive: Path, name: str) -> zipfile.ZipInfo:
    with zipfile.ZipFile(archive) as opened:
        return opened.getinfo(name)


def packed_span(archive: Path, name: str) -> tuple[int, int]:
    """Return from where to where a file's packed bytes lie."""
    entry = find(archive, name)
    name_bytes, extra_bytes = struct.unpack_from(
        "<2H", archive.read_bytes(), entry.header_offset + 26
    )
    start = entry.header_offset + 30 + name_bytes + extra_bytes
    return start, start + entry.compress_size


def flip(archive: Path, position: int, bit: int) -> Path:
    raw = bytearray(archive.read_bytes())
    raw[position] ^= 1 << bit
    changed = archive.with_name("changed.zip")
    changed.write_bytes(raw)
    return changed


# --- what is packed -------------------------------------------------------------------------------


def other_spellings(packed: bytes) -> Iterator[tuple[int, int]]:
    """Yield the bits of packed data that can be turned without anything else coming out."""
    content = zlib.decompress(packed, -zlib.MAX_WBITS)
    for position in range(len(packed)):
        for bit in range(8):
            changed = bytearray(packed)
            changed[position] ^= 1 << bit
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                out = unpacker.decompress(changed, len(content) + 1)
            except zlib.error:
                continue
            if out == content and unpacker.eof and not unpacker.unused_data:
                yield position, bit


def test_a_changed_bit_of_packed_data_is_found_though_the_same_files_come_out(
    bundle: Path, zipped: Path
) -> None:
    tried = 0
    for name in (MANIFEST, "proof/signer.pem", "proof/blueprint.md"):
        start, stop = packed_span(zipped, name)
        for position, bit in other_spellings(zipped.read_bytes()[start:stop]):
            changed = flip(zipped, start + position, bit)
            with zipfile.ZipFile(changed) as archive:
                assert archive.read(name) == (bundle / name).read_bytes()
            assert not verify_bundle(changed).is_verified, (name, position, bit)
            tried += position < stop - start - 1
    assert tried, "only bits behind the end were turned"


def test_a_file_that_was_packed_anew_is_named(bundle: Path, tmp_path: Path) -> None:
    place = tmp_path / "out.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
            name = path.relative_to(bundle).as_posix()
            level = 1 if name == MANIFEST else 6
            archive.write(path, name, compresslevel=level)

    told = f"{MANIFEST}: is packed unlike the others: unpack the zip, verify the folder"
    assert said(verify_bundle(place)) == told


@pytest.mark.parametrize("level", range(10))
def test_a_zip_verifies_however_well_it_was_packed(
    bundle: Path, tmp_path: Path, level: int
) -> None:
    place = tmp_path / "out.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for path in sorted(bundle.rglob("*")):
            archive.write(path, path.relative_to(bundle))

    found = verify_bundle(place)

    assert found.is_verified, said(found)


def test_a_zip_of_another_packer_than_zlib_verifies(bundle: Path, tmp_path: Path) -> None:
    """A packer with a smaller window stands for those that choose otherwise than zlib."""
    place = tmp_path / "out.zip"
    with pytest.MonkeyPatch.context() as patch:
        compressor = zlib.compressobj(6, zlib.DEFLATED, -9, 1)
        patch.setattr(zipfile, "_get_compressor", lambda *_: compressor.copy())
        shutil.make_archive(str(place.with_suffix("")), "zip", bundle)

    found = verify_bundle(place)

    assert found.is_verified, said(found)


@pytest.mark.needs("info_zip")
@pytest.mark.parametrize("options", ["-qr", "-qr0", "-qr1", "-qr9", "-qrX", "-qrD"])
def test_a_zip_of_info_zip_verifies(bundle: Path, tmp_path: Path, options: str) -> None:
    place = tmp_path / "out.zip"
    subprocess.run(["zip", options, place, "product", "proof"], cwd=bundle, check=True)

    found = verify_bundle(place)

    assert found.is_verified, said(found)


# --- the mark "this is text" ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [MANIFEST, SOURCE, EMPTY])
def test_a_text_mark_on_one_file_is_found(zipped: Path, name: str) -> None:
    raw = zipped.read_bytes()
    listed = raw.index(name.encode(), raw.index(b"PK\x01\x02")) - 46

    changed = flip(zipped, listed + 36, 0)

    assert find(changed, name).internal_attr == 1
    assert UNLIKE in said(verify_bundle(changed))


@pytest.mark.needs("info_zip")
@pytest.mark.parametrize("name", [MANIFEST, SOURCE, EMPTY, "product/"])
def test_a_text_mark_that_does_not_fit_the_file_is_found(
    bundle: Path, tmp_path: Path, name: str
) -> None:
    place = tmp_path / "out.zip"
    subprocess.run(["zip", "-qr", place, "product", "proof"], cwd=bundle, check=True)
    raw = place.read_bytes()
    listed = raw.index(name.encode(), raw.index(b"PK\x01\x02")) - 46

    assert UNLIKE in said(verify_bundle(flip(place, listed + 36, 0)))


@pytest.mark.parametrize(
    ("content", "is_marked", "fits"),
    [
        (b"text\n" * 9000, True, True),
        (b"text\n" * 9000, False, False),
        (b"\x89PNG\r\n\x1a\n\0", False, True),
        (b"\x89PNG\r\n\x1a\n\0", True, False),
        ("Zoë\n".encode(), True, True),
        (b"", False, True),
        (b"", True, False),
        # Whoever looks at the first stretch only takes this for text.
        (b"text\n" * 9000 + b"\0", True, True),
        (b"text\n" * 9000 + b"\0", False, True),
    ],
    ids=range(9),
)
def test_a_text_mark_has_to_fit_what_is_in_the_file(
    content: bytes, *, is_marked: bool, fits: bool
) -> None:
    blocks = [content[place : place + 100] for place in range(0, len(content), 100)]

    checked = checked_mark("x", iter(blocks), is_marked=is_marked)

    with nullcontext() if fits else pytest.raises(BundleError, match="unlike the others"):
        assert b"".join(checked) == content


# --- times and owners -----------------------------------------------------------------------------


@pytest.mark.parametrize("packer", PACKERS)
def test_times_and_owners_as_usual_packers_write_them_are_no_harm(
    bundle: Path, tmp_path: Path, packer: str
) -> None:
    found = verify_bundle(pack(bundle, tmp_path / "out.zip", *PACKERS[packer]))

    assert found.is_verified, said(found)


@pytest.mark.parametrize(
    ("beside", "listed"),
    [
        (WRITTEN + struct.pack("<2H", 0x7875, 40) + bytes(40), WRITTEN),
        (struct.pack("<2HB3L", 0x5455, 13, 1, 0, 0, 0), WRITTEN),
        (struct.pack("<2HBL", 0x5455, 5, 9, 1_770_000_000), WRITTEN),
        (OWNER, OWNER.replace(struct.pack("<L", 1000), struct.pack("<L", 1001), 1)),
        (WRITTEN, struct.pack("<2HBL", 0x5455, 5, 1, 1_770_000_001)),
        (OWNER, OWNER.replace(b"\x75\x78", b"\x55\x78", 1)),
        (b"", WINDOWS + b"\0"),
        (b"", WINDOWS.replace(b"\1\0\x18", b"\2\0\x18")),
        (b"", struct.pack("<2H", 0x000A, 8) + b"hidden!!"),
        (OLD, OLD + b"hid"),
    ],
    ids=range(10),
)
def test_fields_that_hide_something_or_disagree_are_refused(
    bundle: Path, tmp_path: Path, beside: bytes, listed: bytes
) -> None:
    found = verify_bundle(pack(bundle, tmp_path / "out.zip", beside, listed))

    assert not found.is_verified


def test_one_file_of_another_owner_is_found(bundle: Path, tmp_path: Path) -> None:
    other = OLD_OWNED.replace(struct.pack("<H", 501), struct.pack("<H", 502))

    found = verify_bundle(pack(bundle, tmp_path / "out.zip", OLD_OWNED, OLD, manifest=(other, OLD)))

    assert "gives its files to several owners" in said(found)
