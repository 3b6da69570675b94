"""The acceptance criteria of a build, as it keeps them from the first minute to the last."""

from collections.abc import Sequence

import msgspec

from backend.blueprints.blueprint import Blueprint
from backend.proof.results import CriterionResult, Verdict
from backend.proof.verdicts import verdict_of

_MOST_FINDINGS = 3


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion of the order; its id runs through everything that the works does."""

    id: str
    requirement: str
    name: str
    holdout: bool
    critical: bool


def list_criteria(blueprint: Blueprint) -> tuple[Criterion, ...]:
    """List a blueprint's criteria in the order of the document."""
    return tuple(
        Criterion(
            id=scenario.criterion,
            requirement=scenario.requirement,
            name=scenario.name,
            holdout=scenario.is_holdout,
            critical=scenario.is_critical,
        )
        for scenario in blueprint.scenarios
    )


def refusal_message(failed: Sequence[CriterionResult]) -> str:
    """Say why a proof is refused: what does not happen, and what its pages lack."""
    found = [
        observation.message
        for result in failed
        if result.second_look is not None
        for observation in result.second_look.observations
        if observation.blocks
    ]
    unmet = [result.name for result in failed if not _only_its_pages_fail(result)]
    parts = [needs_model_message(unmet)] if unmet else []
    if elsewhere := [result.name for result in failed if _only_other_data_fails(result)]:
        parts.append(
            "With the data that the blueprint shows these work, but not with other data: "
            f"{_quoted(elsewhere)}. The report says which texts were replaced."
        )
    if found:
        more = len(found) - _MOST_FINDINGS
        told = " ".join(found[:_MOST_FINDINGS]) + (f" And {more} more." if more > 0 else "")
        parts.append(f"Every page was looked at as the blueprint's quality says. {told}")
    return " ".join(parts)


def _only_its_pages_fail(result: CriterionResult) -> bool:
    look = result.second_look
    return look is not None and any(observation.blocks for observation in look.observations)


def _only_other_data_fails(result: CriterionResult) -> bool:
    runs_failed = any(run.verdict is Verdict.FAILED for run in result.data_runs)
    return runs_failed and verdict_of(result.attempts) is not Verdict.FAILED


def needs_model_message(names: Sequence[str]) -> str:
    """Say to the owner of a blueprint what the product does not do, by the scenarios' names."""
    return (
        f"What can be built from the data section alone does not do this: {_quoted(names)}. "
        "It needs a language model, or the scenario expects something else than it should."
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in dict.fromkeys(names))
