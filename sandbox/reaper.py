"""Finding sandboxes on the machine itself, not in anybody's memory, and removing them.

Processes carry their sandbox's label as their name, control groups as their folder's name. A dead
supervisor's processes are gone by the kernel's doing; its empty control groups are what remains.
"""

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sandbox.cgroups import find_parents, remove_group
from sandbox.labels import Label, is_owned, parse_label

_WAIT_SECONDS = 5.0
_LOOK_SECONDS = 0.002

Wanted = Callable[[Label], bool]


def remove_sandboxes(wanted: Wanted) -> set[str]:
    """Kill and remove every sandbox that is wanted gone; return their ids."""
    removed = {label.sandbox_id for label in _kill_processes(wanted)}
    for folder, label in _groups():
        if wanted(label) and _empty_group(folder):
            with contextlib.suppress(OSError):
                remove_group(folder)
                removed.add(label.sandbox_id)
    return removed


def is_left_over(minimum_age_seconds: float) -> Wanted:
    """Select sandboxes whose supervisor is dead and that are old enough."""
    oldest = time.time() - minimum_age_seconds

    def wanted(label: Label) -> bool:
        return not is_owned(label) and all(_made_at(f) <= oldest for f in _folders_of(label))

    return wanted


def _made_at(folder: Path) -> float:
    try:
        return folder.stat().st_ctime
    except FileNotFoundError:
        return 0.0


def _folders_of(label: Label) -> list[Path]:
    return [folder for folder, other in _groups() if other == label]


def living_sandboxes(wanted: Wanted) -> Iterator[tuple[int, Label]]:
    """List the first process of each sandbox."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            label = _label_of(int(entry.name))
            if label is not None and wanted(label):
                yield int(entry.name), label


def _kill_processes(wanted: Wanted) -> list[Label]:
    killed: list[Label] = []
    for process, label in living_sandboxes(wanted):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            _kill_and_wait(process, label)
            killed.append(label)
    return killed


def _kill_and_wait(process: int, label: Label) -> None:
    """Kill a sandbox's first process; its supervisor, if it lives, clears the rest away."""
    descriptor = os.pidfd_open(process)
    try:
        # Looked at once more: the id may have passed to another process before it was held.
        if _label_of(process) == label:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            select.select([descriptor], [], [], _WAIT_SECONDS)
    finally:
        os.close(descriptor)


def _label_of(process: int) -> Label | None:
    try:
        text = Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    return parse_label(text.split(b"\0")[0].decode(errors="replace"))


def _groups() -> Iterator[tuple[Path, Label]]:
    for parent in {parent.folder for parent in find_parents().values()}:
        for folder in parent.iterdir():
            label = parse_label(folder.name)
            if label is not None:
                yield folder, label


def _empty_group(folder: Path) -> bool:
    """Kill what is left in a group; False when some of it is out of our sight."""
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until:
        try:
            processes = [int(line) for line in (folder / "cgroup.procs").read_text().split()]
        except FileNotFoundError:
            return True
        if not processes:
            return True
        if 0 in processes:
            return False  # in another container: its own works looks after it
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(_LOOK_SECONDS)
    return False
