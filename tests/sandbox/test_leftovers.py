"""Nothing stays behind: after many lives, after killed workers and supervisors."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.errors import SandboxError, SandboxGoneError
from sandbox.labels import PREFIX, build_digest, start_time
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import RUNGS, host_processes, make_spec, our_groups, wait_until_gone

PROJECT = Path(__file__).parents[2]
WORKER = """
import asyncio, json, sys
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from tests.sandbox.machines import host_processes, make_spec
async def main():
    driver = BubblewrapSandbox(user=json.loads(sys.argv[1]))
    ref = await driver.create(make_spec(build=sys.argv[2]))
    await driver.start(ref, ['sleep', sys.argv[3]])
    while not host_processes('sleep\\0' + sys.argv[3]): await asyncio.sleep(0.01)
    print(json.dumps([ref.id, driver.supervisor_process]), flush=True)
    await driver.exec(ref, ['sleep', sys.argv[3]])
asyncio.run(main())
"""


@contextlib.contextmanager
def running_worker(
    user: int | None, token: str
) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """Run a worker in a process of its own; give its sandbox's id and its supervisor's."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, json.dumps(user), f"build {token}", token],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert worker.stdout is not None
    try:
        sandbox_id, supervisor = json.loads(worker.stdout.readline())
        yield worker, sandbox_id, supervisor
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()


def groups_of(sandbox_id: str) -> set[str]:
    return {group for group in our_groups() if sandbox_id in group}


def wait_for_groups_to_go(sandbox_id: str) -> set[str]:
    until = time.monotonic() + 3
    while (left := groups_of(sandbox_id)) and time.monotonic() < until:
        time.sleep(0.02)
    return left


async def test_thirty_lives_leave_nothing(driver: BubblewrapSandbox, rung: str) -> None:
    await _live(driver, 0)  # what is made once, is made now
    before = _traces(driver.supervisor_process)

    await asyncio.gather(*(_live(driver, number) for number in range(30)))

    until = time.monotonic() + 3
    while time.monotonic() < until and _traces(driver.supervisor_process) != before:  # noqa: ASYNC110 (the kernel tells nobody)
        await asyncio.sleep(0.05)
    assert _traces(driver.supervisor_process) == before


async def _live(driver: BubblewrapSandbox, number: int) -> None:
    ref = await driver.create(make_spec(build=f"life {number}"))
    await driver.put(ref, {"file": b"x" * 10_000})
    await driver.start(ref, ["sleep", "4951.1"])
    running = asyncio.create_task(driver.exec(ref, ["sh", "-c", "sleep 4951.1 & wait"]))
    await asyncio.sleep(0.05)
    if number % 3 == 1:
        for process in host_processes(ref.id):
            os.kill(process, signal.SIGKILL)
    elif number % 3 == 2:
        running.cancel()
    with contextlib.suppress(SandboxGoneError):
        await driver.stats(ref)
        await driver.collect(ref, max_files=10, max_bytes=100_000)
    await driver.destroy(ref)
    with contextlib.suppress(SandboxError, asyncio.CancelledError):
        await running


def _inner(supervisor: int) -> int:
    return int(Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()[0])


def _traces(outer: int) -> dict[str, object]:
    """Everything that a sandbox could leave: on the host, in the worker, in the supervisor."""
    supervisor = _inner(outer)
    proc = Path(f"/proc/{supervisor}")
    return {
        "processes": host_processes("4951.1") + host_processes(f"{PREFIX}.{outer}-"),
        "groups": {group for group in our_groups() if f".{outer}-" in group},
        "worker's descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "supervisor's descriptors": len(list((proc / "fd").iterdir())),
        "supervisor's children": (proc / f"task/{supervisor}/children").read_text(),
        "mounts": (proc / "mountinfo").read_text(),
        "own mounts": Path("/proc/self/mountinfo").read_text(),
    }


def test_killed_worker_takes_everything_with_it(rung: str) -> None:
    with running_worker(RUNGS[rung], "4952.1") as (worker, sandbox_id, supervisor):
        assert host_processes("sleep\x004952.1")
        assert bool(groups_of(sandbox_id)) == (rung == "root")

        worker.kill()

        assert wait_until_gone("sleep\x004952.1") == []
        assert wait_until_gone(sandbox_id) == []
        assert wait_for_groups_to_go(sandbox_id) == set()
        assert _ends(supervisor)


@pytest.mark.parametrize("which", ["outer", "inner"])
async def test_killed_supervisor_takes_everything_and_reap_clears_the_rest(
    rung: str, which: str, driver: BubblewrapSandbox
) -> None:
    with running_worker(RUNGS[rung], "4953.1") as (_, sandbox_id, supervisor):
        assert host_processes("sleep\x004953.1")
        inner = _inner(supervisor)

        os.kill(supervisor if which == "outer" else inner, signal.SIGKILL)

        assert wait_until_gone("sleep\x004953.1") == []
        assert wait_until_gone(sandbox_id) == []
        assert _ends(supervisor)
    groups = groups_of(sandbox_id)
    assert bool(groups) == (rung == "root")

    await driver.reap(timedelta(hours=1))
    assert groups_of(sandbox_id) == groups
    assert await driver.reap(timedelta()) >= bool(groups)
    assert groups_of(sandbox_id) == set()


async def test_reaping_leaves_the_living_alone(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    await driver.reap(timedelta())

    assert (await driver.exec(sandbox, ["echo", "alive"])).stdout == b"alive\n"


async def test_whoever_takes_a_build_over_ends_its_sandboxes(
    rung: str, driver: BubblewrapSandbox
) -> None:
    own = await driver.create(make_spec(build="build 4954.1"))
    bystander = await driver.create(make_spec(build="build 4954.2"))
    with running_worker(RUNGS[rung], "4954.1") as (worker, sandbox_id, _):
        assert host_processes(sandbox_id)

        removed = await driver.destroy_build("acme", "build 4954.1")

        assert removed == 2
        assert wait_until_gone("sleep\x004954.1") == []
        assert wait_until_gone(sandbox_id) == []
        assert wait_for_groups_to_go(sandbox_id) == set()
        assert worker.wait(timeout=5) != 0, "the other worker was not told"
    with pytest.raises(SandboxGoneError):
        await driver.exec(own, ["true"])
    assert (await driver.exec(bystander, ["echo", "alive"])).stdout == b"alive\n"
    assert await driver.destroy_build("other tenant", "build 4954.2") == 0
    await driver.destroy(bystander)


async def test_driver_starts_anew_after_its_supervisor_died(rung: str) -> None:
    async with BubblewrapSandbox(user=RUNGS[rung]) as driver:
        lost = await driver.create(make_spec())
        os.kill(driver.supervisor_process, signal.SIGKILL)
        with pytest.raises(SandboxGoneError):
            await driver.exec(lost, ["sleep", "5"])

        ref = await driver.create(make_spec())

        assert (await driver.exec(ref, ["echo", "again"])).stdout == b"again\n"
        with pytest.raises(SandboxGoneError):
            await driver.exec(lost, ["true"])
        await driver.reap(timedelta())


async def test_cancelled_creation_leaves_no_sandbox(driver: BubblewrapSandbox) -> None:
    task = asyncio.create_task(driver.create(make_spec(build="cancelled")))
    await asyncio.sleep(0.003)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await driver.destroy(await task)

    label = build_digest("acme", "cancelled")
    assert await asyncio.to_thread(wait_until_gone, label) == []


def _ends(process: int) -> bool:
    until = time.monotonic() + 3
    while start_time(process) is not None and time.monotonic() < until:
        time.sleep(0.02)
    return start_time(process) is None
