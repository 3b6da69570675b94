"""Draws a criterion's verdict from its attempts and from the evidence that lies on disk."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from backend.blueprints.blueprint import Scenario, StepKind
from backend.blueprints.product_kinds import leaves_transcript, needs_browser
from backend.proof.evidence import is_intact
from backend.proof.results import Attempt, Comparison, CriterionResult, StepResult, Verdict


def concluded(scenario: Scenario, attempts: Sequence[Attempt]) -> CriterionResult:
    """Return the verdict over all attempts: two that end in two ways are unstable, never green."""
    verdict = attempts[-1].verdict if attempts else Verdict.NOT_RUN
    if verdict is not Verdict.FAILED and len({_ending(attempt) for attempt in attempts}) > 1:
        verdict = Verdict.UNSTABLE
    return CriterionResult(
        criterion=scenario.criterion,
        requirement=scenario.requirement,
        name=scenario.name,
        tags=scenario.tags,
        holdout=scenario.is_holdout,
        verdict=verdict,
        attempts=tuple(attempts),
        first_baselines=_pictures(attempts[-1:], Comparison.FIRST),
        changed_pictures=_pictures(attempts[-1:], Comparison.CHANGED),
    )


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


def with_evidence_checked(attempt: Attempt, folder: Path) -> Attempt:
    """Return the attempt, failed when a piece of its evidence is missing or has changed."""
    if attempt.verdict is not Verdict.PASSED:
        return attempt
    fault = _evidence_fault(attempt, folder)
    if fault is None:
        return attempt
    return msgspec.structs.replace(attempt, verdict=Verdict.FAILED, message=fault)


def _has_own_evidence(step: StepResult) -> bool:
    if leaves_transcript(step.expression):
        return any(piece.kind == "transcript" for piece in step.evidence)
    return bool(step.evidence)


def _evidence_fault(attempt: Attempt, folder: Path) -> str | None:
    has_video = any(evidence.kind == "video" for evidence in attempt.evidence)
    if any(needs_browser(step.expression) for step in attempt.steps) and not has_video:
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
