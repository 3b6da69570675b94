"""Archives: equal trees give equal bytes, and hostile ones are refused while they are small."""

import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.artifacts.archive import ArchiveLimits, pack, unpack
from backend.artifacts.errors import (
    ArchiveError,
    ArchiveLimitError,
    InvalidKeyError,
    UnreadableArchiveError,
    UnsafeArchiveError,
)

TREE = {"app/main.py": b"print('hello')\n", "README.md": b"# Hello\n" * 100, "empty": b""}
NAMES = st.text(st.characters(exclude_categories=["C"], exclude_characters="/\\"), min_size=1)


def make_zip(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for entry, data in entries:
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def test_a_tree_comes_back() -> None:
    assert unpack(pack(TREE)) == TREE


@given(st.dictionaries(NAMES.filter(lambda n: n not in (".", "..") and len(n) < 60), st.binary()))
def test_any_tree_comes_back(tree: dict[str, bytes]) -> None:
    assert unpack(pack(tree)) == tree


def test_the_same_tree_gives_the_same_bytes_in_any_order() -> None:
    assert pack(TREE) == pack(dict(reversed(TREE.items())))


def test_other_programs_read_it_as_plain_files() -> None:
    with zipfile.ZipFile(io.BytesIO(pack(TREE))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(TREE)
        assert stat.S_IMODE(archive.getinfo("README.md").external_attr >> 16) == 0o644


def test_a_bad_path_is_not_packed() -> None:
    with pytest.raises(InvalidKeyError):
        pack({"../outside": b""})


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "a/../../b", "a\\b", "a//b", "hidden\x00.txt", "."]
)
def test_a_name_that_climbs_is_refused(name: str) -> None:
    entry = zipfile.ZipInfo("x" * len(name))
    data = make_zip((entry, b"")).replace(b"x" * len(name), name.encode())
    with pytest.raises(UnsafeArchiveError):
        unpack(data)


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(UnsafeArchiveError, match="no regular file"):
        unpack(make_zip((link, b"/etc/passwd")))


def test_a_name_that_is_there_twice_is_refused() -> None:
    twice = make_zip((zipfile.ZipInfo("aa"), b"1"), (zipfile.ZipInfo("ab"), b"2"))
    with pytest.raises(UnsafeArchiveError, match="twice"):
        unpack(twice.replace(b"ab", b"aa"))


def test_a_folder_is_no_file() -> None:
    assert unpack(make_zip((zipfile.ZipInfo("folder/"), b""), (zipfile.ZipInfo("a"), b"1"))) == {
        "a": b"1"
    }


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        (ArchiveLimits(entries=2), "entries"),
        (ArchiveLimits(file_bytes=700), "bytes in one file"),
        (ArchiveLimits(total_bytes=700), "bytes in all"),
    ],
)
def test_each_limit_names_itself(limits: ArchiveLimits, named: str) -> None:
    with pytest.raises(ArchiveLimitError) as caught:
        unpack(pack(TREE), limits)

    assert caught.value.limit == named


def test_a_bomb_is_stopped_by_what_comes_out_and_not_by_what_it_says() -> None:
    bomb = bytearray(make_zip((zipfile.ZipInfo("bomb"), b"\0" * 50_000_000)))
    claimed = (50_000_000).to_bytes(4, "little")
    lying = bytes(bomb).replace(claimed, (10).to_bytes(4, "little"))
    for data in (bytes(bomb), lying):
        assert len(data) < 100_000
        with pytest.raises(ArchiveError):
            unpack(data, ArchiveLimits(file_bytes=1_000_000))


@pytest.mark.parametrize("size", [0, 1, 20, 60, 100])
def test_a_cut_archive_is_unreadable(size: int) -> None:
    with pytest.raises(UnreadableArchiveError):
        unpack(pack(TREE)[:size])


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=10_000))
def test_damage_is_an_archive_error_or_nothing(noise: bytes, place: int) -> None:
    whole = pack(TREE)
    at = place % len(whole)
    try:
        files = unpack(whole[:at] + noise + whole[at + len(noise) :])
    except ArchiveError:
        return

    assert all(isinstance(content, bytes) for content in files.values())
