"""The supervisor's event loop: descriptors, deadlines and children that end, in one thread.

One thread on purpose: bubblewrap dies with the thread that forked it, and namespaces can only be
joined by a process that has no other.
"""

import heapq
import os
import selectors
import signal
import time
from collections.abc import Callable

from sandbox.supervisor.channel import Channel

Action = Callable[[], None]


class Loop:
    """Waits for whatever comes first, then acts on it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._selector = selectors.DefaultSelector()
        self._deadlines: list[tuple[float, int, Action]] = []
        self._deadline_count = 0
        self._wakeup = _signal_pipe()

    def run(self, on_message: Action, on_child: Action) -> None:
        """Serve for ever; leaves by ChannelClosedError."""
        self._selector.register(self._channel, selectors.EVENT_READ, on_message)
        self.watch(self._wakeup, lambda: self._drain_and(on_child))
        while True:
            timeout_seconds = self._pass_deadlines()
            wanted = selectors.EVENT_READ | selectors.EVENT_WRITE * self._channel.is_waiting
            self._selector.modify(self._channel, wanted, on_message)
            for key, _ in self._selector.select(timeout_seconds):
                key.data()

    def watch(self, descriptor: int, action: Action) -> None:
        """Act whenever the descriptor can be read."""
        self._selector.register(descriptor, selectors.EVENT_READ, action)

    def unwatch(self, descriptor: int) -> None:
        """Watch the descriptor no more."""
        self._selector.unregister(descriptor)

    def after(self, seconds: float, action: Action) -> None:
        """Act once, later."""
        self._deadline_count += 1
        entry = (time.monotonic() + seconds, self._deadline_count, action)
        heapq.heappush(self._deadlines, entry)

    def _pass_deadlines(self) -> float | None:
        while self._deadlines:
            remaining = self._deadlines[0][0] - time.monotonic()
            if remaining > 0:
                return remaining
            heapq.heappop(self._deadlines)[2]()
        return None

    def _drain_and(self, on_child: Action) -> None:
        os.read(self._wakeup, 4096)
        on_child()


def _signal_pipe() -> int:
    """Turn the end of children into something to wait on."""
    read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    return read
