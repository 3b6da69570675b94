"""Tells apart how long each part of a stage took."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Phases:
    """The parts of one stage, each with its seconds, in the order in which they came."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @asynccontextmanager
    async def timed(self, name: str) -> AsyncIterator[None]:
        """Time one part, however it ends."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            yield
        finally:
            self.seconds[name] = round(loop.time() - began, 3)
