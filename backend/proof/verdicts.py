"""Draws a criterion's verdict from its attempts and from the evidence that lies on disk."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from backend.blueprints.blueprint import Scenario, StepKind
from backend.blueprints.product_kinds import leaves_transcript, needs_browser
from backend.proof.evidence import is_intact
from backend.proof.results import (
    Attempt,
    Comparison,
    CriterionResult,
    DataRun,
    SecondLook,
    StepResult,
    Verdict,
)


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
        renewed_pictures=_pictures(attempts[-1:], Comparison.RENEWED),
        message=message,
    )


def verdict_of(attempts: Sequence[Attempt]) -> Verdict:
    """Return the verdict over all attempts: two that end in two ways are unstable, never green."""
    verdict = attempts[-1].verdict if attempts else Verdict.NOT_RUN
    if verdict is not Verdict.FAILED and len({_ending(attempt) for attempt in attempts}) > 1:
        return Verdict.UNSTABLE
    return verdict


def with_data_runs_drawn(result: CriterionResult, runs: Sequence[DataRun]) -> CriterionResult:
    """Return a result with its runs on other data: none of them may end worse than the first."""
    worst = result.verdict
    if not all(run.verdict.has_held for run in runs):
        worst = Verdict.FAILED
    elif worst is not Verdict.FAILED and any(run.verdict is Verdict.UNSTABLE for run in runs):
        worst = Verdict.UNSTABLE
    return msgspec.structs.replace(result, verdict=worst, data_runs=tuple(runs))


def with_second_look(result: CriterionResult, look: SecondLook) -> CriterionResult:
    """Return the result after a second look, which makes no verdict better."""
    return msgspec.structs.replace(
        result, second_look=look, verdict=_after_look(result.verdict, look)
    )


def _after_look(verdict: Verdict, look: SecondLook) -> Verdict:
    """Return failed for a finding that decides, unstable for what holds no more."""
    if not verdict.has_held:
        return verdict
    if any(observation.blocks for observation in look.observations):
        return Verdict.FAILED
    return verdict if look.attempt.verdict is Verdict.PASSED else Verdict.UNSTABLE


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


def _has_own_evidence(step: StepResult) -> bool:
    if leaves_transcript(step.expression):
        return any(piece.kind == "transcript" for piece in step.evidence)
    return bool(step.evidence)


def _evidence_fault(attempt: Attempt, folder: Path, *, is_filmed: bool) -> str | None:
    has_video = any(evidence.kind == "video" for evidence in attempt.evidence)
    owes_video = is_filmed and any(needs_browser(step.expression) for step in attempt.steps)
    if owes_video and not has_video:
        return "The video of this scenario is missing."
    for step in attempt.steps:
        if step.kind == StepKind.THEN.value and not _has_own_evidence(step):
            sort = "transcript" if leaves_transcript(step.expression) else "picture"
            return f'The {sort} of the step "{step.text}" is missing.'
    pieces = (*attempt.evidence, *(piece for step in attempt.steps for piece in step.evidence))
    for piece in pieces:
        if not is_intact(folder, piece):
            return f"The evidence {piece.path} is missing or was changed."
    return None
