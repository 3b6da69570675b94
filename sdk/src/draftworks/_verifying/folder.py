"""A bundle as a folder: what lies in it, without following any link out of it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from draftworks._errors import BundleError

_BLOCK_BYTES = 1024 * 1024


class FolderBundle:
    """The files below one folder; a link or a device among them raises BundleError."""

    def __init__(self, root: Path) -> None:
        self._root = root
        files: set[str] = set()
        folders: set[str] = set()
        for entry in _walk(root):
            path = Path(entry.path).relative_to(root).as_posix()
            if entry.is_symlink():
                raise BundleError(path, "is a link: a bundle holds files only")
            if entry.is_dir(follow_symlinks=False):
                folders.add(path)
            elif entry.is_file(follow_symlinks=False):
                files.add(path)
            else:
                raise BundleError(path, "is no regular file")
        self.files = frozenset(files)
        self.folders = frozenset(folders)

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield a file's content."""
        try:
            # A file that is swapped for a link meanwhile is not followed either.
            descriptor = os.open(self._root / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise BundleError(path, "is no regular file")
                while block := file.read(_BLOCK_BYTES):
                    yield block
        except OSError as error:
            raise BundleError(path, f"cannot be read: {error.strerror}") from error


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise BundleError(folder.name, f"cannot be read: {error.strerror}") from error
    for entry in found:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
