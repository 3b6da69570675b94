"""Running one command in a pod: a fresh bubblewrap with its own processes, each time."""

import contextlib
import fcntl
import json
import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

from sandbox import kernel
from sandbox.supervisor import stage
from sandbox.supervisor.bubblewrap import arguments_file, environment_arguments
from sandbox.supervisor.orders import CommandOrder
from sandbox.supervisor.pods import Pod

KIBIBYTE = 1024
# Descriptors of the command's process: 0 to 2 are its own, bubblewrap takes the others.
_ARGUMENTS, _FILTER, _STATUS = 3, 4, 5
_FIRST_UNUSED = 6
_OUT_OF_THE_WAY = 64
_FAILED_BEFORE_BUBBLEWRAP = 126
# Field 9 of /proc/PID/stat, counted from the one after the name, which is the third.
_FLAGS_FIELD = 9 - 3
_EXITING = 0x4


@dataclass
class Job:
    """A command that runs."""

    call: int
    pod: Pod
    process: int
    status: int
    killed_because: str | None = None


def spawn(
    pod: Pod, order: CommandOrder, *, bubblewrap: str, streams: list[int], own_pid_namespace: int
) -> tuple[int, int]:
    """Start the command; return its process and the pipe on which bubblewrap reports."""
    environment = environment_arguments(pod.order, order.env)
    arguments = arguments_file([*pod.arguments, *environment])
    status, report = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    kernel.enter_namespace(pod.namespaces[kernel.CLONE_NEWPID], kernel.CLONE_NEWPID)
    try:
        process = os.fork()
        if process == 0:
            _become_command(pod, order, bubblewrap, [*streams, arguments, report])
    except OSError:
        os.close(status)
        raise
    finally:
        kernel.enter_namespace(own_pid_namespace, kernel.CLONE_NEWPID)
        os.close(arguments)
        os.close(report)
    return process, status


def _become_command(pod: Pod, order: CommandOrder, bubblewrap: str, passed: list[int]) -> None:
    """In the child: into the pod, under its limits, and on to bubblewrap."""
    report = passed[-1]
    try:
        pod.enter()
        report = _place_descriptors(passed)
        _limit_resources(pod)
        own = ["--args", str(_ARGUMENTS), "--seccomp", str(_FILTER)]
        own += ["--json-status-fd", str(_STATUS)]
        os.execve(bubblewrap, ["bwrap", *own, "--", *order.argv], {})  # noqa: S606 (no shell wanted)
    except BaseException as error:  # noqa: BLE001 (a forked child must never return)
        with contextlib.suppress(OSError):
            os.write(report, json.dumps({"failed": str(error)}).encode())
    finally:
        os._exit(_FAILED_BEFORE_BUBBLEWRAP)


def _limit_resources(pod: Pod) -> None:
    order = pod.order
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: order.open_files,
        resource.RLIMIT_FSIZE: order.workspace_bytes,
        resource.RLIMIT_MEMLOCK: 64 * KIBIBYTE,
        resource.RLIMIT_MSGQUEUE: 64 * KIBIBYTE,
        resource.RLIMIT_SIGPENDING: 256,
        # Counted for the pod's own user id, or in its own user namespace: not shared.
        resource.RLIMIT_NPROC: order.processes,
    }
    if pod.memory_is_watched:
        limits[resource.RLIMIT_DATA] = order.memory_bytes
    for kind, wanted in limits.items():
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (value, value))


def _place_descriptors(passed: list[int]) -> int:
    """Give each descriptor its number, close all others; return the report's number."""
    stdin, stdout, stderr, arguments, report = passed
    program = os.open(stage.FILTER, os.O_RDONLY)
    wanted = (stdin, stdout, stderr, arguments, program, report)
    # Out of the way first: a descriptor may already have another's number.
    moved = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, _OUT_OF_THE_WAY) for descriptor in wanted]
    for number, descriptor in enumerate(moved):
        os.dup2(descriptor, number)
    kernel.close_from(_FIRST_UNUSED)
    return _STATUS


def kill(job: Job, reason: str) -> None:
    """Kill a command and all that it started.

    The inner process first: its death ends its process namespace, and bubblewrap follows. When
    bubblewrap has not made it yet, bubblewrap itself dies, and `kill_orphans` catches the rest.
    """
    job.killed_because = job.killed_because or reason
    inner = children(job.process)
    for process in inner or [job.process]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def kill_orphans(pod: Pod) -> list[int]:
    """Kill what fell to the pod's first process; it starts nothing, so it is all left over.

    bubblewrap does not wait for its inner process, so a command's last processes may outlive it
    for a moment. Returns descriptors that can be read once they are gone.
    """
    held: list[int] = []
    for process in children(pod.holder):
        with contextlib.suppress(ProcessLookupError):
            held.append(os.pidfd_open(process))
            os.kill(process, signal.SIGKILL)
    return held


def children(process: int) -> list[int]:
    """List the direct children of a process."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        # Gone, or a kernel without this list.
        return [other for other in _processes() if _parent(other) == process]
    return [int(word) for word in text.split()]


def is_exiting(process: int) -> bool:
    """Whether a process is on its way out: its namespace's others die before it is gone."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return bool(int(status.rpartition(")")[2].split()[_FLAGS_FIELD]) & _EXITING)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent(process: int) -> int | None:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(status.rpartition(")")[2].split()[1])


@dataclass(frozen=True)
class Ending:
    """How a command ended, as bubblewrap reported it."""

    exit_code: int
    has_run: bool
    failure: str = ""


def read_ending(job: Job, wait_status: int) -> Ending:
    """Read the report after the process is gone; a command that ran leaves an exit code."""
    with contextlib.suppress(BlockingIOError):
        text = os.read(job.status, 4096).decode(errors="replace")
        values = {k: v for line in text.splitlines() for k, v in json.loads(line).items()}
        if "exit-code" in values:
            return Ending(int(values["exit-code"]), has_run=True)
        if "failed" in values:
            return Ending(_FAILED_BEFORE_BUBBLEWRAP, has_run=False, failure=values["failed"])
    was_killed = job.killed_because is not None or os.WIFSIGNALED(wait_status)
    return Ending(_exit_code(wait_status), has_run=was_killed)


def _exit_code(wait_status: int) -> int:
    code = os.waitstatus_to_exitcode(wait_status)
    return code if code >= 0 else 128 - code
