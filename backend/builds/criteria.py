"""The acceptance criteria of a build, as it keeps them from the first minute to the last."""

from collections.abc import Sequence

import msgspec

from backend.blueprints.blueprint import Blueprint


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


def needs_model_message(names: Sequence[str]) -> str:
    """Say to the owner of a blueprint what the product does not do, by the scenarios' names."""
    quoted = ", ".join(f"“{name}”" for name in dict.fromkeys(names))
    return (
        f"What can be built from the data section alone does not do this: {quoted}. "
        "It needs a language model, or the scenario expects something else than it should."
    )
