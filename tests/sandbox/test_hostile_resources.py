"""Attacks by using too much: each must have run, and each must have met its limit."""

import asyncio
import dataclasses
import time

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.limits import MEBIBYTE
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import SMALL, host_processes, make_spec, run_python, wait_until_gone

FORK_UNTIL_REFUSED = """
import os, time
started = 0
try:
    while started < 400:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        started += 1
except OSError as error:
    print('refused after', started, error.errno, flush=True)
else:
    print('never refused', flush=True)
"""


async def test_forking_ends_at_the_limit_and_all_die(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    result = await run_python(driver, sandbox, FORK_UNTIL_REFUSED + "# token 4801.1")

    words = result.stdout.split()
    assert words[:2] == [b"refused", b"after"], result
    assert 8 < int(words[2]) < SMALL.processes
    assert wait_until_gone("4801.1") == []


async def test_forking_is_not_refused_where_the_limit_is_far(driver: BubblewrapSandbox) -> None:
    """The positive control of the test above: the same program with that one limit off."""
    ref = await driver.create(
        make_spec(limits=dataclasses.replace(SMALL, processes=450, memory_bytes=512 * MEBIBYTE))
    )

    result = await run_python(driver, ref, FORK_UNTIL_REFUSED)
    await driver.destroy(ref)

    assert result.stdout == b"never refused\n"


async def test_fork_bomb_is_held_and_ends_with_its_deadline(
    driver: BubblewrapSandbox, sandbox: SandboxRef, other_sandbox: SandboxRef
) -> None:
    bomb = "echo lit; b() { b | b & }; b; : 4802.1; wait; sleep 60"

    result = await driver.exec(sandbox, ["bash", "-c", bomb], timeout_seconds=1)
    neighbour = await driver.exec(other_sandbox, ["echo", "alive"])

    assert result.stdout == b"lit\n"
    assert b"fork" in result.stderr
    assert wait_until_gone("4802.1") == []
    assert neighbour.stdout == b"alive\n"
    assert (await driver.exec(sandbox, ["echo", "usable"])).stdout == b"usable\n"


async def test_memory_ends_at_the_limit(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    program = """
kept = []
for step in range(1, 80):
    kept.append(b'x' * 8_000_000)
    print(step * 8, flush=True)
"""
    result = await run_python(driver, sandbox, program)

    reached = int(result.stdout.split()[-1])
    assert result.exit_code != 0
    assert 30 < reached < 2 * SMALL.memory_bytes / 1_000_000


async def test_memory_of_many_processes_counts_together(
    driver: BubblewrapSandbox, sandbox: SandboxRef, rung: str
) -> None:
    program = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        kept = b'x' * 40_000_000
        time.sleep(1.5)
        os.write(1, b'kept 40 million bytes\\n')
        os._exit(0)
print('begun', flush=True)
for _ in range(8): os.wait()
"""
    result = await run_python(driver, sandbox, program)

    assert b"begun" in result.stdout
    assert result.stdout.count(b"kept") <= 2
    if rung == "root":
        assert (await driver.stats(sandbox)).peak_memory_bytes <= SMALL.memory_bytes


@pytest.mark.parametrize(
    ("folder", "least_mebibytes", "most_mebibytes"),
    [
        ("/workspace", 4, 8),
        ("/tmp", 4, 64),  # noqa: S108 (inside the sandbox)
        ("/dev/shm", 4, 16),  # noqa: S108 (inside the sandbox)
        ("/dev", 0, 0),
        ("/", 0, 0),
    ],
)
async def test_filling_a_folder_meets_its_size(
    driver: BubblewrapSandbox, folder: str, least_mebibytes: int, most_mebibytes: int
) -> None:
    limits = dataclasses.replace(SMALL, memory_bytes=256 * MEBIBYTE)
    ref = await driver.create(make_spec(limits=limits))
    program = f"""
written, number, last = 0, 0, None
try:
    while written < 200:
        number += 1
        with open('{folder}/fill%d' % number, 'wb') as file:
            for _ in range(4):
                file.write(bytes(1024 * 1024)); file.flush(); written += 1
except OSError as error:
    last = error.strerror
print(written, last)
"""
    result = await run_python(driver, ref, program)
    await driver.destroy(ref)

    written, _, why = result.stdout.decode().strip().partition(" ")
    assert least_mebibytes <= int(written) <= most_mebibytes, result
    assert why in ("No space left on device", "Read-only file system", "Permission denied")


async def test_endless_small_files_meet_the_inode_limit(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = """
import os
made = 0
try:
    while made < 200_000:
        os.close(os.open('/dev/shm/%d' % made, os.O_CREAT)); made += 1
except OSError as error:
    print(made, error.strerror)
"""
    result = await run_python(driver, sandbox, program)

    made, _, why = result.stdout.decode().strip().partition(" ")
    assert 100 < int(made) < 1100
    assert why == "No space left on device"


async def test_giant_file_is_refused(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    program = """
import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = os.open('giant', os.O_CREAT | os.O_WRONLY)
try: os.truncate(file, 1 << 40); print('made')
except OSError as error: print(error.strerror)
"""
    result = await run_python(driver, sandbox, program)

    assert result.stdout == b"File too large\n"


async def test_descriptors_run_out_for_the_attacker_only(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = """
import os, resource
opened = 0
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)); print('raised')
except (ValueError, OSError): pass
try:
    while opened < 5000: os.open('/dev/null', os.O_RDONLY); opened += 1
