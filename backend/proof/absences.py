"""Keeps watch over what should not be seen: absent at once is not absent half a second later.

A check that passes is watched while the next checks run, and asked a last time before the next
action or at the scenario's end, so that holding costs no time of its own where it can overlap.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Error as PlaywrightError

from backend.proof.errors import StepFailedError
from backend.proof.waiting import ask

_HOLD_SECONDS = 0.5
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class _Watched:
    step: int
    probe: Callable[[], Awaitable[None]]
    watch: asyncio.Task[None]


class Absences:
    """What must stay away until the next action."""

    def __init__(self) -> None:
        self._watched: list[_Watched] = []

    def hold(self, step: int, probe: Callable[[], Awaitable[None]]) -> None:
        """Go on asking a probe that has just held; it raises StepFailedError when it fails."""
        watch = asyncio.create_task(_watch(probe))
        self._watched.append(_Watched(step=step, probe=probe, watch=watch))

    async def settle(self) -> tuple[int, StepFailedError] | None:
        """Wait until all have held long enough; return the first that did not, by its step."""
        watched, self._watched = self._watched, []
        broken: tuple[int, StepFailedError] | None = None
        for entry in watched:
            try:
                await entry.watch
                await ask(entry.probe)
            except StepFailedError as error:
                broken = broken or (entry.step, error)
        return broken

    async def drop(self) -> None:
        """Stop watching; what was not settled proves nothing."""
        watched, self._watched = self._watched, []
        for entry in watched:
            entry.watch.cancel()
        for entry in watched:
            with suppress(asyncio.CancelledError, StepFailedError, PlaywrightError):
                await entry.watch


async def _watch(probe: Callable[[], Awaitable[None]]) -> None:
    clock = asyncio.get_running_loop().time
    until = clock() + _HOLD_SECONDS
    while clock() < until:
        await asyncio.sleep(min(_PAUSE_SECONDS, max(until - clock(), 0)))
        await ask(probe)
