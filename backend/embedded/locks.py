"""File locks: one starter at a time, and a lock that lives as long as a part's processes do."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.embedded.files import give_to_owner_of_folder


@contextmanager
def hold(path: Path) -> Iterator[int]:
    """Wait for the lock on a file and hold it; who inherits the descriptor holds it too."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        give_to_owner_of_folder(path)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Say whether some process holds the lock; a dead process, even a zombie, holds nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two who ask at once do not take each other for a holder.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def is_free_within(path: Path, timeout_seconds: float) -> bool:
    """Wait until nobody holds the lock; say whether that came true in time."""
    deadline = time.monotonic() + timeout_seconds
    while is_held(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
