"""What a caller gets from commands and services inside a sandbox."""

import asyncio
import dataclasses
import time

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.errors import SandboxError, SandboxGoneError
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import SMALL, host_processes, make_spec, run_python, wait_until_gone


async def test_command_returns_code_and_both_streams(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    result = await driver.exec(sandbox, ["sh", "-c", "echo out; echo err >&2; exit 7"])

    assert (result.exit_code, result.stdout, result.stderr) == (7, b"out\n", b"err\n")
    assert not result.timed_out
    assert not result.truncated


async def test_command_reads_large_input_and_passes_it_on(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    result = await driver.exec(sandbox, ["wc", "-c"], stdin=b"x" * 5_000_000)

    assert result.stdout.strip() == b"5000000"


async def test_environment_is_the_explicit_one_only(
    driver: BubblewrapSandbox, sandbox: SandboxRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_CANARY", "canary-in-the-worker")

    result = await driver.exec(sandbox, ["env"], env={"PORT": "8000", "PATH": "/opt/bin"})

    names = {line.split(b"=")[0] for line in result.stdout.splitlines()}
    assert names == {b"PORT", b"PATH", b"HOME", b"LANG", b"TZ", b"PWD"}
    assert b"PATH=/usr/bin:/opt/bin\n" in result.stdout


async def test_command_that_is_not_there_says_so(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    result = await driver.exec(sandbox, ["no-such-program"])

    assert result.exit_code == 127
    assert b"no-such-program" in result.stderr


@pytest.mark.parametrize(
    ("argv", "env"),
    [
        ([], {}),
        (["a\0b"], {}),
        (["true"], {"A=B": "c"}),
        (["true"], {"": "c"}),
        (["true"], {"A": "\0"}),
    ],
)
async def test_impossible_command_is_refused(
    driver: BubblewrapSandbox, sandbox: SandboxRef, argv: list[str], env: dict[str, str]
) -> None:
    with pytest.raises(SandboxError):
        await driver.exec(sandbox, argv, env=env)


async def test_late_command_is_killed_with_all_it_started(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    started = time.monotonic()
    result = await driver.exec(
        sandbox, ["sh", "-c", "(sleep 4711.1 &) ; echo begun; sleep 4711.1"], timeout_seconds=0.5
    )

    assert result.timed_out
    assert result.stdout == b"begun\n"
    assert time.monotonic() - started < 3
    assert wait_until_gone("4711.1") == []


async def test_cancelled_command_is_killed(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    task = asyncio.create_task(driver.exec(sandbox, ["sleep", "4712.1"]))
    while not host_processes("sleep\x004712.1"):  # noqa: ASYNC110 (it is about to begin)
        await asyncio.sleep(0.01)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(wait_until_gone, "4712.1") == []


async def test_long_output_keeps_its_head_and_tail(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = "print('head'); print('x' * 200_000); print('tail')"

    result = await run_python(driver, sandbox, program)

    assert result.truncated
    assert len(result.stdout) == SMALL.output_bytes
    assert result.stdout.startswith(b"head\n")
    assert result.stdout.endswith(b"tail\n")


async def test_streams_can_be_opened_by_name(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    result = await driver.exec(
        sandbox, ["sh", "-c", "echo out > /dev/stdout; cat /dev/stdin"], stdin=b"in"
    )

    assert result.stdout == b"out\nin"


async def test_commands_share_workspace_temporary_folder_and_loopback(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    await driver.exec(sandbox, ["sh", "-c", "echo a > file; echo b > ~/file"])

    result = await driver.exec(sandbox, ["sh", "-c", "cat file ~/file"])

    assert result.stdout == b"a\nb\n"


async def test_service_answers_logs_and_stops(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    service = await driver.start(
        sandbox, ["python3", "-u", "-m", "http.server", "8000", "--bind", "127.0.0.1"]
    )
    reader, writer = await _dial_when_up(driver, sandbox, 8000)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.0 200")
    assert b"GET / HTTP/1.0" in await driver.log(service)
    assert await driver.exit_code(service) is None

    await driver.stop(service)

    assert await driver.exit_code(service) == 137
    with pytest.raises(ConnectionRefusedError):
        await driver.dial(sandbox, 8000)


async def test_service_that_fails_tells_its_exit_code(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    service = await driver.start(sandbox, ["sh", "-c", "echo gone wrong >&2; exit 3"])
    for _ in range(200):
        if await driver.exit_code(service) is not None:
            break
        await asyncio.sleep(0.01)

    assert await driver.exit_code(service) == 3
    assert await driver.log(service) == b"gone wrong\n"


async def test_service_log_keeps_the_last_bytes(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = "for n in range(40000): print('line', n, flush=True)\nimport time; time.sleep(60)"
    service = await driver.start(sandbox, ["python3", "-c", program])
    for _ in range(300):
        if (await driver.log(service)).endswith(b"line 39999\n"):
            break
        await asyncio.sleep(0.01)

    log = await driver.log(service)
    assert log.endswith(b"line 39999\n")
    assert len(log) <= SMALL.output_bytes


async def test_sandboxes_at_once_do_not_mix(driver: BubblewrapSandbox) -> None:
    async def live(number: int) -> bytes:
        ref = await driver.create(make_spec(build=f"build {number}"))
        await driver.put(ref, {"index.html": f"number {number}".encode()})
        await driver.start(ref, ["python3", "-m", "http.server", "8000", "--bind", "127.0.0.1"])
        reader, writer = await _dial_when_up(driver, ref, 8000)
        writer.write(b"GET /index.html HTTP/1.0\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await driver.destroy(ref)
        return answer.rpartition(b"\r\n")[2]

    answers = await asyncio.gather(*(live(number) for number in range(6)))

    assert answers == [f"number {number}".encode() for number in range(6)]


async def test_gone_sandbox_says_so(driver: BubblewrapSandbox) -> None:
    ref = await driver.create(make_spec())
    running = asyncio.create_task(driver.exec(ref, ["sleep", "60"]))
    service = await driver.start(ref, ["sleep", "60"])
    await asyncio.sleep(0.1)

    await driver.destroy(ref)
    await driver.destroy(ref)

    for call in (
        running,
        driver.exec(ref, ["true"]),
        driver.put(ref, {"a": b""}),
        driver.dial(ref, 80),
        driver.stats(ref),
        driver.log(service),
        driver.collect(ref, max_files=1, max_bytes=1),
    ):
        with pytest.raises(SandboxGoneError):
            await call


async def test_sandbox_ends_after_its_lifetime(driver: BubblewrapSandbox) -> None:
    ref = await driver.create(make_spec(limits=dataclasses.replace(SMALL, lifetime_seconds=0.5)))

    with pytest.raises(SandboxGoneError):
        await driver.exec(ref, ["sleep", "30"])
    with pytest.raises(SandboxGoneError):
        await driver.exec(ref, ["true"])


async def test_usage_is_measured(driver: BubblewrapSandbox, sandbox: SandboxRef, rung: str) -> None:
    await run_python(driver, sandbox, "b = bytearray(20_000_000)\nfor _ in range(3_000_000): pass")

    usage = await driver.stats(sandbox)

    assert usage.wall_seconds > 0
    if rung == "root":
        assert usage.cpu_seconds is not None
        assert usage.cpu_seconds > 0.02
        assert usage.peak_memory_bytes is not None
        assert usage.peak_memory_bytes > 20_000_000


async def _dial_when_up(
    driver: BubblewrapSandbox, ref: SandboxRef, port: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(10):
        while True:
            try:
                return await driver.dial(ref, port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
