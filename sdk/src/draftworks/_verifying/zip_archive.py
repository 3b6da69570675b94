"""A bundle as a zip, read so that every other program would unpack the very same files.

A zip tells most things twice, once beside each file and once in its directory, and programs differ
in which they believe. Here both must agree, and no byte may lie between, before or after.
"""

import contextlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from draftworks._errors import BundleError, UnsafePathError
from draftworks._paths import checked_parts
from draftworks._verifying.zip_extras import are_plain, unrepeated_owner
from draftworks._verifying.zip_packing import odd_one_out
from draftworks._verifying.zip_text_marks import checked_mark

_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_DIRECTORY_ENTRY_BYTES, _LENGTHS_AT = 46, 28
_LENGTHS = struct.Struct("<3H")  # of name, extra fields and comment
_ENCRYPTED, _DESCRIPTOR, _UTF8, _DEFLATE_LEVEL = 0x1, 0x8, 0x800, 0x6
_DESCRIPTORS = (b"PK\x07\x08", b"")  # the signature before a descriptor may be left out
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_IS_TEXT = 0x1
_ZIPFILE = 20  # the version that Python's zipfile, which packs with zlib, gives all its files
_UNLIKE = "is marked unlike the others: unpack the zip, verify the folder"
_BLOCK_BYTES = 1024 * 1024
_MOST_ENTRIES = 50_000
_MOST_BYTES = 2 * 1024**3


@contextmanager
def open_zip(place: Path, *, holding: str) -> Iterator["ZipBundle"]:
    """Open a zip whose files, or the one folder in which they all are, hold `holding`."""
    try:
        with place.open("rb") as file, zipfile.ZipFile(file) as archive:
            bundle = ZipBundle(place.name, file, archive, holding)
            bundle.check_packing()
            yield bundle
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise BundleError(place.name, f"is neither a folder nor a sound zip: {error}") from error
    except OSError as error:
        raise BundleError(place.name, f"cannot be read: {error.strerror}") from error


