"""The works on this machine, shared by every command that uses it and gone with the last one.

Users hold a shared lock on `users.lock`; the keeper, one process that owns all the others, holds
`keeper.lock` for its life and stops everything as soon as it gets `users.lock` for itself. A user
that is killed leaves no lock behind, so the works stops then too.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from backend.errors import PartMissingError

START_SECONDS = 120.0
STOP_SECONDS = 60.0
LOOK_SECONDS = 0.05
REAP_SECONDS = 5.0

# A keeper outlives the command that started it when others still use the works.
_started: list[subprocess.Popen[bytes]] = []


class RunningWorks(msgspec.Struct, frozen=True):
    """How to reach the works on this machine; the file that says so is its owner's only."""

    address: str
    api_key: str
    pid: int
    trace_viewer: str = ""


@dataclass(frozen=True)
class Places:
    """The files by which commands and keeper find each other, in the data folder."""

    folder: Path

    @property
    def users(self) -> Path:
        """Whoever uses the works holds a shared lock on this."""
        return self.folder / "users.lock"

    @property
    def keeper(self) -> Path:
        """The keeper holds an exclusive lock on this for as long as it lives."""
        return self.folder / "keeper.lock"

    @property
    def running(self) -> Path:
        """Written when the works is ready, removed when it stops."""
        return self.folder / "running.json"

    @property
    def failure(self) -> Path:
        """Why the works did not start."""
        return self.folder / "keeper.failure"

    @property
    def log(self) -> Path:
        """What the keeper and its processes say."""
        return self.folder / "works.log"


@contextlib.contextmanager
def locked(path: Path, operation: int) -> Iterator[int]:
    """Hold a file lock; raises BlockingIOError when it is taken and `LOCK_NB` was asked for."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, operation)
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Say whether somebody holds this lock."""
    try:
        with locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


@contextlib.contextmanager
def use_works(data_folder: Path) -> Iterator[RunningWorks]:
    """Yield the running works, started if need be; the last user waits until it has stopped."""
    data_folder.mkdir(parents=True, exist_ok=True)
    places = Places(data_folder)
    with locked(places.users, fcntl.LOCK_SH) as lock:
        try:
            yield _wait_until_ready(places)
        finally:
            _leave(places, lock)


def _wait_until_ready(places: Places) -> RunningWorks:
    deadline = time.monotonic() + START_SECONDS
    places.failure.unlink(missing_ok=True)
    while time.monotonic() < deadline:
        if is_locked(places.keeper):
            if (running := read_running(places)) is not None:
                return running
        elif places.failure.exists():
            raise PartMissingError(places.failure.read_text())
        else:
            _start_keeper(places)
        time.sleep(LOOK_SECONDS)
    raise PartMissingError(f"the works did not start within {START_SECONDS:.0f} s: {places.log}")


def read_running(places: Places) -> RunningWorks | None:
    """Return how to reach the works, or None while it is not ready."""
    try:
        return msgspec.json.decode(places.running.read_bytes(), type=RunningWorks)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _start_keeper(places: Places) -> None:
    with places.log.open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "backend.cli.keeper"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"DRAFTWORKS_DATA": str(places.folder)},
            # Its own session: Ctrl-C on the terminal is for the command, not for the works.
            start_new_session=True,
        )
    _started.append(keeper)
    # Until it holds its lock, another look would start another keeper (which would only leave).
    deadline = time.monotonic() + 5
    while not is_locked(places.keeper) and time.monotonic() < deadline:
        if places.failure.exists():
            return
        time.sleep(LOOK_SECONDS)


def _leave(places: Places, lock: int) -> None:
    """Stop the works if nobody else uses it, and wait until it is gone."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    running = read_running(places)
    if running is None or not is_locked(places.keeper):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while is_locked(places.keeper) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    _reap(running.pid)


def _reap(pid: int) -> None:
    """Take leave of a keeper that we started ourselves: its lock is gone a moment before it is."""
    for keeper in [keeper for keeper in _started if keeper.pid == pid]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(timeout=REAP_SECONDS)
            _started.remove(keeper)
