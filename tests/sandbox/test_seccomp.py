"""The system-call filter: every answer of its program, and real calls inside a sandbox."""

import errno
import json
import subprocess
from itertools import product

import pytest

from sandbox import seccomp
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import run_python

NATIVE = 0xC000003E
ALLOW, KILL = 0x7FFF0000, 0x80000000


def answer(number: int, *arguments: int, architecture: int = NATIVE) -> int:
    """Run the filter as the kernel does: over the call's number, architecture and arguments."""
    words = {0: number, 4: architecture}
    for index, value in enumerate((*arguments, 0, 0, 0, 0, 0, 0)[:6]):
        words[16 + 8 * index] = value & 0xFFFFFFFF
        words[20 + 8 * index] = value >> 32
    accumulator, position = 0, 0
    program = seccomp.filter_instructions()
    while True:
        code, if_true, if_false, constant = program[position]
        position += 1
        match code:
            case 0x20:
                accumulator = words[constant]
            case 0x54:
                accumulator &= constant
            case 0x15:
                position += if_true if accumulator == constant else if_false
            case 0x35:
                position += if_true if accumulator >= constant else if_false
            case 0x06:
                return constant
            case _:
                raise AssertionError(f"unexpected instruction {code:#x}")


def refused(number: int) -> int:
    return 0x00050000 | number


def test_every_call_has_its_one_answer() -> None:
    special = {56, 16, 41, 53, 133, 259}
    for number in set(range(600)) - special:
        expected = ALLOW
        if number in seccomp.UNKNOWN_CALLS.values():
            expected = refused(errno.ENOSYS)
        elif number in seccomp.FORBIDDEN_CALLS.values():
            expected = refused(errno.EPERM)
        assert answer(number) == expected, number


def test_no_two_names_share_a_number() -> None:
    numbers = [*seccomp.UNKNOWN_CALLS.values(), *seccomp.FORBIDDEN_CALLS.values()]

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("architecture", [0x40000003, 0xC00000B7, 0])
def test_calls_of_another_architecture_kill(architecture: int) -> None:
    assert answer(1, architecture=architecture) == KILL


def test_x32_calls_are_unknown() -> None:
    assert {answer(0x40000000 | n) for n in range(600)} == {refused(errno.ENOSYS)}


