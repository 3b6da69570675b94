"""Control groups, version 1 and 2, controller by controller: the kernel's own hard limits.

A machine may have all controllers in version 1, all in version 2, or some in each. Where a
controller is missing or not ours to use, the sandbox falls back and `probe` says so.
"""

import contextlib
import errno
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids", "cpu", "cpuacct")
_CPU_PERIOD_MICROSECONDS = 100_000
_NANOSECONDS = 1_000_000_000
_MICROSECONDS = 1_000_000
_REMOVAL_SECONDS = 2.0


@dataclass(frozen=True)
class Parent:
    """A folder of the control-group tree in which children of ours may be made."""

    version: int
    folder: Path


@dataclass(frozen=True, kw_only=True)
class GroupLimits:
    """What a control group can hold back."""

    memory_bytes: int
    processes: int
    cpu_cores: float


def find_parents(root: Path = Path("/")) -> Mapping[str, Parent]:
    """Find, for each controller, where this process may make groups; tries it for real.

    The folders are given as seen from below `root`, for a process about to move its root there.
    """
    own = Path("/proc/self")
    found = Hierarchies.read((own / "mountinfo").read_text(), (own / "cgroup").read_text())
    parents: dict[str, Parent] = {}
    for controller in CONTROLLERS:
        for candidate in found.candidates(controller):
            if _may_make_groups(candidate.folder):
                folder = root / candidate.folder.relative_to("/")
                parents[controller] = Parent(candidate.version, folder)
                break
    return parents


@dataclass(frozen=True)
class Hierarchies:
    """The mounted control-group trees and where this process sits in each; "" is version 2."""

    mounts: Mapping[str, tuple[str, Path]]
    memberships: Mapping[str, str]

    @classmethod
    def read(cls, mountinfo: str, cgroup: str) -> "Hierarchies":
        """Read them from what the kernel says of a process."""
        memberships: dict[str, str] = {}
        for line in cgroup.splitlines():
            _, controllers, path = line.split(":", 2)
            memberships.update(dict.fromkeys(controllers.split(","), path))
        return cls(_mounted_trees(mountinfo), memberships)

    def candidates(self, controller: str) -> Iterator[Parent]:
        """List the folders whose children would have the controller, nearest first."""
        own = self._own_folder(controller)
        if own is not None:
            yield Parent(1, own)
        # In version 2 our own group holds processes, and controllers are only for the children of
        # groups that hold none: go up to where they are already handed down.
        needed = "cpu" if controller == "cpuacct" else controller
        folder = self._own_folder("")
        while folder is not None and folder.is_relative_to(self.mounts[""][1]):
            if needed in _words(folder / "cgroup.subtree_control"):
                yield Parent(2, folder)
            folder = folder.parent

    def _own_folder(self, tree: str) -> Path | None:
        if tree not in self.mounts or tree not in self.memberships:
            return None
        inner_root, folder = self.mounts[tree]
        try:
            return folder / Path(self.memberships[tree]).relative_to(inner_root)
        except ValueError:
            return None


def _mounted_trees(mountinfo: str) -> dict[str, tuple[str, Path]]:
    found: dict[str, tuple[str, Path]] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        inner_root, folder = before.split()[3:5]
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2":
            found.setdefault("", (inner_root, Path(folder)))
        elif kind == "cgroup":
            for option in options.split(" ")[-1].split(","):
                found.setdefault(option, (inner_root, Path(folder)))
    return found


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []


def _may_make_groups(folder: Path) -> bool:
    """Write and remove a child: owners and modes prove nothing on read-only trees."""
    trial = folder / f"draftworks-trial-{os.getpid()}"
    try:
        trial.mkdir()
        (trial / "cgroup.procs").open("ab").close()
    except OSError:
        with contextlib.suppress(OSError):
            trial.rmdir()
        return False
    trial.rmdir()
    return True


class Group:
    """The control groups of one sandbox, one folder for each hierarchy."""

    def __init__(self, parents: Mapping[str, Parent], name: str) -> None:
        self._folders = {c: (p.version, p.folder / name) for c, p in parents.items()}
        self._joins: list[int] = []

    def create(self, limits: GroupLimits) -> None:
        """Make the folders, write the limits and open the doors for processes."""
        for folder in self._each_folder():
            folder.mkdir()
        for controller, write in _WRITERS.items():
            if controller in self._folders:
                write(*self._folders[controller], limits)
        for folder in self._each_folder():
            self._joins.append(os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC))

    def join(self) -> None:
        """Put the calling process in; its children follow."""
        for descriptor in self._joins:
            os.write(descriptor, b"0")

    def cpu_seconds(self) -> float | None:
        """Return the processor time used until now."""
        if "cpuacct" not in self._folders:
            return None
        version, folder = self._folders["cpuacct"]
        if version == 1:
            return int((folder / "cpuacct.usage").read_text()) / _NANOSECONDS
        return int(_keyed(folder / "cpu.stat")["usage_usec"]) / _MICROSECONDS

    def peak_memory_bytes(self) -> int | None:
        """Return the most memory used at once; None where the kernel does not keep it."""
        if "memory" not in self._folders:
            return None
        version, folder = self._folders["memory"]
        name = "memory.max_usage_in_bytes" if version == 1 else "memory.peak"
        try:
            return int((folder / name).read_text())
        except FileNotFoundError:
            return None

    def remove(self) -> None:
        """Close the doors and remove the folders; the processes must be gone or going."""
        for descriptor in self._joins:
            os.close(descriptor)
        self._joins.clear()
        for folder in self._each_folder():
            remove_group(folder)

    def _each_folder(self) -> list[Path]:
        return sorted({folder for _, folder in self._folders.values()})


def remove_group(folder: Path) -> None:
    """Remove one group; leaving processes keep it busy for a moment."""
    until = time.monotonic() + _REMOVAL_SECONDS
    while True:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > until:
                raise
            time.sleep(0.001)
        else:
            return


def _limit_memory(version: int, folder: Path, limits: GroupLimits) -> None:
    value = str(limits.memory_bytes)
    if version == 1:
        (folder / "memory.limit_in_bytes").write_text(value)
        _write_if_there(folder / "memory.memsw.limit_in_bytes", value)
    else:
        (folder / "memory.max").write_text(value)
        _write_if_there(folder / "memory.swap.max", "0")


def _limit_processes(_version: int, folder: Path, limits: GroupLimits) -> None:
    (folder / "pids.max").write_text(str(limits.processes))


def _limit_cpu(version: int, folder: Path, limits: GroupLimits) -> None:
    quota = max(1000, int(limits.cpu_cores * _CPU_PERIOD_MICROSECONDS))
    if version == 1:
        (folder / "cpu.cfs_period_us").write_text(str(_CPU_PERIOD_MICROSECONDS))
        (folder / "cpu.cfs_quota_us").write_text(str(quota))
    else:
        (folder / "cpu.max").write_text(f"{quota} {_CPU_PERIOD_MICROSECONDS}")


_WRITERS = {"memory": _limit_memory, "pids": _limit_processes, "cpu": _limit_cpu}


def _write_if_there(file: Path, value: str) -> None:
    # A kernel without swap accounting lacks the file, and then there is no swap to limit.
    if file.exists():
        file.write_text(value)


def _keyed(file: Path) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in file.read_text().splitlines())