except OSError as error: print(opened, error.strerror)
"""
    result = await run_python(driver, sandbox, program)

    opened, _, why = result.stdout.decode().strip().partition(" ")
    assert 100 < int(opened) < SMALL.open_files
    assert why == "Too many open files"


async def test_output_flood_is_cut_and_killed(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    started = time.monotonic()
    result = await driver.exec(sandbox, ["yes", "flood"], timeout_seconds=15)

    assert result.truncated
    assert not result.timed_out
    assert result.exit_code == 137
    assert len(result.stdout) == SMALL.output_bytes
    assert time.monotonic() - started < 10


async def test_flooding_service_costs_a_ring_and_no_more(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    service = await driver.start(sandbox, ["yes", "flood"])
    while not await driver.log(service):  # noqa: ASYNC110 (the service is about to begin)
        await asyncio.sleep(0.01)
    started = time.process_time()
    result = await driver.exec(sandbox, ["sleep", "0.5"])
    log = await driver.log(service)
    await driver.stop(service)

    assert result.exit_code == 0
    assert time.process_time() - started < 0.25 * result.seconds, "the worker's loop was kept busy"
    assert SMALL.output_bytes // 2 < len(log) <= SMALL.output_bytes


async def test_spinning_gets_its_share_of_the_processor(
    rung: str, driver: BubblewrapSandbox
) -> None:
    limits = dataclasses.replace(SMALL, cpu_cores=0.25)
    ref = await driver.create(make_spec(limits=limits))
    spin = "for i in 1 2; do (while :; do :; done) & done; echo spinning; sleep 1"

    result = await driver.exec(ref, ["sh", "-c", spin])
    used = (await driver.stats(ref)).cpu_seconds
    await driver.destroy(ref)

    assert result.stdout == b"spinning\n"
    if rung == "root":
        assert used is not None
        assert 0.05 < used < 0.25 * result.seconds + 0.15


@pytest.mark.parametrize("ending", ["exec", "destroy"])
async def test_daemon_that_ignores_signals_dies_with_its_command(
    driver: BubblewrapSandbox, ending: str
) -> None:
    ref = await driver.create(make_spec())
    program = """
import os, signal, time
for number in set(range(1, 65)) - {signal.SIGCHLD}:
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('pid', 'w').write('lives')  # token 4803.1
        while True: time.sleep(0.01)
    os._exit(0)
os.wait()
while not os.path.exists('pid'): time.sleep(0.01)
print('daemon lives', flush=True)
"""
    if ending == "exec":
        result = await run_python(driver, ref, program)
        assert result.stdout == b"daemon lives\n"
        assert host_processes("4803.1") == []
    else:
        await driver.start(ref, ["python3", "-c", program + "time.sleep(60)"])
        while not await driver.collect(ref, max_files=5, max_bytes=100):
            pass
        assert len(host_processes("4803.1")) >= 2
    await driver.destroy(ref)

    assert host_processes("4803.1") == []


async def test_killing_everything_kills_only_its_own_command(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    service = await driver.start(sandbox, ["sleep", "60"])
    program = """
import os, signal, subprocess
child = subprocess.Popen(['sleep', '60'])
print('killing', flush=True)
os.kill(1, signal.SIGKILL)
os.kill(-1, signal.SIGKILL)
child.wait()
print('child died of', -child.returncode, flush=True)
"""
    result = await run_python(driver, sandbox, program)

    assert result.stdout.startswith(b"killing\nchild died of 9\n")
    assert await driver.exit_code(service) is None
