"""What the core asks of the outside world, and how a blocking caller drives it.

The core is written once, in coroutines that do nothing but ask a `Wire`. With `AsyncWire` they
really wait; with `BlockingWire` every ask is done on return, so `run` gets the result in one go.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

import httpx2

T = TypeVar("T")


class Incoming(Protocol):
    """An answer whose head is here and whose body comes in pieces."""

    @property
    def status_code(self) -> int:
        """HTTP's status."""

    @property
    def headers(self) -> httpx2.Headers:
        """The answer's headers."""

    async def read(self) -> bytes:
        """Return the next piece of the body, empty at its end."""

    async def close(self) -> None:
        """Give the connection back."""


class Wire(Protocol):
    """Requests out, answers in, and time that passes."""

    async def open(self, request: httpx2.Request) -> Incoming:
        """Send a request and return its answer's head."""

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""

    async def call(self, function: Callable[[], T]) -> T:
        """Do work on the local disk without holding others up."""

    async def close(self) -> None:
        """Close every connection."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Drive a coroutine that only asks a blocking wire to its end."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("a callback of the blocking client awaited something: use AsyncDraftworks")
