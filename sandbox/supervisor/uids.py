"""Host user ids for sandboxes: one for each, none shared, none that belongs to anybody."""

import contextlib
import itertools
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

from sandbox.errors import SandboxUnavailableError

FIRST = 200_000
COUNT = 65_536


class UserIds:
    """Hands out ids one after another, so that one comes back only after the whole range.

    An abstract socket's name is the lock: it holds across workers, and the kernel drops it
    with its process.
    """

    def __init__(self) -> None:
        first, count = _usable_range(Path("/proc/self/uid_map").read_text())
        start = secrets.randbelow(count)
        self._next: Iterator[int] = (first + (start + step) % count for step in itertools.count())
        self._count = count
        self._held: dict[int, socket.socket] = {}

    def take(self) -> int:
        """Reserve an id that no other sandbox on this machine has."""
        for uid in itertools.islice(self._next, self._count):
            lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            with contextlib.suppress(OSError):
                lock.bind(f"\0draftworks-sandbox-user-{uid}")
                self._held[uid] = lock
                return uid
            lock.close()
        raise SandboxUnavailableError("every user id for sandboxes is taken; close some sandboxes")

    def give_back(self, uid: int) -> None:
        """Let go of an id whose processes are all gone."""
        self._held.pop(uid).close()


def _usable_range(uid_map: str) -> tuple[int, int]:
    for line in uid_map.splitlines():
        inside, _, count = (int(word) for word in line.split())
        if inside <= FIRST and inside + count >= FIRST + COUNT:
            return FIRST, COUNT
    raise SandboxUnavailableError(
        f"user ids {FIRST} to {FIRST + COUNT - 1} do not exist here (a container with few ids?);"
        " start the works as an ordinary user instead of root"
    )
