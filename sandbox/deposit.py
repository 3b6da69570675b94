"""Writing files into a workspace whose owner may be changing it at the same moment."""

import contextlib
import errno
import os
import secrets
from collections.abc import Mapping

from sandbox import kernel
from sandbox.errors import LimitExceededError, UnsafePathError
from sandbox.paths import safe_paths

_FILE_MODE = 0o644
_FOLDER_MODE = 0o755
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_NOCTTY


def deposit(workspace: int, files: Mapping[str, bytes]) -> None:
    """Write regular files below the workspace; whatever lay at their names is replaced."""
    for path, parts in safe_paths(files).items():
        try:
            _write(workspace, parts, files[path])
        except OSError as error:
            raise _explain(path, error) from error


def write_atomically(folder: int, name: bytes, content: bytes) -> None:
    """Put a file in place at once: readers see the old or the new, never a half."""
    trial = b".%s" % secrets.token_hex(8).encode()
    descriptor = kernel.open_beneath(folder, trial, _CREATE, _FILE_MODE)
    try:
        try:
            _write_all(descriptor, content)
        finally:
            os.close(descriptor)
        os.rename(trial, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(trial, dir_fd=folder)
        raise


def _write(workspace: int, parts: list[bytes], content: bytes) -> None:
    folder = os.dup(workspace)
    try:
        for name in parts[:-1]:
            folder, parent = _open_or_make_folder(folder, name), folder
            os.close(parent)
        # Renaming over a link or a pipe replaces it; it is never opened.
        write_atomically(folder, parts[-1], content)
    finally:
        os.close(folder)


def _open_or_make_folder(parent: int, name: bytes) -> int:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, _FOLDER_MODE, dir_fd=parent)
    return kernel.open_beneath(parent, name, _OPEN_FOLDER)


def _write_all(descriptor: int, content: bytes) -> None:
    os.fchmod(descriptor, _FILE_MODE)
    remaining = memoryview(content)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]


def _explain(path: str, error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LimitExceededError(f"workspace_bytes: no room left in the workspace for {path!r}")
    return UnsafePathError(f"{path!r} cannot be written in this workspace: {error.strerror}")
