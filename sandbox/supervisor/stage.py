"""The supervisor's own root: only what sandboxes are made of, so that nothing else can leak.

The host's root stays reachable for the supervisor under `/host`; each pod drops it. Because the
supervisor binds from there, folders that only root may enter can be shown without opening them.
"""

import os
from pathlib import Path

from sandbox import kernel
from sandbox.seccomp import filter_program
from sandbox.toolchains.folders import MOST_FOLDERS

HOST = Path("/host")
FILTER = Path("/filter.bpf")
ETC = Path("/etc-inside")
POD = Path("/pod")
POD_WORKSPACE = POD / "workspace"
POD_CONTROL = POD / "control"
POD_TOOLCHAINS = tuple(POD / "toolchain" / str(number) for number in range(MOST_FOLDERS))
POD_TEMPORARY = POD / "temporary"
POD_SHARED_MEMORY = POD / "shared-memory"
INSIDE_USER = 1000

_POD_FOLDERS = (
    POD_WORKSPACE,
    POD_CONTROL,
    POD_TEMPORARY,
    POD_SHARED_MEMORY,
    *POD_TOOLCHAINS,
)
_NEW_ROOT = Path("/tmp")  # noqa: S108 (only the mount point of a private tmpfs for a moment)
_SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_ETC_FILES = {
    "passwd": (
        f"root:x:0:0::/:/usr/sbin/nologin\nmaker:x:{INSIDE_USER}:{INSIDE_USER}::/tmp:/bin/sh\n"
    ),
    "group": f"root:x:0:\nmaker:x:{INSIDE_USER}:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def enter_stage() -> None:
    """Build the private root and make it this process's root."""
    kernel.mount("none", Path("/"), flags=kernel.MS_REC | kernel.MS_PRIVATE)
    harmless = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("stage", _NEW_ROOT, kind="tmpfs", flags=harmless, options="mode=0755,size=16m")
    _write_files(_NEW_ROOT)
    _bind_system(_NEW_ROOT)
    kernel.mount("proc", _NEW_ROOT / "proc", kind="proc")
    kernel.pivot_root(_NEW_ROOT, _NEW_ROOT / HOST.name)
    os.chdir("/")
    read_only = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY
    kernel.mount("none", Path("/"), flags=read_only | kernel.MS_NOSUID | kernel.MS_NODEV)


def _write_files(root: Path) -> None:
    for name in ("usr", "proc", "tmp", "dev", HOST.name, ETC.name, POD.name):
        (root / name).mkdir()
    for folder in _POD_FOLDERS:
        (root / folder.relative_to("/")).mkdir(parents=True)
    for name, text in _ETC_FILES.items():
        (root / ETC.name / name).write_text(text)
    (root / FILTER.name).write_bytes(filter_program())


def _bind_system(root: Path) -> None:
    kernel.mount("/usr", root / "usr", flags=kernel.MS_BIND | kernel.MS_REC)
    for name in _SYSTEM_LINKS:
        host = Path("/", name)
        if host.is_symlink():
            (root / name).symlink_to(host.readlink())
        elif host.is_dir():
            (root / name).mkdir()
            kernel.mount(host, root / name, flags=kernel.MS_BIND | kernel.MS_REC)
    for name in _DEVICES:
        (root / "dev" / name).touch()
        kernel.mount(Path("/dev", name), root / "dev" / name, flags=kernel.MS_BIND)


def system_arguments() -> list[str]:
    """Show the operating system's programs, read-only, as bubblewrap arguments."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM_LINKS:
        here = Path("/", name)
        if here.is_symlink():
            arguments += ["--symlink", str(here.readlink()), str(here)]
        elif here.is_dir():
            arguments += ["--ro-bind", str(here), str(here)]
    return arguments
