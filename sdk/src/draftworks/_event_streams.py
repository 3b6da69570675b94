"""Event streams as callers see them: iterate, and the connection is given back at the end."""

from collections.abc import AsyncIterator, Iterator
from typing import Self

from draftworks._following import Follower
from draftworks._models import BuildEvent
from draftworks._wire import run


class EventStream:
    """A build's events, each once, over as many connections as it takes; ends with the build.

    Iterating opens the connection; the end, a `break` or `close()` gives it back. Raises
    APIStatusError at the first event when there is no such build, APIConnectionError when the
    works stay out of reach.
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower

    def __iter__(self) -> Iterator[BuildEvent]:
        try:
            while (event := run(self._follower.next())) is not None:
                yield event
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back; no event follows."""
        run(self._follower.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncEventStream:
    """Like `EventStream`, for `async for` and `async with`."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower

    async def __aiter__(self) -> AsyncIterator[BuildEvent]:
        try:
            while (event := await self._follower.next()) is not None:
                yield event
        finally:
            await self.close()

    async def close(self) -> None:
        """Give the connection back; no event follows."""
        await self._follower.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
