"""Draws a criterion's verdict from its attempts and from the evidence that lies on disk."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from backend.blueprints.blueprint import Scenario, StepKind
from backend.proof.evidence import is_intact
from backend.proof.results import Attempt, Comparison, CriterionResult, StepResult, Verdict


def concluded(
    scenario: Scenario, attempts: Sequence[Attempt], *, message: str = ""
) -> CriterionResult:
    """Return what a scenario's attempts come to; `message` says why there are none."""
    return CriterionResult(
        criterion=scenario.criterion,
        requirement=scenario.requirement,
        name=scenario.name,
        tags=scenario.tags,
        holdout=scenario.is_holdout,
        verdict=verdict_of(attempts),
        attempts=tuple(attempts),
        first_baselines=_pictures(attempts[-1:], Comparison.FIRST),
        changed_pictures=_pictures(attempts[-1:], Comparison.CHANGED),
        message=message,
    )


def verdict_of(attempts: Sequence[Attempt]) -> Verdict:
    """Return the verdict over all attempts: two that end in two ways are unstable, never green."""
    verdict = attempts[-1].verdict if attempts else Verdict.NOT_RUN
    if verdict is not Verdict.FAILED and len({_ending(attempt) for attempt in attempts}) > 1:
        return Verdict.UNSTABLE
    return verdict


def _ending(attempt: Attempt) -> tuple[Verdict, tuple[str, ...]]:
    """Return what two attempts must have in common: the verdict, and what differed if it did."""
    changed = (
        evidence.sha256
        for step in attempt.steps
        for evidence in step.evidence
        if evidence.kind == "picture" and attempt.verdict is Verdict.JUDGED
    )
    return attempt.verdict, tuple(changed)


def _pictures(attempts: Sequence[Attempt], comparison: Comparison) -> tuple[str, ...]:
    return tuple(
        evidence.path
        for attempt in attempts
        for step in attempt.steps
        for evidence in step.evidence
        if evidence.kind == "picture" and step.look and step.look.comparison is comparison
    )


def unplayed(scenario: Scenario, *, number: int, message: str) -> Attempt:
    """Return the failed attempt of a scenario that could not even begin."""
    steps = tuple(
        StepResult(
            text=step.text,
            expression=step.expression,
            kind=step.kind.value,
            line=step.line,
            verdict=Verdict.NOT_RUN,
            concept=step.concept,
        )
        for step in scenario.steps
    )
    return Attempt(number=number, verdict=Verdict.FAILED, steps=steps, seconds=0.0, message=message)


def with_evidence_checked(attempt: Attempt, folder: Path, *, is_filmed: bool = True) -> Attempt:
    """Return the attempt, failed when a piece of its evidence is missing or has changed."""
    if attempt.verdict is not Verdict.PASSED:
        return attempt
    fault = _evidence_fault(attempt, folder, is_filmed=is_filmed)
    if fault is None:
        return attempt
    return msgspec.structs.replace(attempt, verdict=Verdict.FAILED, message=fault)


def _evidence_fault(attempt: Attempt, folder: Path, *, is_filmed: bool) -> str | None:
    if is_filmed and not any(evidence.kind == "video" for evidence in attempt.evidence):
        return "The video of this scenario is missing."
    for step in attempt.steps:
        if step.kind == StepKind.THEN.value and not step.evidence:
            return f'The picture of the step "{step.text}" is missing.'
    pieces = (*attempt.evidence, *(piece for step in attempt.steps for piece in step.evidence))
    for piece in pieces:
        if not is_intact(folder, piece):
            return f"The evidence {piece.path} is missing or was changed."
    return None
