"""One command from the worker's side: its streams, its output caps, its end."""

import asyncio
import fcntl
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from sandbox.errors import SandboxError, SandboxGoneError
from sandbox.output import HeadAndTail, PipeReader, Ring
from sandbox.protocol import ExecResult
from sandbox.supervisor.orders import CommandOrder, encode
from sandbox.supervisor_client import Answer, SupervisorClient

# A command that says more than this many times what is kept has gone mad, and is killed.
FLOOD_FACTOR = 10
_REASON_BYTES = 2000
_KILLED = 137
# As a shell says it.
_NOT_FOUND = 127
_NO_SUCH_PROGRAM = b"bwrap: execvp "
# F_SEAL_SEAL, _SHRINK, _GROW and _WRITE, by number: other systems must be able to import this.
_SEALS = 0x000F


def command_order(
    argv: Sequence[str], env: Mapping[str, str] | None, deadline_seconds: float | None
) -> CommandOrder:
    """Check what the caller gave; the kernel's own words for these mistakes name nothing."""
    if not argv:
        raise SandboxError("there is no command to run: argv is empty")
    for word in argv:
        if "\0" in word:
            raise SandboxError(f"the argument {word!r} contains a zero byte")
    for name, value in (env or {}).items():
        if not name or "=" in name or "\0" in name + value:
            raise SandboxError(f"the environment variable {name!r} has an impossible name or value")
    return CommandOrder(argv=tuple(argv), env=dict(env or {}), deadline_seconds=deadline_seconds)


class Command:
    """A command that was started inside."""

    def __init__(self, client: SupervisorClient) -> None:
        self._client = client
        self._call = 0
        self._readers: list[PipeReader] = []
        self.ending: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    @classmethod
    async def begin(
        cls,
        client: SupervisorClient,
        sandbox_id: str,
        order: CommandOrder,
        *,
        stdin: bytes = b"",
        take: Sequence[Callable[[bytes], None]],
        owner: int,
    ) -> Self:
        """Start it; one taker gets both streams, two get one each."""
        command = cls(client)
        pipes = [os.pipe2(os.O_CLOEXEC) for _ in take]
        for (ours, _), taker in zip(pipes, take, strict=True):
            os.set_blocking(ours, False)
            command._readers.append(PipeReader(ours, taker))
        outputs = [theirs for _, theirs in pipes]
        for theirs in outputs:
            # Otherwise nobody inside could open /dev/stdout.
            os.fchown(theirs, owner, -1)
        if len(outputs) == 1:
            outputs.append(os.dup(outputs[0]))
        payload = _sealed_memory("order", encode(order))
        streams = (payload, _sealed_memory("stdin", stdin), *outputs)
        try:
            command._call, command.ending = await client.begin("spawn", streams, pod=sandbox_id)
        except BaseException:
            command.close()
            raise
        return command

    def kill(self, why: str) -> None:
        """Have it killed, with all that it started; `ending` tells when that is done."""
        self._client.post("kill", job=self._call, why=why)

    def finish(self) -> None:
        """Take the rest of the output, after the end."""
        for reader in self._readers:
            reader.finish()

    def close(self) -> None:
        """Let go of the output."""
        for reader in self._readers:
            reader.close()


def _sealed_memory(name: str, content: bytes) -> int:
    """Put bytes into an anonymous file that nobody can change any more."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    return descriptor


async def run_to_end(
    client: SupervisorClient,
    sandbox_id: str,
    order: CommandOrder,
    *,
    stdin: bytes,
    output_bytes: int,
    owner: int,
) -> ExecResult:
    """Run a command and say how it ended; cancelling kills it."""
    kept = (HeadAndTail(output_bytes), HeadAndTail(output_bytes))
    started = time.monotonic()
    take = [
        _taker(output, FLOOD_FACTOR * output_bytes, lambda: command.kill("output"))
        for output in kept
    ]
    command = await Command.begin(client, sandbox_id, order, stdin=stdin, take=take, owner=owner)
    try:
        values = (await command.ending).values
        command.finish()
    except asyncio.CancelledError:
        command.kill("canceled")
        raise
    finally:
        command.close()
    stdout, stderr = (output.content() for output in kept)
    is_missing = not values["has_run"] and stderr.startswith(_NO_SUCH_PROGRAM)
    if not values["has_run"] and not is_missing:
        _raise_not_run(values, stderr, sandbox_id)
    return ExecResult(
        exit_code=_NOT_FOUND if is_missing else values["exit_code"],
        stdout=stdout,
        stderr=stderr,
        seconds=time.monotonic() - started,
        timed_out=values["killed_because"] == "deadline",
        truncated=any(output.is_truncated for output in kept),
    )


def _taker(
    output: HeadAndTail, flood_bytes: int, stop: Callable[[], None]
) -> Callable[[bytes], None]:
    def take(chunk: bytes) -> None:
        output.add(chunk)
        if output.total_bytes > flood_bytes:
            stop()

    return take


def _raise_not_run(values: Mapping[str, object], stderr: bytes, sandbox_id: str) -> None:
    if values["sandbox_ended"]:
        raise SandboxGoneError(f"the sandbox {sandbox_id} ended while a command ran in it")
    reason = values["failure"] or stderr[-_REASON_BYTES:].decode(errors="replace").strip()
    raise SandboxError(f"the command could not be started: {reason}")


class Service:
    """A background command with its last output."""

    def __init__(self, output_bytes: int) -> None:
        self.log = Ring(output_bytes)
        self._command: Command | None = None

    async def begin(
        self, client: SupervisorClient, sandbox_id: str, order: CommandOrder, *, owner: int
    ) -> None:
        """Start it."""
        take = [self.log.add]
        self._command = await Command.begin(client, sandbox_id, order, take=take, owner=owner)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        if self._command is None or not self._command.ending.done():
            return None
        if self._command.ending.exception() is not None:
            return _KILLED
        code: int = self._command.ending.result().values["exit_code"]
        return code

    async def stop(self) -> None:
        """Kill it and wait until it is gone."""
        if self._command is None:
            return
        if not self._command.ending.done():
            self._command.kill("stopped")
            await asyncio.wait([self._command.ending])
        self.close()

    def close(self) -> None:
        """Take the rest of the output, if nobody writes any more, and let go."""
        if self._command is None:
            return
        if self._command.ending.done():
            self._command.finish()
        self._command.close()
