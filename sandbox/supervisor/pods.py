"""A pod: the namespaces, workspace and limits that all commands of one sandbox share.

Its first process is an idle `sleep` in a process namespace of its own: killing that one process
makes the kernel kill everything in the sandbox, and no program inside can prevent it.
"""

import contextlib
import fcntl
import os
import signal
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import kernel
from sandbox.cgroups import Group, GroupLimits
from sandbox.supervisor import stage
from sandbox.supervisor.bubblewrap import pod_arguments
from sandbox.supervisor.orders import PodOrder

WORKSPACE_INODES = 100_000
_TEMPORARY_SIZE = "size=64m,nr_inodes=20k"
_SHARED_MEMORY_SIZE = "size=16m,nr_inodes=1k"
_CONTROL_SIZE = "size=1m,nr_inodes=1k"
_HARMLESS = kernel.MS_NOSUID | kernel.MS_NODEV
_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_READY = b"ready"
PROC = Path("/proc")
_SLEEP = "/usr/bin/sleep"


@dataclass
class Pod:
    """One living sandbox, as the supervisor knows it."""

    order: PodOrder
    group: Group
    owner_uid: int | None
    name: str
    holder: int = 0
    holder_is_gone: bool = False
    started: float = 0.0
    namespaces: dict[int, int] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    owner_map: int | None = None
    processes_folder: int = -1
    memory_is_watched: bool = False
    is_ending: bool = False
    peak_bytes: int | None = None
    waiting_for_end: list[int] = field(default_factory=list)

    @property
    def file_uid(self) -> int:
        """Whose the workspace's files are, as the host sees it."""
        return os.getuid() if self.owner_uid is None else self.owner_uid

    @property
    def file_gid(self) -> int:
        """Which group the workspace's files have, as the host sees it."""
        return os.getgid() if self.owner_uid is None else self.owner_uid

    def enter(self) -> None:
        """Move the calling process in; the order matters, each step needs the one before."""
        self.group.join()
        kernel.enter_namespace(self.namespaces[kernel.CLONE_NEWNET], kernel.CLONE_NEWNET)
        kernel.enter_namespace(self.namespaces[kernel.CLONE_NEWNS], kernel.CLONE_NEWNS)
        if self.owner_uid is None:
            kernel.enter_namespace(self.namespaces[kernel.CLONE_NEWUSER], kernel.CLONE_NEWUSER)
        else:
            become(self.owner_uid)

    def end(self) -> None:
        """Kill everything in the pod; the kernel follows from its first process to the last."""
        self.is_ending = True
        if self.holder and not self.holder_is_gone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.holder, signal.SIGKILL)

    def close(self) -> None:
        """Let go of the descriptors that keep namespaces and mounts alive."""
        for descriptor in (*self.namespaces.values(), self.processes_folder):
            if descriptor >= 0:
                os.close(descriptor)
        self.namespaces.clear()
        self.processes_folder = -1


def become(uid: int) -> None:
    """Become a user with no groups; there is no way back."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def group_limits(order: PodOrder) -> GroupLimits:
    """Take from an order what control groups enforce."""
    return GroupLimits(
        memory_bytes=order.memory_bytes, processes=order.processes, cpu_cores=order.cpu_cores
    )


def fork_holder(pod: Pod, own_pid_namespace: int) -> int:
    """Start the pod's first process; return the pipe on which it says how that went."""
    if pod.order.private_owner is not None and pod.owner_uid is not None:
        pod.owner_map = open_owner_map(pod.order.private_owner, pod.owner_uid)
    ready, tell = os.pipe2(os.O_CLOEXEC)
    try:
        kernel.unshare(kernel.CLONE_NEWPID)
        pod.holder = os.fork()
        if pod.holder == 0:
            _hold(pod, tell)
    except OSError:
        os.close(ready)
        raise
    finally:
        kernel.enter_namespace(own_pid_namespace, kernel.CLONE_NEWPID)
        os.close(tell)
        if pod.owner_map is not None:
            os.close(pod.owner_map)
    return ready


