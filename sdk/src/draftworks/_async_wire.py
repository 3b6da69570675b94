"""The wire of `AsyncDraftworks`: every ask awaits the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import httpx2

T = TypeVar("T")


class AsyncIncoming:
    """An answer on an asynchronous connection."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response
        self._pieces: AsyncIterator[bytes] = response.aiter_bytes()
        self.status_code = response.status_code
        self.headers = response.headers

    async def read(self) -> bytes:
        """Return the next piece of the body, empty at its end."""
        return await anext(self._pieces, b"")

    async def close(self) -> None:
        """Give the connection back."""
        await self._response.aclose()


class AsyncWire:
    """Connections kept by an `httpx2.AsyncClient`."""

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._client = httpx2.AsyncClient(transport=transport, follow_redirects=False)

    async def open(self, request: httpx2.Request) -> AsyncIncoming:
        """Send a request and return its answer's head."""
        return AsyncIncoming(await self._client.send(request, stream=True))

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    async def call(self, function: Callable[[], T]) -> T:
        """Do work on the local disk on another thread."""
        return await asyncio.to_thread(function)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()
