"""Waiting without sleeping too long: a probe is asked again and again until it holds."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from playwright.async_api import Error as PlaywrightError

from backend.proof.errors import AmbiguousNameError, StepFailedError

_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.15
_PAUSE_GROWTH = 1.5
# Two of a name for a moment, while a page replaces its parts, are not yet ambiguous.
_AMBIGUOUS_SECONDS = 0.5
_STILL_LOADING = (
    *("Execution context was destroyed", "Cannot find context", "rame was detached"),
    *("Inspected target navigated or closed", "Promise was collected"),
)

Found = TypeVar("Found")
Probe: TypeAlias = Callable[[], Awaitable[Found]]


async def eventually(probe: Probe[Found], *, within_seconds: float) -> Found:
    """Return what the probe returns as soon as it stops raising StepFailedError.

    The last failure is raised when the time is up; the probe is always asked at least once.
    """
    clock = asyncio.get_running_loop().time
    started = clock()
    deadline = started + within_seconds
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await ask(probe)
        except AmbiguousNameError:
            if clock() >= min(deadline, started + _AMBIGUOUS_SECONDS):
                raise
        except StepFailedError:
            if clock() >= deadline:
                raise
        await asyncio.sleep(min(pause, max(deadline - clock(), 0)))
        pause = min(pause * _PAUSE_GROWTH, _LONGEST_PAUSE_SECONDS)


async def ask(probe: Probe[Found]) -> Found:
    """Ask once; a page that is being replaced at this moment counts as a failure, not a fault."""
    try:
        return await probe()
    except PlaywrightError as error:
        if any(words in error.message for words in _STILL_LOADING):
            raise StepFailedError("The page was still loading.") from error
        raise