def test_clone_may_not_make_namespaces() -> None:
    flags = {"time": 0x80, "mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000}
    flags |= {"ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000}
    for flag in flags.values():
        assert answer(56, flag | 0x11) == refused(errno.EPERM)
    assert answer(56, 0x3D0F00) == ALLOW  # a thread
    assert answer(56, 0x01200011) == ALLOW  # fork


def test_terminal_injection_is_refused_whatever_the_high_half() -> None:
    for request, high in product((0x5412, 0x541C), (0, 1 << 32, 0xFFFFFFFF << 32)):
        assert answer(16, 0, request | high) == refused(errno.EPERM)
    assert answer(16, 0, 0x5413) == ALLOW


def test_only_four_socket_families_are_there() -> None:
    for call, family in product((41, 53), range(50)):
        expected = ALLOW if family in (1, 2, 10, 16) else refused(errno.EAFNOSUPPORT)
        assert answer(call, family) == expected
        assert answer(call, family | 1 << 32) == expected


def test_device_nodes_are_refused_and_pipes_are_not() -> None:
    for kind in (0o020000, 0o060000):
        assert answer(133, 0, kind | 0o666) == refused(errno.EPERM)
        assert answer(259, 0, 0, kind | 0o666) == refused(errno.EPERM)
    assert answer(133, 0, 0o010600) == ALLOW
    assert answer(259, 0, 0, 0o100600) == ALLOW


# Arguments that do no harm where a call is allowed: unknown flags, bad addresses, no such thing.
PROBES = {
    "unshare": (272, 0x10000000),
    "clone": (56, 0x10000011),
    "clone3": (435, 0, 0),
    "setns": (308, -1, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "umount2": (166, 0, 0),
    "open_tree": (428, -1, 0, 0),
    "fsopen": (430, 0, 0),
    "mount_setattr": (442, -1, 0, 0, 0, 0),
    "pivot_root": (155, 0, 0),
    "chroot": (161, 0),
    "ptrace": (101, 16, 0, 0, 0),
    "process_vm_readv": (310, 0, 0, 0, 0, 0, 0),
    "pidfd_getfd": (438, -1, 0, 0),
    "kcmp": (312, 0, 0, 99, 0, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "keyctl": (250, 0, -3, 0),
    "bpf": (321, 99, 0, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 1),
    "io_uring_setup": (425, 1, 0),
    "open_by_handle_at": (304, -1, 0, 0),
    "name_to_handle_at": (303, -1, 0, 0, 0, 0),
    "fanotify_init": (300, 0, 0),
    "init_module": (175, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0),
    "reboot": (169, 0, 0, 0, 0),
    "syslog": (103, 99, 0, 0),
    "swapon": (167, 0, 0),
    "sethostname": (170, 0, 1),
    "clock_settime": (227, 0, 0),
    "mbind": (237, 0, 0, 0, 0, 0, 0),
    "vsock": (41, 40, 1, 0),
    "packet": (41, 17, 3, 0),
    "alg": (41, 38, 5, 0),
    "x32": (0x40000000 | 39,),
}
PROBE_PROGRAM = f"""
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
answers = {{}}
for name, call in json.loads('{json.dumps(PROBES)}').items():
    read, write = os.pipe()
    if os.fork() == 0:
        result = libc.syscall(*(ctypes.c_long(word) for word in call))
        number = ctypes.get_errno() if result < 0 else 0
        if os.getpid() != 1: os.write(write, b'%d ' % number)
        os._exit(0)
    os.close(write)
    answers[name] = int(os.read(read, 100).split()[0])
    os.close(read); os.wait()
print(json.dumps(answers))
"""


async def test_dangerous_calls_are_refused_inside(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    result = await run_python(driver, sandbox, PROBE_PROGRAM)

    answers = json.loads(result.stdout)
    families = {name: answers.pop(name) for name in ("vsock", "packet", "alg")}
    unknown = {name: answers.pop(name) for name in ("clone3", "io_uring_setup", "x32")}
    assert set(families.values()) == {errno.EAFNOSUPPORT}
    assert set(unknown.values()) == {errno.ENOSYS}
    assert set(answers.values()) == {errno.EPERM}, answers


def test_the_same_calls_reach_the_kernel_without_the_filter() -> None:
    """The positive control: bubblewrap alone, with the same program."""
    answers = json.loads(
        subprocess.run(
            [
                *("bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"),
                *("--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib"),
                *("--symlink", "usr/lib64", "/lib64", "--proc", "/proc"),
                *("/usr/bin/python3", "-c", PROBE_PROGRAM),
            ],
            capture_output=True,
            check=True,
            timeout=20,
        ).stdout
    )

    let_through = {name for name, number in answers.items() if number not in (1, 38, 97)}
    assert let_through >= {
        *("unshare", "clone", "setns", "ptrace", "process_vm_readv", "pidfd_getfd"),
        *("add_key", "keyctl", "userfaultfd", "name_to_handle_at", "mbind"),
    }


async def test_typing_into_a_terminal_is_refused(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = """
import ctypes, fcntl, os, termios
libc = ctypes.CDLL(None, use_errno=True)
primary, secondary = os.openpty()
print(os.isatty(secondary), len(fcntl.ioctl(secondary, termios.TIOCGWINSZ, bytes(8))))
for request in (0x5412, 0x5412 | 1 << 32, 0x541C):
    result = libc.syscall(16, secondary, ctypes.c_long(request), b'x')
    print(result, ctypes.get_errno())
try: os.open('/dev/tty', os.O_RDWR); print('HAS A TERMINAL')
except OSError as error: print(error.errno)
"""
    result = await run_python(driver, sandbox, program)

    assert result.stdout.decode().splitlines() == ["True 8", *["-1 1"] * 3, str(errno.ENXIO)]


async def test_calls_of_the_old_architecture_kill_the_program(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
print('about to call', flush=True)
code.write(bytes.fromhex('b814000000cd80c3'))  # mov eax, getpid; int 0x80; ret
print(ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(code)))())
"""
    result = await run_python(driver, sandbox, program)

    assert result.stdout == b"about to call\n"
    assert result.exit_code - 128 in (31, 11)  # SIGSYS; SIGSEGV where the kernel has no such calls
