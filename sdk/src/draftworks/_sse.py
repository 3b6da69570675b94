"""The format of event streams, parsed without a connection: bytes in, messages out.

httpx2 has a parser too, but hides pings and chunks, and those are how a stream is known to live.
"""

import codecs
from dataclasses import dataclass

from draftworks._errors import APIResponseValidationError

_LARGEST_MESSAGE_CHARACTERS = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Message:
    """One dispatched message; `id` is the last one named on the stream."""

    event: str
    data: str
    id: str


class MessageParser:
    """Takes a stream's bytes however they are cut and returns its messages.

    `retry_seconds` is the pause that the stream asked for between connections, if it did.
    """

    def __init__(self, last_id: str = "") -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        self._id = last_id
        self.last_id = last_id
        self.retry_seconds: float | None = None

    def feed(self, chunk: bytes) -> list[Message]:
        """Return the messages that this piece completes."""
        text = self._rest + self._decoder.decode(chunk)
        # A trailing CR may be half of a CRLF: it waits for the next piece.
        held = "\r" if text.endswith("\r") else ""
        lines = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest = lines.pop() + held
        messages = [message for line in lines if (message := self._take(line))]
        if self._size + len(self._rest) > _LARGEST_MESSAGE_CHARACTERS:
            raise APIResponseValidationError("an event of the stream is larger than 1 MiB")
        return messages

    def _take(self, line: str) -> Message | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._size += len(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_seconds = int(value) / 1000
        return None

    def _dispatch(self) -> Message | None:
        event, data = self._event or "message", "\n".join(self._data)
        self._event, self._data, self._size = "", [], 0
        # Only now: to resume behind a message that was cut before its end would lose it.
        self.last_id = self._id
        # Pings of some servers carry an empty data line, which is no message either.
        return Message(event=event, data=data, id=self.last_id) if data else None
