"""Small files beside a part's data: private, whole or absent, and owned by whom the folder is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LOG_BYTES = 10_000_000
_TAIL_BYTES = 4_000


def give_to_owner_of_folder(path: Path) -> None:
    """As root in a user's folder, leave the user a file of their own; for others, nothing to do."""
    folder = path.parent.stat()
    if os.geteuid() == 0 and path.stat().st_uid != folder.st_uid:
        os.chown(path, folder.st_uid, folder.st_gid, follow_symlinks=False)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, so that a crash leaves the old one or the new one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    give_to_owner_of_folder(draft)
    draft.replace(path)


@dataclass(frozen=True)
class Log:
    """A log opened for appending, which remembers where this run of the part began."""

    path: Path
    descriptor: int
    begin_byte: int

    def tail(self) -> str:
        """Return the end of what this run has written."""
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self.begin_byte, size - _TAIL_BYTES))
            return file.read().decode("utf-8", errors="replace").strip()


@contextmanager
def open_log(path: Path) -> Iterator[Log]:
    """Open a log, with the last one set aside when it has grown large."""
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.old"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        give_to_owner_of_folder(path)
        yield Log(path, descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)
