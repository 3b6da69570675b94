"""Whatever is cut off, swapped or hidden in a bundle is found; another order is harmless."""

import itertools
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from draftworks import verify_bundle
from tests.sdk.bundles import copy_of, new_signer, write_bundle

SIGNER = new_signer()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("honest") / "out", signer=SIGNER)


@pytest.fixture(scope="module")
def names(bundle: Path) -> list[str]:
    return sorted(p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file())


@pytest.fixture
def spoiled(bundle: Path, tmp_path: Path) -> Path:
    return copy_of(bundle, tmp_path / "copy")


def zip_of(bundle: Path, names: list[str], place: Path, *, extra: bytes = b"") -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.extra = extra
            archive.writestr(entry, (bundle / name).read_bytes())
    return place


def test_every_file_that_was_cut_off_or_went_on_is_named(spoiled: Path, names: list[str]) -> None:
    for name in names:
        content = (spoiled / name).read_bytes()
        changes = [content + b"\0", content[:-1], b""] if content else [b"\0"]
        for changed in changes:
            (spoiled / name).write_bytes(changed)
            assert not verify_bundle(spoiled).is_verified, name
        (spoiled / name).write_bytes(content)

    assert verify_bundle(spoiled).is_verified


def test_every_two_files_that_changed_places_are_found(spoiled: Path, names: list[str]) -> None:
    for one, other in itertools.pairwise(names):
        contents = (spoiled / one).read_bytes(), (spoiled / other).read_bytes()
        (spoiled / one).write_bytes(contents[1])
        (spoiled / other).write_bytes(contents[0])
        assert contents[0] == contents[1] or not verify_bundle(spoiled).is_verified, (one, other)
        (spoiled / one).write_bytes(contents[0])
        (spoiled / other).write_bytes(contents[1])


def test_every_file_that_is_missing_or_bears_another_name_is_found(
    spoiled: Path, names: list[str]
) -> None:
    for name in names:
        place = spoiled / name
        moved = place.with_name(f"{place.name}x")
        place.rename(moved)
        assert not verify_bundle(spoiled).is_verified, name
        kept = moved.read_bytes()
        moved.unlink()
        assert not verify_bundle(spoiled).is_verified, name
        place.write_bytes(kept)


def test_a_zip_that_ends_too_early_is_found_wherever_it_ends(
    bundle: Path, names: list[str], tmp_path: Path
) -> None:
    whole = zip_of(bundle, names, tmp_path / "whole.zip").read_bytes()
    cut = tmp_path / "cut.zip"
    for length in (*range(0, len(whole), 97), *range(len(whole) - 60, len(whole))):
        cut.write_bytes(whole[:length])
        assert not verify_bundle(cut).is_verified, length


def test_the_order_of_a_zips_files_says_nothing_and_changes_nothing(
    bundle: Path, names: list[str], tmp_path: Path
) -> None:
    assert verify_bundle(zip_of(bundle, names[::-1], tmp_path / "out.zip")).is_verified


def test_bytes_hidden_beside_a_file_in_a_zip_are_found(
    bundle: Path, names: list[str], tmp_path: Path
) -> None:
    hidden = struct.pack("<2H", 0xCAFE, 6) + b"hidden"

    assert not verify_bundle(zip_of(bundle, names, tmp_path / "out.zip", extra=hidden)).is_verified


def test_a_bundle_in_front_of_another_is_found(
    bundle: Path, names: list[str], tmp_path: Path
) -> None:
    one = zip_of(bundle, names, tmp_path / "one.zip").read_bytes()
    (tmp_path / "both.zip").write_bytes(one + one)

    assert not verify_bundle(tmp_path / "both.zip").is_verified


def test_a_second_bundle_inside_the_first_is_named(spoiled: Path, bundle: Path) -> None:
    shutil.copytree(bundle / "proof", spoiled / "product/proof")

    found = verify_bundle(spoiled)

    assert not found.is_verified
    assert any(fault.place.startswith("product/proof") for fault in found.faults)