def open_owner_map(on_disk: int, seen_as: int) -> int:
    """Make a user namespace only to say: this owner's files appear as that user's."""
    ready, tell = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(OSError):
            kernel.unshare(kernel.CLONE_NEWUSER)
            os.write(tell, _READY)
            signal.pause()
        os._exit(1)
    try:
        os.close(tell)
        if os.read(ready, len(_READY)) != _READY:
            raise OSError("no user namespace could be made for the toolchain's owner")
        own = Path(f"/proc/{child}")
        for kind in ("uid_map", "gid_map"):
            (own / kind).write_text(f"{on_disk} {seen_as} 1")
        return os.open(own / "ns" / "user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(ready)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _hold(pod: Pod, tell: int) -> None:
    """Be the first process: set the pod up, then sleep until killed."""
    try:
        # It joins no control group: it uses nothing, and the first to join after a quiet time
        # waits for the whole kernel (an RCU grace period, 5 to 20 ms).
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWNET)
        _mount_pod(pod)
        _raise_loopback()
        _leave_privilege(pod)
        # Nobody here waits for orphans of a killed command; the kernel then reaps them.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        os.write(tell, _READY)
        os.execve(_SLEEP, [pod.name, "infinity"], {})  # noqa: S606 (no shell wanted)
    except BaseException as error:  # noqa: BLE001 (a forked child must never return)
        with contextlib.suppress(OSError):
            os.write(tell, str(error).encode())
    finally:
        os._exit(1)


def _mount_pod(pod: Pod) -> None:
    owner = f"uid={pod.file_uid},gid={pod.file_gid}"
    size = f"size={pod.order.workspace_bytes},nr_inodes={WORKSPACE_INODES}"
    _mount_memory(stage.POD_WORKSPACE, f"mode=0700,{owner},{size}")
    _mount_memory(stage.POD_TEMPORARY, f"mode=1777,{owner},{_TEMPORARY_SIZE}")
    _mount_memory(stage.POD_SHARED_MEMORY, f"mode=1777,{owner},{_SHARED_MEMORY_SIZE}")
    _mount_memory(stage.POD_CONTROL, f"mode=0755,{_CONTROL_SIZE}")
    for place, folder in zip(stage.POD_TOOLCHAINS, pod.order.folders, strict=False):
        _show_folder(pod, stage.HOST / Path(folder.source).relative_to("/"), place)
    # Process ids in /proc must be those that bubblewrap sees.
    kernel.mount("proc", PROC, kind="proc", flags=_HARMLESS)
    kernel.detach_mount(stage.HOST)


def _mount_memory(target: Path, options: str) -> None:
    kernel.mount("memory", target, kind="tmpfs", flags=_HARMLESS, options=options)


def _show_folder(pod: Pod, source: Path, target: Path) -> None:
    if pod.owner_map is None:
        kernel.mount(source, target, flags=kernel.MS_BIND | kernel.MS_REC)
    else:
        kernel.mount_owned(source, target, pod.owner_map)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        answer = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request)
        flags = struct.unpack("16sH14x", answer)[1] | _IFF_UP
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags))


def _leave_privilege(pod: Pod) -> None:
    if pod.owner_uid is not None:
        become(pod.owner_uid)
        return
    # A user namespace for each pod: the kernel then counts its processes apart from the rest.
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(kernel.CLONE_NEWUSER)
    map_only(uid, gid)


def map_only(uid: int, gid: int) -> None:
    """Let this user namespace know no user but our own."""
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{uid} {uid} 1")
    (own / "gid_map").write_text(f"{gid} {gid} 1")


def open_pod(pod: Pod, ready: int) -> tuple[int, int]:
    """Take hold of a pod that has set itself up; return its workspace and control folders."""
    answer = os.read(ready, 4096)
    if answer != _READY:
        reason = answer.decode(errors="replace") or "its first process died"
        raise OSError(f"could not set the sandbox up: {reason}")
    proc = Path("/proc", str(pod.holder))
    kinds = {"net": kernel.CLONE_NEWNET, "mnt": kernel.CLONE_NEWNS, "pid": kernel.CLONE_NEWPID}
    if pod.owner_uid is None:
        kinds["user"] = kernel.CLONE_NEWUSER
    for name, kind in kinds.items():
        pod.namespaces[kind] = os.open(proc / "ns" / name, os.O_RDONLY | os.O_CLOEXEC)
    pod.arguments = pod_arguments(pod.order)
    pod.processes_folder = _open_folder(proc, PROC)
    return _open_folder(proc, stage.POD_WORKSPACE), _open_folder(proc, stage.POD_CONTROL)


def _open_folder(proc: Path, folder: Path) -> int:
    inside = proc / "root" / folder.relative_to("/")
    return os.open(inside, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
