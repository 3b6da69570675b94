"""Where sockets live: a folder that nobody else enters, with a path short enough for a socket."""

import hashlib
import os
import stat
from pathlib import Path

from backend.embedded.errors import UnsafeFolderError

# The kernel takes 107 bytes on Linux and 103 on macOS.
_PATH_BYTES = 100


def socket_home(folder: Path, *, longest_name: str) -> Path:
    """Make and return the folder for the sockets of the part whose data are in `folder`."""
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    home = _base() / digest
    if len(os.fsencode(home / longest_name)) > _PATH_BYTES:
        raise UnsafeFolderError(home, f"a socket's path may have {_PATH_BYTES} bytes")
    make_guarded(home.parent)
    make_guarded(home)
    return home


def _base() -> Path:
    uid = os.geteuid()
    if uid == 0:
        return Path("/run/draftworks")
    login = Path(f"/run/user/{uid}")
    if os.access(login, os.W_OK):
        return login / "draftworks"
    return Path(f"/tmp/draftworks-{uid}")  # noqa: S108 -- made 0700 and checked for its owner


def make_guarded(folder: Path) -> None:
    """Make a folder for the caller, or refuse one that somebody else has put there.

    Root's may be passed through, so that the part's own account reaches its socket.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    folder.mkdir(mode=mode, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise UnsafeFolderError(folder, "somebody else made it")
    folder.chmod(mode)
