"""Reading a workspace from outside: regular files only, never through anything else.

Every name is opened by `openat2` beneath the folder already held, without links or mounts, and
judged by what was opened, so that nothing swapped in between can lead out of the workspace.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox import kernel
from sandbox.errors import LimitExceededError
from sandbox.paths import MOST_DEPTH
from sandbox.protocol import CollectedFiles

MOST_ENTRIES = 20_000
_OPEN_ANY = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY
_OPEN_AGAIN = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass
class _Collection:
    max_files: int
    max_bytes: int
    files: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    total_bytes: int = 0
    entries: int = 0


def collect(workspace: int, *, max_files: int, max_bytes: int) -> CollectedFiles:
    """Read everything below the workspace; raise when there is more than the caps allow."""
    collection = _Collection(max_files, max_bytes)
    _collect_folder(collection, workspace, ())
    return CollectedFiles(collection.files, collection.refused)


def _collect_folder(collection: _Collection, folder: int, above: tuple[bytes, ...]) -> None:
    for name in _names(collection, folder):
        path = (*above, name)
        try:
            descriptor = kernel.open_beneath(folder, name, _OPEN_ANY)
        except FileNotFoundError:
            continue  # removed since it was listed
        except OSError as error:
            collection.refused[_shown(path)] = _reason(error)
            continue
        try:
            _collect_opened(collection, descriptor, path)
        finally:
            os.close(descriptor)


def _names(collection: _Collection, folder: int) -> Iterator[bytes]:
    # A fresh description: listing moves its position, and the workspace is listed many times.
    listing = os.open(".", _OPEN_AGAIN, dir_fd=folder)
    try:
        with os.scandir(listing) as entries:
            names = []
            for entry in entries:
                collection.entries += 1
                if collection.entries > MOST_ENTRIES:
                    raise LimitExceededError(f"the workspace has more than {MOST_ENTRIES} entries")
                names.append(os.fsencode(entry.name))
    finally:
        os.close(listing)
    yield from sorted(names)


def _collect_opened(collection: _Collection, descriptor: int, path: tuple[bytes, ...]) -> None:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        if len(path) >= MOST_DEPTH:
            collection.refused[_shown(path)] = "too deep"
        else:
            _collect_folder(collection, descriptor, path)
    elif not stat.S_ISREG(status.st_mode):
        collection.refused[_shown(path)] = "not a regular file"
    elif status.st_nlink != 1:
        collection.refused[_shown(path)] = "has more than one name (hard link)"
    else:
        _collect_file(collection, descriptor, path)


def _collect_file(collection: _Collection, descriptor: int, path: tuple[bytes, ...]) -> None:
    try:
        name = b"/".join(path).decode()
    except UnicodeDecodeError:
        name = ""
    if not name or not name.isprintable():
        collection.refused[_shown(path)] = "its name is not plain text"
        return
    if len(collection.files) >= collection.max_files:
        raise LimitExceededError(f"max_files: the workspace has more than {collection.max_files}")
    content = _read(descriptor, collection.max_bytes - collection.total_bytes)
    if content is None:
        raise LimitExceededError(
            f"max_bytes: the workspace holds more than {collection.max_bytes} bytes (at {name!r})"
        )
    collection.files[name] = content
    collection.total_bytes += len(content)


def _read(descriptor: int, room: int) -> bytes | None:
    """Read a whole file that may be growing; None when it has no room."""
    if os.fstat(descriptor).st_size > room:
        return None
    chunks: list[bytes] = []
    while chunk := os.read(descriptor, 1024 * 1024):
        room -= len(chunk)
        if room < 0:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _shown(path: tuple[bytes, ...]) -> str:
    """Escape a name so that it can be printed: it was chosen by whoever is inside."""
    text = b"/".join(path).decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "a link"
    if error.errno == errno.ENXIO:
        return "not a regular file"
    return os.strerror(error.errno or 0).lower()
