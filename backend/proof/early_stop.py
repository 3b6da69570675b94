"""Says which scenarios need not be run any more, because what they rest on has failed already."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from backend.blueprints.blueprint import Scenario, Step, StepKind
from backend.proof.results import Attempt, CriterionResult, Verdict
from backend.proof.verdicts import concluded
from backend.proof.window import WindowOptions, window_options


@dataclass(frozen=True, kw_only=True)
class _Start:
    """How a scenario begins, and in what window and with how much time: all that a step rests on.

    Steps are what is really carried out: a Background or a concept is written out by then.
    """

    steps: tuple[Step, ...]
    window: WindowOptions
    is_slow: bool

    @classmethod
    def of(cls, scenario: Scenario, number: int) -> "_Start":
        """Return the first so many steps; where they stand in the blueprint is no part of them."""
        return cls(
            steps=tuple(
                msgspec.structs.replace(step, line=0, concept=None)
                for step in scenario.steps[:number]
            ),
            window=window_options(scenario.steps),
            is_slow="@slow" in scenario.tags,
        )

    def opens(self, scenario: Scenario) -> bool:
        """Whether a scenario begins in this very way."""
        return _Start.of(scenario, len(self.steps)) == self


class EarlyStop:
    """What failed for good in one play; nothing that ran is ever touched by it.

    When a Given step failed in every attempt of one scenario, whatever begins with exactly the same
    steps fails there too, such as all that follow a broken sign-in or Background: it is not run.
    """

    def __init__(self) -> None:
        self._broken: dict[_Start, str] = {}
        self._gone: str | None = None

    def note(self, scenario: Scenario, attempts: Sequence[Attempt]) -> None:
        """Remember a scenario whose attempts all broke off in one Given step."""
        failed = {_failed_step(attempt) for attempt in attempts}
        number = failed.pop() if len(failed) == 1 else None
        if number is None or scenario.steps[number].kind is not StepKind.GIVEN:
            return
        self._broken.setdefault(
            _Start.of(scenario, number + 1),
            f"Not run: it begins as {_name(scenario)} does, where the step "
            f"{_said(scenario.steps[number])} failed each time.",
        )

    def note_gone(self, reason: str) -> None:
        """Remember that no product is left to run anything on."""
        self._gone = self._gone or f"Not run: the product is out of order. {reason}"

    def concluded(
        self, scenarios: Sequence[Scenario], played: Sequence[Sequence[Attempt]]
    ) -> list[CriterionResult]:
        """Return what each scenario's attempts come to; what was not run says why."""
        return [
            concluded(scenario, attempts, message="" if attempts else self.reason(scenario) or "")
            for scenario, attempts in zip(scenarios, played, strict=True)
        ]

    def reason(self, scenario: Scenario) -> str | None:
        """Say why a scenario that has not begun need not be run, or return None."""
        if self._gone is not None:
            return self._gone
        return next((why for start, why in self._broken.items() if start.opens(scenario)), None)


def _name(scenario: Scenario) -> str:
    """Name the scenario that showed it; a builder may read this of one that is sealed."""
    if scenario.is_holdout:
        return "a sealed scenario"
    return f'"{scenario.name}" ({scenario.criterion})'


def _said(step: Step) -> str:
    return f'"{step.text}"' if step.concept is None else f'"{step.text}" of "{step.concept}"'


def _failed_step(attempt: Attempt) -> int | None:
    """Return the place of the step that failed, counted from 0; None when none did."""
    verdicts = [step.verdict for step in attempt.steps]
    return verdicts.index(Verdict.FAILED) if Verdict.FAILED in verdicts else None
