"""The system-call filter of every sandbox: classic BPF, written in plain Python.

What an ordinary program needs stays allowed; new namespaces, mounts, tracing, kernel
administration, key rings, BPF, io_uring, odd socket families and device nodes do not.
"""

import errno
import platform
import struct

from sandbox.errors import SandboxUnavailableError

_AUDIT_ARCH_X86_64 = 0xC000003E
_X32_BIT = 0x40000000

_KILL_PROCESS = 0x80000000
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000

_LOAD = 0x20  # A = 32-bit word of seccomp_data at k
_AND = 0x54  # A &= k
_JUMP_EQUAL = 0x15
_JUMP_GREATER_EQUAL = 0x35
_RETURN = 0x06

_OFFSET_NUMBER = 0
_OFFSET_ARCH = 4
_OFFSET_ARGUMENTS = 16

# clone() with any of these asks for a new namespace.
_NAMESPACE_FLAGS = 0x7E020080
_FILE_TYPE_MASK = 0o170000
_DEVICE_TYPES = (0o020000, 0o060000)
_TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_SOCKET_FAMILIES = (1, 2, 10, 16)  # UNIX, INET, INET6, NETLINK

# Answered as if the kernel did not know them: libraries fall back by themselves.
UNKNOWN_CALLS = {
    "clone3": 435,  # its flags lie in memory, where no filter can read them
    "io_uring_setup": 425,  # makes sockets and opens files behind the filter's back
    "io_uring_enter": 426,
    "io_uring_register": 427,
}

FORBIDDEN_CALLS = {
    # mounts and namespaces
    "mount": 165,
    "umount2": 166,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
    "open_tree_attr": 467,
    "pivot_root": 155,
    "chroot": 161,
    "unshare": 272,
    "setns": 308,
    # other processes and their secrets
    "ptrace": 101,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "process_madvise": 440,
    "kcmp": 312,
    "pidfd_getfd": 438,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    # kernel surface
    "bpf": 321,
    "perf_event_open": 298,
    "userfaultfd": 323,
    "name_to_handle_at": 303,
    "open_by_handle_at": 304,
    "fanotify_init": 300,
    "create_module": 174,
    "init_module": 175,
    "delete_module": 176,
    "finit_module": 313,
    "kexec_load": 246,
    "kexec_file_load": 320,
    "syslog": 103,
    "acct": 163,
    "quotactl": 179,
    "quotactl_fd": 443,
    "nfsservctl": 180,
    "swapon": 167,
    "swapoff": 168,
    "reboot": 169,
    "sethostname": 170,
    "setdomainname": 171,
    "settimeofday": 164,
    "clock_settime": 227,
    "clock_adjtime": 305,
    "adjtimex": 159,
    "iopl": 172,
    "ioperm": 173,
    "modify_ldt": 154,
    "mbind": 237,
    "set_mempolicy": 238,
    "get_mempolicy": 239,
    "set_mempolicy_home_node": 450,
    "migrate_pages": 256,
    "move_pages": 279,
    "lookup_dcookie": 212,
    "vhangup": 153,
    "uselib": 134,
    "_sysctl": 156,
}

_CALL_CLONE = 56
_CALL_IOCTL = 16
_CALL_SOCKET = 41
_CALL_SOCKETPAIR = 53
_CALL_MKNOD = 133
_CALL_MKNODAT = 259

Instruction = tuple[int, int, int, int]


def _refuse(number: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | number)


def _load_argument(index: int) -> Instruction:
    # The low half is what the kernel looks at for flags, families, modes and ioctl requests,
    # so setting a bit in the high half changes nothing.
    return (_LOAD, 0, 0, _OFFSET_ARGUMENTS + 8 * index)


def _when_called(number: int, body: list[Instruction]) -> list[Instruction]:
    """`body` must end in a return: then the accumulator still holds the number afterwards."""
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


def _refuse_values(argument: int, values: tuple[int, ...], mask: int | None) -> list[Instruction]:
    masked = [] if mask is None else [(_AND, 0, 0, mask)]
    jumps = [(_JUMP_EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [
        _load_argument(argument),
        *masked,
        *jumps,
        (_RETURN, 0, 0, _ALLOW),
        _refuse(errno.EPERM),
    ]


def _allow_only(argument: int, values: tuple[int, ...], refusal: int) -> list[Instruction]:
    jumps = [(_JUMP_EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [_load_argument(argument), *jumps, _refuse(refusal), (_RETURN, 0, 0, _ALLOW)]


def _refuse_new_namespaces() -> list[Instruction]:
    return [
        _load_argument(0),
        (_AND, 0, 0, _NAMESPACE_FLAGS),
        (_JUMP_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        _refuse(errno.EPERM),
    ]


def _native_calls_only() -> list[Instruction]:
    return [
        (_LOAD, 0, 0, _OFFSET_ARCH),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH_X86_64),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _OFFSET_NUMBER),
        (_JUMP_GREATER_EQUAL, 0, 1, _X32_BIT),
        _refuse(errno.ENOSYS),
    ]


def filter_instructions() -> list[Instruction]:
    """Return the whole program: (code, jump if true, jump if false, constant) each."""
    program = _native_calls_only()
    program += _when_called(_CALL_CLONE, _refuse_new_namespaces())
    program += _when_called(_CALL_IOCTL, _refuse_values(1, _TERMINAL_INJECTION, None))
    families = _allow_only(0, _SOCKET_FAMILIES, errno.EAFNOSUPPORT)
    program += _when_called(_CALL_SOCKET, families)
    program += _when_called(_CALL_SOCKETPAIR, families)
    program += _when_called(_CALL_MKNOD, _refuse_values(1, _DEVICE_TYPES, _FILE_TYPE_MASK))
    program += _when_called(_CALL_MKNODAT, _refuse_values(2, _DEVICE_TYPES, _FILE_TYPE_MASK))
    for number in UNKNOWN_CALLS.values():
        program += _when_called(number, [_refuse(errno.ENOSYS)])
    for number in FORBIDDEN_CALLS.values():
        program += _when_called(number, [_refuse(errno.EPERM)])
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def filter_program() -> bytes:
    """Return the filter as bubblewrap's `--seccomp` reads it."""
    if platform.machine() != "x86_64":
        raise SandboxUnavailableError(
            f"the system-call filter knows x86_64 only, this machine is {platform.machine()};"
            " run the works on an x86_64 Linux machine"
        )
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in filter_instructions())
