"""Where no control group holds memory back: look at it every few milliseconds, then kill."""

import contextlib
import os
import resource
from collections.abc import Callable

INTERVAL_SECONDS = 0.02


def used_bytes(processes: int, limit_bytes: int) -> int:
    """Add up the memory of all processes in a pod's own process list.

    The quick sum counts shared pages once for each process; only when it is over the limit is the
    slow one worth its time, which gives each process its part of them.
    """
    quick = _sum(processes, _resident_bytes)
    return quick if quick <= limit_bytes else _sum(processes, _proportional_bytes)


def _sum(processes: int, measure: Callable[[int, str], int]) -> int:
    total = 0
    for name in os.listdir(processes):
        if name.isdigit():
            # A process may end between the listing and the look.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                total += measure(processes, name)
    return total


def _resident_bytes(processes: int, name: str) -> int:
    return int(_read(processes, f"{name}/statm").split()[1]) * resource.getpagesize()


def _proportional_bytes(processes: int, name: str) -> int:
    try:
        lines = _read(processes, f"{name}/smaps_rollup").splitlines()
    except PermissionError:
        # A process may hide its mappings; then it is charged for all it shares.
        return _resident_bytes(processes, name)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:")), 0)


def _read(processes: int, name: str) -> bytes:
    descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=processes)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
