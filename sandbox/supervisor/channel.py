"""Messages with descriptors between worker and supervisor, never blocking either."""

import array
import json
import os
import socket
from collections import deque
from collections.abc import Sequence
from typing import Any

from sandbox.supervisor.orders import MESSAGE_BYTES, MESSAGE_DESCRIPTORS, encode

Message = dict[str, Any]


class ChannelClosedError(Exception):
    """The other side is gone."""


class Channel:
    """One end of a sequenced-packet socket: each message arrives whole, with its descriptors."""

    def __init__(self, end: socket.socket) -> None:
        end.settimeout(0)
        self._end = end
        self._outgoing: deque[tuple[bytes, tuple[int, ...]]] = deque()

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._end.fileno()

    @property
    def is_waiting(self) -> bool:
        """Whether messages wait for the other side to read."""
        return bool(self._outgoing)

    def send(self, message: Message, descriptors: Sequence[int] = ()) -> None:
        """Queue a message and send what goes; the descriptors are closed once they are sent."""
        self._outgoing.append((encode(message), tuple(descriptors)))
        self.flush()

    def flush(self) -> None:
        """Send waiting messages until the other side's queue is full."""
        while self._outgoing:
            data, descriptors = self._outgoing[0]
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
            try:
                self._end.sendmsg([data], rights if descriptors else [])
            except BlockingIOError:
                return
            except (BrokenPipeError, ConnectionResetError) as error:
                raise ChannelClosedError from error
            self._outgoing.popleft()
            for descriptor in descriptors:
                os.close(descriptor)

    def receive(self) -> tuple[Message, list[int]] | None:
        """Take the next message; None when there is none yet."""
        try:
            data, descriptors, _, _ = socket.recv_fds(
                self._end, MESSAGE_BYTES, MESSAGE_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
            )
        except BlockingIOError:
            return None
        except ConnectionResetError as error:
            raise ChannelClosedError from error
        if not data:
            raise ChannelClosedError
        return json.loads(data), descriptors

    def close(self) -> None:
        """Close this end and the descriptors that were never sent."""
        self._end.close()
        for _, descriptors in self._outgoing:
            for descriptor in descriptors:
                os.close(descriptor)
        self._outgoing.clear()
