"""The few kernel calls that Python 3.11 has no function for, each with a plain error."""

import ctypes
import os
import platform
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

RESOLVE_NO_XDEV = 0x01
RESOLVE_NO_MAGICLINKS = 0x02
RESOLVE_NO_SYMLINKS = 0x04
RESOLVE_BENEATH = 0x08
RESOLVE_STRICTLY = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4

# These numbers are the same on every architecture.
_CALL_OPEN_TREE = 428
_CALL_MOVE_MOUNT = 429
_CALL_OPENAT2 = 437
_CALL_MOUNT_SETATTR = 442
_CALL_CLOSE_RANGE = 436
_CALL_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_AT_FDCWD = -100
_AT_EMPTY_PATH = 0x1000
_OPEN_TREE_CLOEXEC_CLONE = 0x80001
_MOVE_MOUNT_F_EMPTY_PATH = 0x4
_MOUNT_ATTR_IDMAP = 0x00100000

_libc = ctypes.CDLL(None, use_errno=True)


class _OpenHow(ctypes.Structure):
    """The argument of openat2."""

    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


class _MountAttributes(ctypes.Structure):
    """The argument of mount_setattr."""

    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace", ctypes.c_uint64),
    )


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def mount(
    source: Path | str, target: Path, *, kind: str = "none", flags: int = 0, options: str = ""
) -> None:
    """Mount `source` on `target`."""
    result = _libc.mount(
        os.fsencode(source), os.fsencode(target), kind.encode(), flags, options.encode()
    )
    _checked(result, f"mount {kind} {source} on {target}")


def detach_mount(target: Path) -> None:
    """Take a mount and all below it out of this mount namespace."""
    _checked(_libc.umount2(os.fsencode(target), MNT_DETACH), f"unmount {target}")


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` for new ones."""
    _checked(_libc.unshare(flags), f"unshare {flags:#x}")


def enter_namespace(descriptor: int, kind: int) -> None:
    """Join the namespace behind `descriptor`."""
    _checked(_libc.setns(descriptor, kind), f"setns {kind:#x}")


def pivot_root(new_root: Path, put_old: Path) -> None:
    """Make `new_root` the root and hang the old one under `put_old`."""
    number = _CALL_PIVOT_ROOT[platform.machine()]
    result = _libc.syscall(number, os.fsencode(new_root), os.fsencode(put_old))
    _checked(result, f"pivot_root to {new_root}")


def die_with_parent(signal_number: int) -> None:
    """Ask for `signal_number` when the thread that forked this process ends."""
    _checked(_libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl PDEATHSIG")


def mount_owned(source: Path, target: Path, owner_map: int) -> None:
    """Bind a folder so that its owner's files appear as another user's; nothing on disk changes."""
    tree = _checked(
        _libc.syscall(_CALL_OPEN_TREE, _AT_FDCWD, os.fsencode(source), _OPEN_TREE_CLOEXEC_CLONE),
        f"open_tree {source}",
    )
    try:
        attributes = _MountAttributes(_MOUNT_ATTR_IDMAP, 0, 0, owner_map)
        size = ctypes.c_size_t(ctypes.sizeof(attributes))
        changed = _libc.syscall(
            _CALL_MOUNT_SETATTR, tree, b"", _AT_EMPTY_PATH, ctypes.byref(attributes), size
        )
        _checked(changed, f"give {source} another owner (mount_setattr)")
        moved = _libc.syscall(
            _CALL_MOVE_MOUNT, tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH
        )
        _checked(moved, f"move_mount {source}")
    finally:
        os.close(tree)


def own_process_files() -> None:
    """Own /proc/self again: the kernel gives it to root when a process changes its user."""
    _checked(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl DUMPABLE")


def close_from(first: int) -> None:
    """Close every descriptor from `first` on."""
    largest = ctypes.c_uint(0xFFFFFFFF)
    if _libc.syscall(_CALL_CLOSE_RANGE, ctypes.c_uint(first), largest, 0) < 0:
        os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def open_beneath(folder: int, name: bytes, flags: int, mode: int = 0) -> int:
    """Open `name` in `folder`, never through a link, a mount or out of the folder."""
    how = _OpenHow(flags | os.O_CLOEXEC, mode, RESOLVE_STRICTLY)
    size = ctypes.c_size_t(ctypes.sizeof(how))
    result = _libc.syscall(_CALL_OPENAT2, folder, name, ctypes.byref(how), size)
    return _checked(result, "openat2")


def act_on_files_as(uid: int, gid: int) -> None:
    """Let this thread alone touch files as another user, without root's way past permissions."""
    # setfsgid first: without root's file identity the group could not be changed any more.
    _libc.setfsgid(gid)
    _libc.setfsuid(uid)
    if _libc.setfsuid(-1) != uid or _libc.setfsgid(-1) != gid:
        raise PermissionError(f"could not act on files as user {uid}")
