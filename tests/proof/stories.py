"""Makes scenarios by hand, as the blueprint's compiler would."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.blueprints.blueprint import (
    Blueprint,
    DataModel,
    Entity,
    Field,
    FieldType,
    Scenario,
    Step,
    StepKind,
)
from backend.proof.play_order import PlayOrder
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult
from backend.proof.subject import Subject
from backend.proof.subject_pool import open_pool
from tests.proof.toy import ToySubject


async def prove(
    prover: Prover, toys: list[ToySubject], folder: Path, *scenarios: Scenario, **more: Any
) -> list[CriterionResult]:
    """Run scenarios of the toy's blueprint."""
    return await prove_on(toys, prover, scenarios, blueprint=BLUEPRINT, folder=folder, **more)


async def prove_on(
    subjects: Sequence[Subject],
    prover: Prover,
    scenarios: Sequence[Scenario],
    *,
    subjects_are_fresh: bool = False,
    **order: Any,
) -> list[CriterionResult]:
    """Run scenarios on running products, in the way that the works do it."""
    async with open_pool(subjects, are_fresh=subjects_are_fresh) as pool:
        return await prover.prove(scenarios, pool, PlayOrder(**order))


def said_in(result: CriterionResult) -> str:
    """Return all that the attempts say."""
    said = [
        text
        for attempt in result.attempts
        for text in (attempt.message, *(step.message for step in attempt.steps))
    ]
    return " | ".join(filter(None, said))


_KINDS = {"W": StepKind.GIVEN, "A": StepKind.WHEN, "C": StepKind.THEN}
Table = tuple[tuple[str, ...], ...]


def make_step(
    expression: str,
    *arguments: str | float,
    table: Table | None = None,
    document: str | None = None,
    kind: StepKind | None = None,
) -> Step:
    """Make a step; its text is the id and the arguments."""
    return Step(
        expression=expression,
        kind=kind or _KINDS[expression[0]],
        text=f"{expression} {' '.join(map(str, arguments))}",
        line=1,
        arguments=arguments,
        table=table,
        document=document,
    )


def make_scenario(name: str, *steps: Step, tags: tuple[str, ...] = ()) -> Scenario:
    """Make a scenario of requirement R1."""
    slug = "".join(c if c.isalnum() else "-" for c in name.casefold())
    return Scenario(
        criterion=f"R1/{slug}", requirement="R1", name=name, steps=steps, tags=tags, line=1
    )


def _field(name: str, kind: FieldType = FieldType.TEXT) -> Field:
    return Field(name=name, type=kind)


BLUEPRINT = Blueprint(
    name="Job book",
    slug="job-book",
    kind="web app",
    budget_micros=None,
    digest="0" * 64,
    data=DataModel(
        name="Job book",
        entities=(
            Entity(
                name="Customer",
                plural="Customers",
                fields=(_field("Name"), _field("Email", FieldType.EMAIL)),
            ),
            Entity(
                name="Repair",
                plural="Repairs",
                fields=(
                    _field("Bicycle"),
                    _field("Customer", FieldType.LINK),
                    _field("Price", FieldType.MONEY),
                    _field("Status", FieldType.CHOICE),
                ),
            ),
        ),
    ),
    pages={"Parts": "/parts"},
)
