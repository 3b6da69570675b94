"""The worker's side of the supervisor: start it, ask it, and notice when it is gone."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sandbox.bubblewrap_program import require_bubblewrap
from sandbox.errors import SandboxError, SandboxGoneError, SandboxUnavailableError
from sandbox.supervisor.channel import Channel, ChannelClosedError, Message
from sandbox.supervisor.orders import CHANNEL_DESCRIPTOR

_PROJECT = Path(__file__).resolve().parent.parent
# No site packages, no environment, no current folder: the supervisor runs our code only.
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from sandbox.supervisor.process import main; main()"
)
_START_SECONDS = 20.0


class Answer(NamedTuple):
    """What the supervisor said, and the descriptors it passed; the receiver closes them."""

    values: Message
    descriptors: list[int]


class SupervisorClient:
    """One supervisor process, started on first use and again should it have died.

    `on_ended` hears of each sandbox that ended, and None when all of them did. Started by root,
    the supervisor becomes `user`, if one is given.
    """

    def __init__(self, on_ended: Callable[[str | None], None], user: int | None) -> None:
        self._user = user
        self._on_ended = on_ended
        self.host: Message = {}
        self._channel: Channel | None = None
        self.process = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting: asyncio.Lock | None = None
        self._hello: asyncio.Future[Message] | None = None
        self._answers: dict[int, asyncio.Future[Answer]] = {}
        self._last_call = 0

    async def ask(self, do: str, descriptors: Sequence[int] = (), **values: Any) -> Answer:
        """Send an order and wait for its answer; the descriptors are closed in any case."""
        _, answer = await self.begin(do, descriptors, **values)
        return await answer

    async def begin(
        self, do: str, descriptors: Sequence[int] = (), **values: Any
    ) -> tuple[int, "asyncio.Future[Answer]"]:
        """Send an order; return its number and its answer to come."""
        try:
            channel = await self._connected()
        except BaseException:
            _close_all(descriptors)
            raise
        self._last_call += 1
        call = self._last_call
        self._answers[call] = asyncio.get_running_loop().create_future()
        self._send(channel, {"do": do, "call": call, **values}, descriptors)
        return call, self._answers[call]

    def post(self, do: str, **values: Any) -> None:
        """Send an order whose answer nobody needs; without a supervisor there is nothing to do."""
        if self._channel is not None:
            self._last_call += 1
            self._send(self._channel, {"do": do, "call": self._last_call, **values}, ())

    async def close(self) -> None:
        """Let the supervisor end everything, and wait until it has."""
        self._disconnect("the sandboxes were closed")
        if self.process:
            process, self.process = self.process, 0
            await asyncio.to_thread(_wait_for, process)

    # connecting

    async def _connected(self) -> Channel:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._move_to(loop)
        if self._starting is None:
            raise SandboxError("the supervisor's client is not bound to an event loop")
        async with self._starting:
            if self._channel is None:
                await self._start()
        if self._channel is None:
            raise SandboxUnavailableError("the sandboxes' supervisor ended while it started")
        return self._channel

    def _move_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve another event loop: tests have one for each test."""
        if self._loop is not None and not self._loop.is_closed():
            raise SandboxError("one driver serves one event loop; make another driver")
        self._loop = loop
        self._starting = asyncio.Lock()
        self._answers.clear()
        if self._channel is not None:
            loop.add_reader(self._channel.fileno(), self._receive)

    async def _start(self) -> None:
        await self.close()
        await asyncio.to_thread(require_bubblewrap)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        loop = asyncio.get_running_loop()
        with theirs:
            self.process = await asyncio.to_thread(_spawn_supervisor, theirs.fileno(), self._user)
        self._channel = Channel(ours)
        self._hello = loop.create_future()
        loop.add_reader(self._channel.fileno(), self._receive)
        try:
            async with asyncio.timeout(_START_SECONDS):
                hello = await self._hello
        except TimeoutError:
            await self.close()
            raise SandboxUnavailableError("the sandboxes' supervisor does not answer") from None
        if "unavailable" in hello:
            await self.close()
            raise SandboxUnavailableError(hello["unavailable"])
        self.host = hello["ready"]

    def _disconnect(self, reason: str) -> None:
        if self._channel is None:
            return
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._channel.fileno())
            self._loop.remove_writer(self._channel.fileno())
            self._fail_all(reason)
        self._channel.close()
        self._channel = None
        self._on_ended(None)

    def _fail_all(self, reason: str) -> None:
        answers, self._answers = self._answers, {}
        for answer in answers.values():
            if not answer.done():
                answer.set_exception(SandboxGoneError(reason))
                # Whoever asked may have stopped waiting; that is no error of the loop's.
                answer.exception()
        if self._hello is not None and not self._hello.done():
            self._hello.set_result({"unavailable": f"the supervisor did not start: {reason}"})

    # messages

    def _send(self, channel: Channel, message: Message, descriptors: Sequence[int]) -> None:
        with contextlib.suppress(ChannelClosedError):
            channel.send(message, descriptors)
        if channel.is_waiting and self._loop is not None:
            self._loop.add_writer(channel.fileno(), self._flush)

    def _flush(self) -> None:
        if self._channel is None or self._loop is None:
            return
        with contextlib.suppress(ChannelClosedError):
            self._channel.flush()
        if not self._channel.is_waiting:
            self._loop.remove_writer(self._channel.fileno())

    def _receive(self) -> None:
        try:
            while self._channel is not None and (received := self._channel.receive()):
                self._deliver(*received)
        except ChannelClosedError:
            self._disconnect("the sandboxes' supervisor ended")

    def _deliver(self, values: Message, descriptors: list[int]) -> None:
        if "ended" in values:
            self._on_ended(values["ended"])
            return
        if "call" not in values:
            if self._hello is not None and not self._hello.done():
                self._hello.set_result(values)
            return
        answer = self._answers.pop(values["call"], None)
        if answer is None or answer.done():
            _close_all(descriptors)
        elif "refused" in values:
            answer.set_exception(_refusal(values))
            answer.exception()
        else:
            answer.set_result(Answer(values, descriptors))


def _refusal(values: Message) -> Exception:
    if values["refused"] == "gone":
        return SandboxGoneError(values["why"])
    if values["refused"] == "unreachable":
        # OSError picks the class by number: a refused connection is a ConnectionRefusedError.
        return OSError(values["errno"], values["why"])
    return SandboxError(values["why"])


def _spawn_supervisor(end: int, user: int | None) -> int:
    arguments = [str(_PROJECT)] if user is None else [str(_PROJECT), str(user)]
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-I", "-S", "-c", _PROGRAM, *arguments],
        {},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, end, CHANNEL_DESCRIPTOR),
            # Whoever reads our output must not wait for the supervisor's end.
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        ],
        setsid=True,
    )


def _wait_for(process: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)


def _close_all(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
