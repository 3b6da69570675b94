"""Attacks on what lies outside the sandbox: files, processes, networks, other sandboxes."""

import asyncio
import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import host_processes, run_python, wait_for_file

CANARY = "canary-that-stays-in-the-worker"


@pytest.fixture(autouse=True)
def canary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_CANARY", CANARY)


async def test_only_named_folders_of_the_host_are_there(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = "import os, json; print(json.dumps([os.listdir('/'), os.listdir('/etc')]))"

    top, etc = json.loads((await run_python(driver, sandbox, program)).stdout)

    links = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}
    assert set(top) - links == {"usr", "etc", "proc", "dev", "tmp", "workspace", "control"}
    assert sorted(etc) == ["group", "hosts", "nsswitch.conf", "passwd"]


async def test_paths_of_the_host_lead_nowhere(
    driver: BubblewrapSandbox, sandbox: SandboxRef, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(CANARY)
    program = f"""
import glob, os
paths = ['/etc/shadow', '/root', '/home', '/var', '/run', '/sys', '/boot', '/host', '/pod',
         '/oldroot', '/newroot', '/filter.bpf', {str(secret)!r}]
paths += ['/proc/%s/root' % pid + {str(secret)!r} for pid in ['self', '1'] + os.listdir('/proc')]
paths += ['/proc/%s/cwd/../..' % pid + {str(secret)!r} for pid in ['self', '1']]
print(len(paths), [path for path in paths if os.path.lexists(path)])
"""
    result = await run_python(driver, sandbox, program)

    count, _, found = result.stdout.decode().strip().partition(" ")
    assert int(count) > 50
    assert found == "[]"


async def test_only_own_processes_are_seen_and_none_carries_the_canary(
    driver: BubblewrapSandbox, sandbox: SandboxRef, other_sandbox: SandboxRef
) -> None:
    neighbour = await driver.start(other_sandbox, ["sleep", "4901.1"])
    program = """
import os
text = b''
pids = [name for name in os.listdir('/proc') if name.isdigit()]
for pid in pids:
    for name in ('environ', 'cmdline', 'comm', 'mountinfo', 'cgroup'):
        try: text += open('/proc/%s/%s' % (pid, name), 'rb').read()
        except OSError: pass
    for name in os.listdir('/proc/%s/fd' % pid) if os.access('/proc/%s/fd' % pid, os.R_OK) else ():
        try: text += os.readlink('/proc/%s/fd/%s' % (pid, name)).encode()
        except OSError: pass
os.write(1, b'%d ' % len(pids) + text)
"""
    result = await run_python(driver, sandbox, program)
    await driver.stop(neighbour)

    count, _, text = result.stdout.partition(b" ")
    assert int(count) == 2
    assert b"PATH=" in text
    assert b"python3" in text
    assert CANARY.encode() not in text
    assert b"4901.1" not in text


async def test_nothing_is_inherited_but_the_three_streams(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    inherited = os.memfd_create("inherited", 0)
    result = await driver.exec(sandbox, ["sh", "-c", "ls /proc/self/fd; ls -l /proc/1/fd"])
    os.close(inherited)

    own, first = result.stdout.split(b"total 0")
    assert own.split() == [b"0", b"1", b"2", b"3"]  # 3 is the listing itself
    kinds = {line.split(b" -> ")[1].split(b":")[0] for line in first.strip().splitlines()}
    assert kinds <= {b"/memfd", b"pipe", b"anon_inode"}
    assert b"inherited" not in first


async def test_what_is_read_only_stays_so(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    program = """
import os
open('/workspace/control-of-this-test', 'w')
targets = ['/usr/bin/python3', '/usr/new', '/etc/passwd', '/etc/new', '/control/new', '/new',
           '/dev/new', '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname',
           '/proc/sys/net/ipv4/ip_forward', '/proc/sysrq-trigger', '/proc/1/oom_score_adj_',
           '/proc/sys/kernel/modprobe', '/proc/sys/vm/drop_caches']
for target in targets:
    try: os.close(os.open(target, os.O_WRONLY | os.O_CREAT)); print('WROTE', target)
    except OSError as error: print(error.errno)
for target in ('/usr', '/usr/bin/env', '/etc', '/proc/sys'):
    for attack in (os.chmod, ):
        try: attack(target, 0o777); print('CHANGED', target)
        except OSError as error: print(error.errno)
"""
    result = await run_python(driver, sandbox, program)

    lines = result.stdout.split()
    assert len(lines) == 18, result
    assert set(lines) <= {b"1", b"2", b"13", b"30"}, result.stdout


async def test_the_machine_s_secrets_in_proc_are_covered(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = """
import os
for name in ('kcore', 'kallsyms', 'keys', 'kmsg', 'timer_list', 'cmdline', 'slabinfo', 'modules'):
    try: print(name, len(open('/proc/' + name, 'rb').read(4096)))
    except OSError as error: print(name, 'refused')
print('version', len(open('/proc/version').read()) > 10)
"""
    result = await run_python(driver, sandbox, program)

    *covered, control = result.stdout.splitlines()
    assert control == b"version True"
    assert len(covered) == 8
    assert {line.split()[1] for line in covered} <= {b"0", b"refused"}


async def test_devices_are_the_harmless_ones(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = """
import os, stat
print(sorted(os.listdir('/dev')))
for kind in (stat.S_IFCHR, stat.S_IFBLK):
    for folder in ('/workspace', '/tmp', '/dev/shm'):
        try: os.mknod(folder + '/device', kind | 0o666, os.makedev(1, 1)); print('MADE')
        except OSError as error: print(error.errno)
os.mknod('/tmp/pipe', stat.S_IFIFO | 0o600); print('pipe made')
"""
    result = await run_python(driver, sandbox, program)

    listed, *errors, control = result.stdout.decode().splitlines()
    harmless = {"null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts", "shm"}
    assert set(eval(listed, {})) <= harmless | {"fd", "stdin", "stdout", "stderr", "core"}  # noqa: S307 (a list that our own program printed)
    assert errors == ["1"] * 6
    assert control == "pipe made"


async def test_programs_gain_no_rights(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    program = """
import os
status = open('/proc/self/status').read()
names = ('Cap', 'NoNewPrivs', 'Seccomp:')
print([line.split()[1] for line in status.splitlines() if line.startswith(names)])
print(os.getuid(), os.geteuid(), open('/proc/self/uid_map').read().split()[0::2])
for call in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]),
             lambda: os.chown('/tmp', 0, 0)):
    try: call(); print('GAINED')
    except OSError as error: print(error.errno)
open('/tmp/set', 'w'); os.chmod('/tmp/set', 0o4755)
print(os.statvfs('/tmp').f_flag & os.ST_NOSUID > 0)
"""
    result = await run_python(driver, sandbox, program)

    capabilities, users, *refusals, no_setuid = result.stdout.decode().splitlines()
    assert capabilities == str(["0" * 16] * 5 + ["1", "2"])
    assert users == "1000 1000 ['1000', '1']"
    assert set(refusals) <= {"1", "22"}
    assert len(refusals) == 4
    assert no_setuid == "True"


async def test_host_user_is_never_root_nor_shared(
    driver: BubblewrapSandbox, sandbox: SandboxRef, other_sandbox: SandboxRef, rung: str
) -> None:
    owners = set()
    for ref in (sandbox, other_sandbox):
        service = await driver.start(ref, ["sh", "-c", "touch begun; exec sleep 4902.1"])
        await wait_for_file(driver, ref, "begun")
        while not host_processes("sleep\x004902.1"):  # noqa: ASYNC110 (it is about to begin)
            await asyncio.sleep(0.01)
        owners |= set(_owners_of_sleepers("4902.1"))
        await driver.stop(service)

    assert 0 not in owners
    assert len(owners) == (2 if rung == "root" else 1)
    if rung == "root":
        assert all(200_000 <= owner < 265_536 for owner in owners)


def _owners_of_sleepers(token: str) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cmdline").read_bytes() == f"sleep\0{token}\0".encode():
                    yield entry.stat().st_uid
            except (FileNotFoundError, ProcessLookupError):
                continue


# the network


@pytest.fixture
def host_server() -> Iterator[int]:
    """Answer on the host's loopback, and under an abstract name."""
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0sandbox-test-{port}")
    abstract.listen()
    threading.Thread(target=_greet_until_closed, args=(listener,), daemon=True).start()
    yield port
    listener.close()
    abstract.close()


def _greet_until_closed(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.sendall(b"hello")


async def test_no_network_but_its_own_loopback(
    driver: BubblewrapSandbox, sandbox: SandboxRef, host_server: int
) -> None:
    with socket.create_connection(("127.0.0.1", host_server), timeout=2) as control:
        assert control.recv(5) == b"hello"
    program = f"""
import socket
def attempt(name, family, kind, address):
    with socket.socket(family, kind) as attacker:
        attacker.settimeout(1)
        try: attacker.connect(address); attacker.send(b'x'); print('REACHED', name)
        except OSError as error: print(name, error.errno)
attempt('loopback', socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', {host_server}))
attempt('abstract', socket.AF_UNIX, socket.SOCK_STREAM, '\\0sandbox-test-{host_server}')
attempt('metadata', socket.AF_INET, socket.SOCK_STREAM, ('169.254.169.254', 80))
attempt('dns', socket.AF_INET, socket.SOCK_DGRAM, ('8.8.8.8', 53))
attempt('internet', socket.AF_INET, socket.SOCK_STREAM, ('1.1.1.1', 443))
attempt('six', socket.AF_INET6, socket.SOCK_STREAM, ('fd00:ec2::254', 80))
own = socket.create_server(('127.0.0.1', 8000))
attempt('own', socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 8000))
print(sorted(line.split(':')[0].strip() for line in open('/proc/net/dev').read().splitlines()[2:]))
try: print(socket.getaddrinfo('example.org', 80))
except OSError: print('no names')
"""
    result = await run_python(driver, sandbox, program)

    *refused, own, interfaces, names = result.stdout.decode().splitlines()
    assert len(refused) == 6, result
    assert not [line for line in refused if "REACHED" in line]
    assert (own, interfaces, names) == ("REACHED own", "['lo']", "no names")


async def test_sandboxes_cannot_meet(
    driver: BubblewrapSandbox, sandbox: SandboxRef, other_sandbox: SandboxRef
) -> None:
    server = """
import socket, time
tcp = socket.create_server(('127.0.0.1', 8000))
abstract = socket.socket(socket.AF_UNIX); abstract.bind('\\0meeting'); abstract.listen()
for place in ('/tmp', '/dev/shm', '/workspace'): open(place + '/meeting', 'w')
open('begun', 'w'); time.sleep(60)
"""
    client = """
import os, socket
for family, address in ((socket.AF_INET, ('127.0.0.1', 8000)), (socket.AF_UNIX, '\\0meeting')):
    try: socket.socket(family).connect(address); print('MET')
    except OSError as error: print(error.errno)
for place in ('/tmp', '/dev/shm', '/workspace'): print(os.path.exists(place + '/meeting'))
"""
    await driver.start(other_sandbox, ["python3", "-c", server])
    await wait_for_file(driver, other_sandbox, "begun")

    neighbour = await run_python(driver, sandbox, client)
    control = await run_python(driver, other_sandbox, client)

    assert neighbour.stdout.split() == [b"111", b"111", b"False", b"False", b"False"]
    assert control.stdout.split() == [b"MET", b"MET", b"True", b"True", b"True"]
