"""Says which scenarios need not be run any more, because what they rest on has failed already."""

from collections.abc import Sequence

from backend.blueprints.blueprint import Scenario, Step
from backend.proof.results import Attempt, Verdict


class EarlyStop:
    """What failed for good in one play; nothing that ran is ever touched by it.

    A requirement's Background stands in all of its scenarios. When one of its steps failed in every
    attempt of one scenario, the same steps fail in the others too: they are not run.
    """

    def __init__(self) -> None:
        self._broken: dict[tuple[str, tuple[Step, ...]], str] = {}
        self._gone: str | None = None

    def note(self, scenario: Scenario, attempts: Sequence[Attempt]) -> None:
        """Remember a scenario whose attempts all broke off in one step of the Background."""
        failed = {_failed_step(attempt) for attempt in attempts}
        number = failed.pop() if len(failed) == 1 else None
        if number is None or number >= scenario.background_steps:
            return
        step = scenario.steps[number]
        self._broken.setdefault(
            _background(scenario),
            f'Not run: it begins with the step "{step.text}" of the Background, which failed in '
            f'"{scenario.name}" ({scenario.criterion}) each time.',
        )

    def note_gone(self, reason: str) -> None:
        """Remember that no product is left to run anything on."""
        self._gone = self._gone or f"Not run: the product is out of order. {reason}"

    def reason(self, scenario: Scenario) -> str | None:
        """Say why a scenario that has not begun need not be run, or return None."""
        if self._gone is not None:
            return self._gone
        return self._broken.get(_background(scenario)) if scenario.background_steps else None


def _background(scenario: Scenario) -> tuple[str, tuple[Step, ...]]:
    return scenario.requirement, scenario.steps[: scenario.background_steps]


def _failed_step(attempt: Attempt) -> int | None:
    """Return the place of the step that failed, counted from 0; None when none did."""
    verdicts = [step.verdict for step in attempt.steps]
    return verdicts.index(Verdict.FAILED) if Verdict.FAILED in verdicts else None
