"""A TCP port on this machine's loopback that leads to one port inside a sandbox."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.errors import SandboxError
from sandbox.protocol import SandboxDriver, SandboxRef

CHUNK_BYTES = 64 * 1024


class Bridge:
    """Accepts the browser's connections and carries bytes to and from the product."""

    def __init__(self, driver: SandboxDriver, ref: SandboxRef, target: int) -> None:
        self._driver = driver
        self._ref = ref
        self._target = target
        self._carriers: set[asyncio.Task[None]] = set()
        self.port = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until both sides are done."""
        task = asyncio.current_task()
        if task is not None:
            self._carriers.add(task)
        try:
            with contextlib.suppress(OSError, SandboxError):
                await self._carry(reader, writer)
        finally:
            if task is not None:
                self._carriers.discard(task)
            writer.close()

    async def close(self) -> None:
        """Cut every connection that is still open."""
        carriers = list(self._carriers)
        for task in carriers:
            task.cancel()
        await asyncio.gather(*carriers, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await self._driver.dial(self._ref, self._target)
        try:
            await asyncio.gather(
                _pump(reader, inner_writer), _pump(inner_reader, writer), return_exceptions=True
            )
        finally:
            inner_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


@asynccontextmanager
async def open_bridge(driver: SandboxDriver, ref: SandboxRef, target: int) -> AsyncIterator[Bridge]:
    """Listen on a free loopback port for as long as the block runs."""
    bridge = Bridge(driver, ref, target)
    server = await asyncio.start_server(bridge.accept, "127.0.0.1", 0)
    bridge.port = server.sockets[0].getsockname()[1]
    try:
        yield bridge
    finally:
        server.close()
        await bridge.close()
