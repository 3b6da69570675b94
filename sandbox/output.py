"""Output of commands: read as it comes, kept up to a cap, never a reason to run out of memory."""

import asyncio
import os
from collections import deque
from collections.abc import Callable

_CHUNK_BYTES = 64 * 1024
_BURST_BYTES = 256 * 1024
_PAUSE_SECONDS = 0.02


class HeadAndTail:
    """Keeps the first and the last half of what fits; what was said between them is lost."""

    def __init__(self, cap_bytes: int) -> None:
        self._head_room = cap_bytes // 2
        self._head = bytearray()
        self._tail = Ring(cap_bytes - self._head_room)
        self.total_bytes = 0

    @property
    def is_truncated(self) -> bool:
        """Whether something was left out."""
        return self.total_bytes > len(self._head) + len(self._tail)

    def add(self, chunk: bytes) -> None:
        """Take the next piece."""
        self.total_bytes += len(chunk)
        room = self._head_room - len(self._head)
        self._head += chunk[:room]
        if len(chunk) > room:
            self._tail.add(chunk[room:])

    def content(self) -> bytes:
        """Return what was kept."""
        return bytes(self._head) + self._tail.content()


class Ring:
    """Keeps the last bytes."""

    def __init__(self, cap_bytes: int) -> None:
        self._cap_bytes = cap_bytes
        self._chunks: deque[bytes] = deque()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, chunk: bytes) -> None:
        """Take the next piece and drop the oldest."""
        chunk = chunk[-self._cap_bytes :]
        self._chunks.append(chunk)
        self._length += len(chunk)
        while self._length > self._cap_bytes:
            oldest = self._chunks.popleft()
            excess = self._length - self._cap_bytes
            if len(oldest) > excess:
                self._chunks.appendleft(oldest[excess:])
            self._length -= min(excess, len(oldest))

    def content(self) -> bytes:
        """Return what was kept."""
        return b"".join(self._chunks)


class PipeReader:
    """Reads a pipe in the event loop and hands each piece on.

    Reads in bursts with pauses between, so that a program that floods its output waits for us and
    takes no more than a little of the loop's time.
    """

    def __init__(self, descriptor: int, take: Callable[[bytes], None]) -> None:
        self._descriptor = descriptor
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._burst_bytes = 0
        self._pause: asyncio.TimerHandle | None = None
        self._loop.add_reader(descriptor, self._read_burst)

    def _read_burst(self) -> None:
        self._read_some()
        if self._burst_bytes >= _BURST_BYTES and self._descriptor >= 0:
            self._stop_waiting()
            self._pause = self._loop.call_later(_PAUSE_SECONDS, self._wait_again)

    def _wait_again(self) -> None:
        self._pause = None
        self._burst_bytes = 0
        self._loop.add_reader(self._descriptor, self._read_burst)

    def _read_some(self) -> bool:
        try:
            chunk = os.read(self._descriptor, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        self._burst_bytes += len(chunk)
        if chunk:
            self._take(chunk)
        else:
            self._stop_waiting()
        return bool(chunk)

    def finish(self) -> None:
        """Read what is left and close; nobody writes any more."""
        if self._descriptor < 0:
            return
        while self._read_some():
            pass
        self.close()

    def close(self) -> None:
        """Stop reading."""
        if self._descriptor >= 0:
            self._stop_waiting()
            os.close(self._descriptor)
            self._descriptor = -1

    def _stop_waiting(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        # A driver may outlive the event loop in which it started a command.
        if not self._loop.is_closed():
            self._loop.remove_reader(self._descriptor)
