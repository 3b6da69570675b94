"""Stands in for the services that a product calls: answers as a scenario says, notes every call."""

import asyncio
from dataclasses import dataclass, field

import h11

from backend.proof.harmless_text import harmless, harmless_bytes
from backend.proof.words import counted, shorten

MOST_REQUESTS = 300
_MOST_UNSCRIPTED = 20
_MOST_HEAD_BYTES = 64_000
_MOST_BODY_BYTES = 1_000_000
_MOST_KEPT_CHARACTERS = 4000
_IDLE_SECONDS = 120.0
_READ_BYTES = 64_000
# A product that calls without end shall not keep the prover busy.
_THROTTLE_SECONDS = 0.05
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a service says from now on, whatever it is asked."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class _Call:
    request: h11.Request
    body: bytes
    size: int

    @property
    def line(self) -> str:
        target = shorten(self.request.target.decode("latin-1"))
        return f"{self.request.method.decode('latin-1')} {target}"


@dataclass
class OutsideService:
    """One service in one scenario."""

    name: str
    answer: Answer | None = None
    count: int = 0
    unscripted: list[str] = field(default_factory=list)
    _noted: list[str] = field(default_factory=list)

    def reply(self, call: _Call) -> Answer:
        """Return the answer to a call and note both."""
        given = self.answer or _unscripted(self.name)
        self.count += 1
        if self.count <= MOST_REQUESTS:
            self._noted.append(_written_out(self.count, call, given))
            if self.answer is None and len(self.unscripted) < _MOST_UNSCRIPTED:
                self.unscripted.append(call.line)
        return given

    def transcript(self) -> str:
        """Return every call as text; empty when there was none."""
        left = self.count - len(self._noted)
        more = [f"… and {counted(left, 'call')} more, not written down"] if left else []
        return "\n\n".join((*self._noted, *more))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after the other."""
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_HEAD_BYTES)
        while True:
            try:
                call = await _next_call(connection, reader, writer)
            except h11.RemoteProtocolError:
                writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                return
            if call is None:
                return
            if self.count >= MOST_REQUESTS:
                await asyncio.sleep(_THROTTLE_SECONDS)
            _send(connection, writer, call, self.reply(call))
            await writer.drain()
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()


async def _next_call(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> _Call | None:
    """Read one whole request; None when the other side is done."""
    request, body, size = None, bytearray(), 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                writer.write(connection.send(go_on) or b"")
            async with asyncio.timeout(_IDLE_SECONDS):
                connection.receive_data(await reader.read(_READ_BYTES))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            size += len(event.data)
            body += event.data[: max(_MOST_BODY_BYTES - len(body), 0)]
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return _Call(request=request, body=bytes(body), size=size)
        else:
            return None


def _send(
    connection: h11.Connection, writer: asyncio.StreamWriter, call: _Call, answer: Answer
) -> None:
    is_empty = answer.status in _WITHOUT_BODY
    headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
    response = h11.Response(status_code=answer.status, headers=[] if is_empty else headers)
    writer.write(connection.send(response) or b"")
    if not is_empty and call.request.method != b"HEAD":
        writer.write(connection.send(h11.Data(data=answer.body)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")


def _unscripted(name: str) -> Answer:
    words = (
        f'No step says what the "{name}" service answers. '
        f'Write one, such as: the "{name}" service answers 200 with:\n'
    )
    return Answer(status=503, content_type="text/plain; charset=utf-8", body=words.encode())


def _written_out(number: int, call: _Call, answer: Answer) -> str:
    names = call.request.headers.raw_items()
    heads = [f"{_latin(name)}: {_latin(value)}" for name, value in names]
    head = harmless("\n".join(heads), at_most=_MOST_KEPT_CHARACTERS)
    body = harmless_bytes(call.body, at_most=_MOST_KEPT_CHARACTERS)
    size = f"\n({call.size:,} bytes)" if call.size > len(call.body) else ""
    said = harmless_bytes(answer.body, at_most=_MOST_KEPT_CHARACTERS)
    asked = "\n\n".join(filter(None, (head, body + size)))
    return f"{number}. {call.line}\n{asked}\n\nanswered {answer.status}\n{said}"


def _latin(content: bytes) -> str:
    return content.decode("latin-1")
