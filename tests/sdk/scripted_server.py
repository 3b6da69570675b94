"""A real HTTP server on the wire that answers as each test says, byte by byte where it matters."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

Chunk = bytes | float


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request as it came in; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer; of `chunks`, bytes are sent and numbers are pauses in seconds.

    `declared_bytes` lies about the length; without a length the end of the connection ends it.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    chunks: tuple[Chunk, ...] = ()
    declared_bytes: int | None = None
    hangs_up_before: bool = False


Script = Callable[[Received], Reply]


def as_json(body: Any, status: int = 200, **headers: str) -> Reply:
    content = json.dumps(body).encode()
    return Reply(
        status=status,
        headers={"content-type": "application/json", **_dashed(headers)},
        chunks=(content,),
        declared_bytes=len(content),
    )


def problem(status: int, code: str, detail: str = "", **headers: str) -> Reply:
    body = {"type": f"/problems/{code}", "title": code, "status": status, "code": code}
    reply = as_json({**body, "detail": detail, "request_id": "req_1"}, status, **headers)
    reply.headers["content-type"] = "application/problem+json"
    return reply


def content(data: bytes, kind: str = "application/octet-stream", **headers: str) -> Reply:
    return Reply(
        headers={"content-type": kind, **_dashed(headers)}, chunks=(data,), declared_bytes=len(data)
    )


def events(*chunks: Chunk) -> Reply:
    return Reply(headers={"content-type": "text/event-stream"}, chunks=chunks)


def event(seq: int, kind: str = "progress", **data: Any) -> bytes:
    whole = json.dumps({"seq": seq, "type": kind, "at": "2026-03-12T14:30:00Z", **data})
    return f"id: {seq}\nevent: {kind}\ndata: {whole}\n\n".encode()


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class ScriptedServer:
    """Listens on loopback; `script` answers every request, `received` keeps them all."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.was_asked = asyncio.Event()
        self.script: Script = lambda _: problem(404, "not_found")
        self.open_connections = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def in_turn(self, *replies: Reply) -> None:
        """Answer with these replies in turn, and with the last one from then on."""
        left = list(replies)
        self.script = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def paths(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.received]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.open_connections += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up
        finally:
            self.open_connections -= 1
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; say whether the connection goes on."""
        request = await _read_request(reader)
        self.received.append(request)
        self.was_asked.set()
        reply = self.script(request)
        if reply.hangs_up_before:
            return False
        writer.write(_head_of(reply))
        sent = 0
        for chunk in reply.chunks:
            if isinstance(chunk, bytes):
                writer.write(chunk)
                sent += len(chunk)
            else:
                await _pause(chunk, reader)
            await writer.drain()
        return reply.status == 204 or reply.declared_bytes == sent


async def _pause(seconds: float, reader: asyncio.StreamReader) -> None:
    """Wait, or end at once when the client hangs up."""
    with contextlib.suppress(TimeoutError):
        if await asyncio.wait_for(reader.read(1), seconds) == b"":
            raise ConnectionResetError


async def _read_request(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method=method, target=target, headers=headers, body=body)


def _head_of(reply: Reply) -> bytes:
    headers = dict(reply.headers)
    if reply.declared_bytes is not None:
        headers["content-length"] = str(reply.declared_bytes)
    elif reply.status != 204:
        headers["connection"] = "close"
    lines = [f"HTTP/1.1 {reply.status} X", *(f"{n}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
