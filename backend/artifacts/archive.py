"""File trees as one zip: the same tree gives the same bytes, and reading one trusts nothing."""

import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from backend.artifacts.errors import (
    ArchiveLimitError,
    InvalidKeyError,
    UnreadableArchiveError,
    UnsafeArchiveError,
)
from backend.artifacts.keys import check_path

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE_MODE = stat.S_IFREG | 0o644
_ENCRYPTED = 0x1
_BLOCK_BYTES = 256 * 1024
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """How much an archive may unfold to; counted on what really comes out."""

    entries: int = 20_000
    file_bytes: int = 64 * _MEBIBYTE
    total_bytes: int = 512 * _MEBIBYTE


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of the files, sorted and without dates; InvalidKeyError for a bad path."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(check_path(path), date_time=_FIRST_DATE)
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path], compresslevel=6)
    return whole.getvalue()


def unpack(data: bytes, limits: ArchiveLimits | None = None) -> dict[str, bytes]:
    """Return a zip's files, in memory; raise an ArchiveError at the first thing that is wrong."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _files_of(archive, limits or ArchiveLimits())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableArchiveError(f"no sound zip archive: {error}") from error


def _files_of(archive: zipfile.ZipFile, limits: ArchiveLimits) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise ArchiveLimitError("entries", limits.entries)
    files: dict[str, bytes] = {}
    left_bytes = limits.total_bytes
    for entry in entries:
        if entry.is_dir():
            continue
        _check_entry(entry, files)
        with archive.open(entry) as file:
            content = _read_capped(file, min(limits.file_bytes, left_bytes))
        if content is None:
            is_file_cap = limits.file_bytes <= left_bytes
            name = "bytes in one file" if is_file_cap else "bytes in all"
            raise ArchiveLimitError(name, limits.file_bytes if is_file_cap else limits.total_bytes)
        left_bytes -= len(content)
        files[entry.filename] = content
    return files


def _check_entry(entry: zipfile.ZipInfo, files: Mapping[str, bytes]) -> None:
    try:
        check_path(entry.orig_filename)
    except InvalidKeyError as error:
        raise UnsafeArchiveError(entry.orig_filename, error.reason) from error
    if entry.orig_filename != entry.filename or entry.filename in files:
        raise UnsafeArchiveError(entry.orig_filename, "is there twice, or hides its name")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise UnsafeArchiveError(entry.filename, "is no regular file")
    if entry.flag_bits & _ENCRYPTED:
        raise UnsafeArchiveError(entry.filename, "is encrypted")


def _read_capped(file: IO[bytes], most_bytes: int) -> bytes | None:
    """Read to the end, or return None as soon as there is more than allowed."""
    pieces, size_bytes = [], 0
    while block := file.read(_BLOCK_BYTES):
        size_bytes += len(block)
        if size_bytes > most_bytes:
            return None
        pieces.append(block)
    return b"".join(pieces)