class ZipBundle:
    """The files in a zip; one that is ambiguous in any way raises BundleError."""

    def __init__(self, name: str, file: BinaryIO, archive: zipfile.ZipFile, holding: str) -> None:
        self._file = file
        entries = archive.infolist()
        _check_limits(name, entries)
        names: set[str] = set()
        for entry in entries:
            _check_entry(entry)
            if entry.filename in names:
                raise BundleError(entry.filename, "is in the zip twice")
            names.add(entry.filename)
        _check_alike(entries)
        self._starts = _check_layout(name, file, archive)
        prefix = _common_folder(names, holding)
        self._entries = {e.filename.removeprefix(prefix): e for e in entries if not e.is_dir()}
        self.files = frozenset(self._entries)
        self._has_text_marks = any(entry.internal_attr & _IS_TEXT for entry in entries)
        above = {
            "/".join(parts[:length])
            for parts in (path.split("/") for path in self.files)
            for length in range(1, len(parts))
        }
        named = {e.filename.removeprefix(prefix).strip("/") for e in entries if e.is_dir()}
        self.folders = frozenset((above | named) - {""})

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield a file's content; it is as long as the zip says, to the byte."""
        entry = self._entries[path]
        content = self._checked(path, entry)
        if not self._has_text_marks:
            return content
        return checked_mark(path, content, is_marked=bool(entry.internal_attr & _IS_TEXT))

    def check_packing(self) -> None:
        """Raise BundleError for a file that its packer would have packed otherwise."""
        if any(e.extra or e.create_version != _ZIPFILE for e in self._entries.values()):
            return
        names = [
            path
            for path, entry in sorted(self._entries.items())
            if entry.compress_type == zipfile.ZIP_DEFLATED
        ]
        odd = odd_one_out(names, self.blocks, lambda path: self._packed(self._entries[path]))
        if odd is not None:
            raise BundleError(odd, "is packed unlike the others: unpack the zip, verify the folder")

    def _checked(self, path: str, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        checksum = size = 0
        for block in self._unpacked(entry):
            size += len(block)
            checksum = zlib.crc32(block, checksum)
            yield block
        if size != entry.file_size or checksum != entry.CRC:
            raise BundleError(path, "is damaged in the zip")

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._packed(entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield from packed
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        left_bytes = entry.file_size + 1
        for raw in packed:
            block, before = raw, unpacker.copy()
            while block and not unpacker.eof and left_bytes > 0:
                try:
                    unpacked = unpacker.decompress(block, min(_BLOCK_BYTES, left_bytes))
                except zlib.error as error:
                    raise BundleError(entry.filename, "is damaged in the zip") from error
                left_bytes -= len(unpacked)
                yield unpacked
                block = unpacker.unconsumed_tail
            if block or unpacker.unused_data:
                raise BundleError(entry.filename, "unpacks to more than the zip says")
            if unpacker.eof and not _is_last_byte_plain(before, raw):
                raise BundleError(entry.filename, "is damaged in the zip")
        if not unpacker.eof:
            raise BundleError(entry.filename, "is damaged in the zip")

    def _packed(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a file's bytes as they lie in the zip, the last one by itself."""
        left_bytes = entry.compress_size
        place = self._starts[entry.filename]
        while left_bytes > 0:
            self._file.seek(place)
            block = self._file.read(min(_BLOCK_BYTES, max(left_bytes - 1, 1)))
            if not block:
                return
            left_bytes -= len(block)
            place += len(block)
            yield block


def _is_last_byte_plain(before: "zlib._Decompress", last: bytes) -> bool:
    """Whether the bits that no unpacker reads, after the end of the packed data, are all zero."""
    told = before.copy().decompress(last)
    for bit in range(8):
        other, variant = last[0] & ~(1 << bit), before.copy()
        if other != last[0]:
            with contextlib.suppress(zlib.error):
                if variant.decompress(bytes([other])) == told and variant.eof:
                    return False
    return True


def _check_limits(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_ENTRIES:
        raise BundleError(name, f"holds more than {_MOST_ENTRIES} files")
    total_bytes = 0
    for entry in entries:
        total_bytes += entry.file_size
        if total_bytes > _MOST_BYTES:
            raise BundleError(entry.filename, f"makes the zip unpack to over {_MOST_BYTES} bytes")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """Raise BundleError for an entry that is no plain file or folder of a plain name."""
    name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
    try:
        checked_parts(entry.orig_filename.removesuffix("/"))
    except UnsafePathError as error:
        raise BundleError(entry.orig_filename, error.reason) from error
    if entry.orig_filename != name:
        raise BundleError(name, "hides a part of its name")
    if kind not in (0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG):
        raise BundleError(name, "is a link or no regular file")
    if entry.flag_bits & _ENCRYPTED:
        raise BundleError(name, "is encrypted")
    if entry.flag_bits & ~(_DESCRIPTOR | _UTF8 | _DEFLATE_LEVEL):
        raise BundleError(name, "is packed in an unusual way: unpack the zip, verify the folder")
    if entry.compress_type not in _METHODS or (entry.is_dir() and entry.file_size):
        raise BundleError(name, "is packed in an unusual way: unpack the zip, verify the folder")
    if entry.comment or entry.volume or not are_plain(b"", entry.extra):
        raise BundleError(name, "carries more than a file: unpack the zip, verify the folder")


def _check_alike(entries: list[zipfile.ZipInfo]) -> None:
    """Raise BundleError for a file that its packer marked in another way than the others.

    A download gives all files the same rights, and so does whoever zips them: nothing hides there.
    """
    marks: dict[bool, tuple[int, ...]] = {}
    for entry in entries:
        mark = (
            entry.create_system,
            entry.create_version,
            entry.external_attr,
            entry.internal_attr & ~_IS_TEXT,
            entry.reserved,
        )
        is_odd_folder = entry.is_dir() and entry.internal_attr & _IS_TEXT
        if marks.setdefault(entry.is_dir(), mark) != mark or entry.reserved or is_odd_folder:
            raise BundleError(entry.filename, _UNLIKE)


def _check_layout(name: str, file: BinaryIO, archive: zipfile.ZipFile) -> dict[str, int]:
    """Return where each file's bytes start, after walking the zip without skipping one byte."""
    place = 0
    starts = {}
    owners = set()
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset != place:
            raise BundleError(entry.filename, "has bytes before it that belong to no file")
        start, owner = _check_header(file, entry)
        owners.add(owner)
        starts[entry.filename] = start
        place = start + entry.compress_size
        if entry.flag_bits & _DESCRIPTOR:
            place += _check_descriptor(file, entry, place)
    end = place
    for entry in archive.infolist():
        lengths = (len(_raw_name(entry)), len(entry.extra), 0)
        file.seek(end + _LENGTHS_AT)
        if file.read(_LENGTHS.size) != _LENGTHS.pack(*lengths):
            raise BundleError(entry.filename, "is told in two ways by the zip")
        end += _DIRECTORY_ENTRY_BYTES + sum(lengths)
    count = len(starts)
    last = _END.pack(b"PK\x05\x06", 0, 0, count, count, end - place, place, 0)
    file.seek(end)
    if archive.start_dir != place or file.read() != last:
        raise BundleError(name, "holds bytes that belong to no file, or is of the kind ZIP64")
    if len(owners) > 1:
        raise BundleError(name, "gives its files to several owners: unpack it, verify the folder")
    return starts


def _check_header(file: BinaryIO, entry: zipfile.ZipInfo) -> tuple[int, bytes]:
    """Compare what stands before a file with the directory; return where it starts, and whose."""
    file.seek(entry.header_offset)
    signature, *numbers, name_bytes, extra_bytes = _LOCAL.unpack(file.read(_LOCAL.size))
    name, extra = file.read(name_bytes), file.read(extra_bytes)
    year, month, day, hour, minute, second = entry.date_time
    told = [
        entry.extract_version,
        entry.flag_bits,
        entry.compress_type,
        hour << 11 | minute << 5 | second // 2,
        (year - 1980) << 9 | month << 5 | day,
    ]
    measures = [(entry.CRC, entry.compress_size, entry.file_size)]
    if entry.flag_bits & _DESCRIPTOR:  # they follow the file; libarchive tells the last here, too
        measures = [(0, 0, 0), (0, 0, entry.file_size)]
    agrees = signature == _LOCAL_SIGNATURE and name == _raw_name(entry)
    agrees = agrees and numbers in [[*told, *measure] for measure in measures]
    if not agrees or not are_plain(extra, entry.extra):
        raise BundleError(entry.filename, "is told in two ways by the zip")
    return file.tell(), unrepeated_owner(extra)


def _check_descriptor(file: BinaryIO, entry: zipfile.ZipInfo, place: int) -> int:
    """Compare what stands behind a streamed file; return how long it is."""
    numbers = struct.pack("<3L", entry.CRC, entry.compress_size, entry.file_size)
    for signature in _DESCRIPTORS:
        file.seek(place)
        if file.read(len(signature) + len(numbers)) == signature + numbers:
            return len(signature) + len(numbers)
    raise BundleError(entry.filename, "is told in two ways by the zip")


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437")


def _common_folder(names: set[str], holding: str) -> str:
    """Return the one folder that everything was zipped with, such as `out/`; else nothing."""
    first = min(names).partition("/")[0] + "/" if names else ""
    if holding in names or first + holding not in names:
        return ""
    return first if all(name.startswith(first) for name in names) else ""
