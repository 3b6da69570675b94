"""The wire of `Draftworks`: every ask is done when it returns, nothing is ever awaited."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx2

T = TypeVar("T")


class BlockingIncoming:
    """An answer on a blocking connection."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response
        self._pieces: Iterator[bytes] = response.iter_bytes()
        self.status_code = response.status_code
        self.headers = response.headers

    async def read(self) -> bytes:
        """Return the next piece of the body, empty at its end."""
        return next(self._pieces, b"")

    async def close(self) -> None:
        """Give the connection back."""
        self._response.close()


class BlockingWire:
    """Connections kept by an `httpx2.Client`."""

    def __init__(self, transport: httpx2.BaseTransport | None = None) -> None:
        self._client = httpx2.Client(transport=transport, follow_redirects=False)

    async def open(self, request: httpx2.Request) -> BlockingIncoming:
        """Send a request and return its answer's head."""
        return BlockingIncoming(self._client.send(request, stream=True))

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)  # noqa: ASYNC251 - this wire's coroutines are never on an event loop

    async def call(self, function: Callable[[], T]) -> T:
        """Do work on the local disk."""
        return function()

    async def close(self) -> None:
        """Close every connection."""
        self._client.close()
