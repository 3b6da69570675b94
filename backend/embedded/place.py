"""Where a part finds its programs, its data and its sockets, and how it is started there.

An ordinary user's part sees the real folders. Root's runs as an account of its own, which may not
even enter the checkout: it gets a mount namespace in which programs and data are bound below
/run/draftworks, so that nobody's permissions are opened. The mounts end with its last process.
"""

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backend.embedded.account import Account
from backend.embedded.sockets import make_guarded

# Nothing of the caller's environment: PG* variables, preloaded libraries and locales stay outside.
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}

_MOUNT_AND_RUN = """
set -eu
while [ "$1" != -- ]; do mount -o "$1" "$2" "$3"; shift 3; done
shift
exec "$@"
"""
_RUN_IN_BACKGROUND = ("sh", "-c", '"$@" &', "sh")


@dataclass(frozen=True, kw_only=True)
class Place:
    """The folders as the part sees them; with an account, behind mounts of its own."""

    programs: Path
    data: Path
    sockets: Path
    account: Account | None = None
    mounts: tuple[tuple[str, Path, Path], ...] = ()

    def run(self, argv: Sequence[str | Path], *, log: int) -> int:
        """Run a program to its end, detached from the terminal; return its exit status."""
        return self._run(self._command(argv), log=log, pass_fds=())

    def launch(self, argv: Sequence[str | Path], *, log: int, alive: int) -> int:
        """Start a program that outlives us and holds the lock on `alive` as long as it lives."""
        return self._run(self._command([*_RUN_IN_BACKGROUND, *argv]), log=log, pass_fds=(alive,))

    def _command(self, argv: Sequence[str | Path]) -> list[str]:
        program = [str(word) for word in argv]
        if self.account is None:
            return program
        bound = [str(word) for mount in self.mounts for word in mount]
        identity = ["--reuid", str(self.account.uid), "--regid", str(self.account.gid)]
        # A slave sees the host unmount a disk; a wholly private copy would keep the disk busy.
        return [
            *("unshare", "--mount", "--propagation", "slave"),
            *("sh", "-c", _MOUNT_AND_RUN, "sh", *bound, "--"),
            *("setpriv", *identity, "--clear-groups", "--inh-caps=-all", "--no-new-privs"),
            *program,
        ]

    def _run(self, command: list[str], *, log: int, pass_fds: Sequence[int]) -> int:
        return subprocess.run(  # noqa: S603 -- our own programs, no shell text from outside
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_ENVIRONMENT,
            cwd="/",
            pass_fds=pass_fds,
            start_new_session=True,
            umask=0o077,
            check=False,
        ).returncode


def sockets_in(home: Path, account: Account | None) -> Path:
    """Return where in a part's home its sockets are; an account needs a folder that is its own."""
    return home if account is None else home / "sockets"


def open_place(*, programs: Path, data: Path, home: Path, account: Account | None) -> Place:
    """Lay out the folders through which a part reaches its programs, data and sockets."""
    if account is None:
        return Place(programs=programs, data=data, sockets=sockets_in(home, account))
    passwd = home / "passwd"
    passwd.write_text(account.passwd, encoding="utf-8")
    passwd.chmod(0o644)
    for name in ("programs", "data"):
        make_guarded(home / name)
    return Place(
        programs=home / "programs",
        data=home / "data",
        sockets=_make_sockets(sockets_in(home, account), account),
        account=account,
        mounts=(
            ("bind,ro", programs, home / "programs"),
            ("bind", data, home / "data"),
            ("bind,ro", passwd, Path("/etc/passwd")),
        ),
    )


def _make_sockets(folder: Path, account: Account) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    return folder


def clear_home(sockets: Path) -> None:
    """Remove the sockets and the folders made for them, and nothing that is mounted there."""
    home = sockets.parent if sockets.name == "sockets" else sockets
    for folder in (sockets, home):
        with suppress(FileNotFoundError, PermissionError):
            for entry in folder.iterdir():
                if not entry.is_dir():
                    entry.unlink(missing_ok=True)
    for folder in (sockets, home / "programs", home / "data", home):
        with suppress(OSError):  # in use, not ours, or gone
            folder.rmdir()
