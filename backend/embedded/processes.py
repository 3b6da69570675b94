"""Finds a part's processes by what they run and where, so that a reused number is never hit."""

import os
import signal
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def find_processes(data: Path, programs: Collection[str]) -> list[int] | None:
    """Return who runs one of the programs with `data` as working folder; None without /proc."""
    if not (_PROC / "self").exists():
        return None
    numbers = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()]
    return [number for number in numbers if _is_running_there(number, data, programs)]


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to processes, some of which may be gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_running_there(pid: int, data: Path, programs: Collection[str]) -> bool:
    process = _PROC / str(pid)
    try:
        program = Path((process / "exe").readlink()).name.removesuffix(" (deleted)")
        # Followed by the kernel, so that it is the same folder in every mount namespace.
        return program in programs and (process / "cwd").samefile(data)
    except OSError:
        return False
