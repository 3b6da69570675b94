"""The bubblewrap command line of one command: what it sees and what it may not."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.supervisor import stage
from sandbox.supervisor.orders import PodOrder

# Kernel interfaces that belong to the whole machine: read-only, or covered where they could be
# read. Most can be read by root only, whom no sandbox has; a bind for each costs every command.
_READ_ONLY_PROC = ("sys", "sysrq-trigger", "irq", "bus")
_COVERED_PROC = (
    *("cmdline", "interrupts", "kallsyms", "kcore", "keys", "kmsg", "kpagecount", "kpageflags"),
    *("sched_debug", "slabinfo", "timer_list", "vmallocinfo"),
)
_READ_BY_OTHERS = 0o004


def pod_arguments(order: PodOrder) -> tuple[str, ...]:
    """Build what is the same for each command of a pod."""
    return (
        *stage.system_arguments(),
        *("--ro-bind", str(stage.ETC), "/etc"),
        *("--proc", "/proc"),
        *_proc_arguments(),
        *("--dev", "/dev"),
        *("--bind", str(stage.POD_TEMPORARY), "/tmp"),  # noqa: S108 (inside the sandbox)
        *("--bind", str(stage.POD_SHARED_MEMORY), "/dev/shm"),  # noqa: S108 (inside the sandbox)
        *_toolchain_arguments(order),
        *("--ro-bind" if order.read_only_workspace else "--bind",),
        *(str(stage.POD_WORKSPACE), "/workspace"),
        *("--ro-bind", str(stage.POD_CONTROL), "/control"),
        # Otherwise both are writable file systems without a limit.
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup", "--disable-userns"),
        *("--uid", str(stage.INSIDE_USER), "--gid", str(stage.INSIDE_USER)),
        *("--cap-drop", "ALL", "--hostname", "sandbox"),
        *("--die-with-parent", "--new-session", "--chdir", "/workspace", "--clearenv"),
    )


def _proc_arguments() -> list[str]:
    arguments: list[str] = []
    for name in _READ_ONLY_PROC:
        arguments += ["--ro-bind-try", f"/proc/{name}", f"/proc/{name}"]
    for name in _COVERED_PROC:
        file = Path("/proc", name)
        if file.exists() and file.stat().st_mode & _READ_BY_OTHERS:
            arguments += ["--ro-bind", "/dev/null", str(file)]
    return arguments


def _toolchain_arguments(order: PodOrder) -> list[str]:
    arguments: list[str] = []
    for place, folder in zip(stage.POD_TOOLCHAINS, order.folders, strict=False):
        arguments += ["--ro-bind", str(place), folder.target]
    return arguments


def environment_arguments(order: PodOrder, env: Mapping[str, str]) -> list[str]:
    """Set the environment: a small fixed one, then what the caller named."""
    programs = f"{order.toolchain_root}/bin"
    base = {
        "HOME": "/tmp",  # noqa: S108 (inside the sandbox)
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    arguments: list[str] = []
    path = f"{programs}:{env.get('PATH', '/usr/bin:/bin')}"
    for name, value in {**base, **env, "PATH": path}.items():
        arguments += ["--setenv", name, value]
    return arguments


def arguments_file(arguments: Sequence[str]) -> int:
    """Put arguments where neither the host's nor the sandbox's process list shows them."""
    descriptor = os.memfd_create("arguments")
    os.write(descriptor, b"\0".join(os.fsencode(argument) for argument in arguments) + b"\0")
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
