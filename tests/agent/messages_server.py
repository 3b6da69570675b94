"""A Messages API server on the wire: it says what a test scripted, and checks what it is asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import h11
from anthropic.types.message_create_params import MessageCreateParamsStreaming
from pydantic import TypeAdapter, ValidationError

_QUESTION = TypeAdapter(MessageCreateParamsStreaming)
_KNOWN = frozenset(MessageCreateParamsStreaming.__annotations__)
USAGE = {"input_tokens": 10, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 30}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer as bytes will tell it: so many events, and how it ends.

    `is_cut` closes the connection in the middle; `pause_seconds` passes before each event.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[Mapping[str, Any] | str] = ()
    is_cut: bool = False
    pause_seconds: float = 0.0


def says(*blocks: Mapping[str, Any], stop: str = "end_turn", output: int = 40) -> Reply:
    """Answer with these blocks."""
    events: list[Mapping[str, Any]] = [_start()]
    for index, block in enumerate(blocks):
        events += _block_events(index, block)
    events += [
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop, "stop_sequence": None},
            "usage": {"output_tokens": output},
        },
        {"type": "message_stop"},
    ]
    return Reply(events=events)


def text(said: str) -> dict[str, Any]:
    """Make a block of words."""
    return {"type": "text", "text": said}


def call(name: str, **given: Any) -> dict[str, Any]:
    """Make a block that wants a tool."""
    return {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": given}


def fails(status: int, kind: str, message: str = "no", **headers: str) -> Reply:
    """Refuse with an error of the service."""
    body = {"type": "error", "error": {"type": kind, "message": message}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named, events=[body])


def breaks_off(reply: Reply, *, after: int, then: Mapping[str, Any] | str | None = None) -> Reply:
    """Stop after so many events: by closing the connection, or with something else."""
    events = [*reply.events[:after], *([] if then is None else [then])]
    return Reply(events=events, is_cut=then is None)


def error_event(kind: str) -> dict[str, Any]:
    """Make the event that tells of an error within an answer."""
    return {"type": "error", "error": {"type": kind, "message": "within the answer"}}


def _start() -> dict[str, Any]:
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-tests",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": USAGE | {"output_tokens": 1},
    }
    return {"type": "message_start", "message": message}


def _block_events(index: int, block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if block["type"] == "text":
        empty: dict[str, Any] = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": part} for part in _halves(block["text"])]
    else:
        empty = {**block, "input": {}}
        parts = _halves(json.dumps(block["input"]))
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
    return [
        {"type": "content_block_start", "index": index, "content_block": empty},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _halves(whole: str) -> tuple[str, str]:
    middle = len(whole) // 2
    return whole[:middle], whole[middle:]


@dataclass(kw_only=True)
class MessagesServer:
    """The server: what it will say, and what it was asked until now."""

    address: str = ""
    replies: list[Reply] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def will(self, *replies: Reply) -> None:
        """Say these next, one after the other."""
        self.replies += replies

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection, and close it."""
        wire = h11.Connection(h11.SERVER)
        try:
            headers, body = await _read(wire, reader)
            reply = self._reply_to(headers, json.loads(body))
            await _write(wire, writer, reply)
        except ConnectionError:
            pass  # whoever asked has gone
        finally:
            writer.close()

    def _reply_to(self, headers: Mapping[str, str], question: dict[str, Any]) -> Reply:
        fault = _fault_in(question)
        if fault is not None:
            return fails(400, "invalid_request_error", fault)
        self.questions.append(question)
        self.keys.append(headers.get("authorization", ""))
        return self.replies.pop(0) if self.replies else fails(500, "api_error", "nothing scripted")


def _fault_in(question: Mapping[str, Any]) -> str | None:
    """Say what the SDK's own types find wrong."""
    unknown = set(question) - _KNOWN
    if unknown:
        return f"unknown: {sorted(unknown)}"
    try:
        _walk(_QUESTION.validate_python(question))
    except ValidationError as error:
        return str(error)
    return None


def _walk(value: Any) -> None:
    """Look at every part: the types check a list only as it is gone through."""
    if isinstance(value, Mapping):
        for part in value.values():
            _walk(part)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for part in value:
            _walk(part)


async def _read(wire: h11.Connection, reader: asyncio.StreamReader) -> tuple[dict[str, str], bytes]:
    headers: dict[str, str] = {}
    body = b""
    while True:
        event = wire.next_event()
        if event is h11.NEED_DATA:
            wire.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            headers = {name.decode(): value.decode() for name, value in event.headers}
        elif isinstance(event, h11.Data):
            body += event.data
        else:
            return headers, body


async def _write(wire: h11.Connection, writer: asyncio.StreamWriter, reply: Reply) -> None:
    is_stream = reply.status < 300  # as HTTP has it
    kind = "text/event-stream" if is_stream else "application/json"
    headers = [
        ("content-type", kind),
        ("request-id", "req_1"),
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        *reply.headers.items(),
    ]
    writer.write(wire.send(h11.Response(status_code=reply.status, headers=headers)) or b"")
    for event in reply.events:
        await asyncio.sleep(reply.pause_seconds)
        said = event if isinstance(event, str) else json.dumps(event)
        name = event["type"] if not isinstance(event, str) else "content_block_delta"
        line = f"event: {name}\ndata: {said}\n\n" if is_stream else said
        writer.write(wire.send(h11.Data(data=line.encode())) or b"")
        await writer.drain()
    if not reply.is_cut:
        writer.write(wire.send(h11.EndOfMessage()) or b"")
        await writer.drain()


@asynccontextmanager
async def open_messages_server() -> AsyncIterator[MessagesServer]:
    """Listen on a free port of this machine."""
    server = MessagesServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.address = f"http://127.0.0.1:{port}"
    async with listening:
        yield server
