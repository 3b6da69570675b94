"""What goes along with an attempt to show it, and never has a say in how it ends."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from playwright.async_api import Error as PlaywrightError

from backend.blueprints.blueprint import Scenario, Step
from backend.proof.errors import StepFailedError
from backend.proof.scene import Scene

_FAULTS = (PlaywrightError, StepFailedError, OSError)


class Companion(Protocol):
    """Sees each step begin; `patience_seconds` is what it adds to a scenario's time."""

    @property
    def patience_seconds(self) -> float:
        """How much longer the scenario may take because of it."""

    async def begin(self, scene: Scene) -> None:
        """Make ready, before the first step."""

    async def before_step(self, number: int, step: Step) -> None:
        """Go along; steps count from 1."""

    async def end(self, fault: str) -> None:
        """Finish, while the window is still open; `fault` is what did not hold, or empty."""


MakeCompanions = Callable[[Scenario], Sequence[Companion]]


def no_companions(_: Scenario) -> Sequence[Companion]:
    """Let a scenario be attempted alone."""
    return ()


@dataclass(frozen=True)
class Company:
    """An attempt's companions; a fault of theirs is their own affair."""

    companions: Sequence[Companion] = ()

    @property
    def patience_seconds(self) -> float:
        """How much longer the scenario may take because of them."""
        return sum(companion.patience_seconds for companion in self.companions)

    async def begin(self, scene: Scene) -> None:
        """Let each make ready."""
        for companion in self.companions:
            await _quietly(companion.begin(scene))

    async def before_step(self, number: int, step: Step) -> None:
        """Let each go along."""
        for companion in self.companions:
            await _quietly(companion.before_step(number, step))

    async def end(self, fault: str) -> None:
        """Let each finish, the last that came first."""
        for companion in reversed(self.companions):
            await _quietly(companion.end(fault))


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except _FAULTS:
        return
