"""Waiting for a build: to its end, or until a person is needed."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Literal
from uuid import UUID

from draftworks._calls import read_build
from draftworks._core import Core
from draftworks._enums import BuildStatus, EventType
from draftworks._errors import (
    APIResponseValidationError,
    BuildCanceledError,
    BuildFailedError,
    WaitTimeoutError,
)
from draftworks._following import Deadline, DeadlinePassedError, Follower
from draftworks._models import Build, BuildEvent

Until = Literal["end", "gate"]
EventHook = Callable[[BuildEvent], Awaitable[None] | None]


class Waiter:
    """One wait for one build."""

    def __init__(self, core: Core, build_id: str | UUID, *, until: Until) -> None:
        if until not in ("end", "gate"):
            raise ValueError(f"until must be 'end' or 'gate', not {until!r}")
        self._core = core
        self._build_id = build_id
        self._until = until

    async def wait(self, timeout_seconds: float | None, on_event: EventHook | None) -> Build:
        """Return the build when it was delivered or rests as asked; raise how else it ended."""
        follower = Follower(self._core, self._build_id, deadline=Deadline(timeout_seconds))
        try:
            build = await self._follow(follower, on_event) or await self._read()
        except DeadlinePassedError:
            return await self._last_look(timeout_seconds or 0.0)
        finally:
            await follower.close()
        if not self._rests(build):
            raise APIResponseValidationError(f"build {build.id} said it ended, but has not")
        return ended(build)

    async def _follow(self, follower: Follower, on_event: EventHook | None) -> Build | None:
        """Tell every event; return the build when it rests at a gate that ends the waiting."""
        while (event := await follower.next()) is not None:
            answer = on_event(event) if on_event is not None else None
            if isawaitable(answer):
                await answer
            # An event of a gate may be old news: only the build says whether it still waits.
            if self._may_be_gate(event) and self._rests(build := await self._read()):
                return build
        return None

    def _may_be_gate(self, event: BuildEvent) -> bool:
        if self._until != "gate":
            return False
        is_waiting = event.status is not None and event.status.awaits_person
        return event.type == EventType.GATE or (event.type == EventType.STATUS and is_waiting)

    async def _last_look(self, timeout_seconds: float) -> Build:
        build = await self._read()
        if not self._rests(build):
            raise WaitTimeoutError(build, timeout_seconds)
        return ended(build)

    def _rests(self, build: Build) -> bool:
        return build.is_finished or (self._until == "gate" and build.needs_person)

    async def _read(self) -> Build:
        return await self._core.send(read_build(self._build_id))


def ended(build: Build) -> Build:
    """Return the build unless it failed or was canceled."""
    if build.status == BuildStatus.FAILED:
        raise BuildFailedError(build)
    if build.status == BuildStatus.CANCELED:
        raise BuildCanceledError(build)
    return build
