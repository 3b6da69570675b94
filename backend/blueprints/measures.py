"""Measures how much of a blueprint can be checked and is proven, to be shown before a price."""

from collections.abc import Iterator

import msgspec

from backend.blueprints.blueprint import Blueprint, Scenario, Step, StepKind

_JUDGED = "J"
_CHECKS_FIELDS = frozenset({"C06", "C30", "C07", "C08", "C13", "C14"})
_CHECKS_TEXTS = frozenset({"C01", "C03", "C04"})
_CHECKS_TABLES = frozenset({"C11", "C12", "C31"})
# An error, something that must not be seen, or a table that must not hold a row.
_REFUSALS = frozenset({"C02", "C05", "C08", "C31", "C32"})


class Ratio(msgspec.Struct, frozen=True):
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """The part of the whole, from 0 to 1; of nothing it is 0."""
        return self.part / self.whole if self.whole else 0.0


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """What a blueprint's scenarios cover.

    `checkability` counts the outcome steps that a machine decides, `coverage` the requirements
    that a scenario proves; `fields` those that an outcome looks at, `negative` the scenarios that
    show a refusal or an absence, `holdouts` the sealed ones.
    """

    checkability: Ratio
    coverage: Ratio
    fields: Ratio
    negative: Ratio
    holdouts: Ratio


def measure(blueprint: Blueprint) -> Measures:
    """Count what is covered, outlines written out."""
    scenarios = blueprint.scenarios
    outcomes = [step for scenario in scenarios for step in outcomes_of(scenario)]
    fields = {field.name for entity in blueprint.data.entities for field in entity.fields}
    proven = [r for r in blueprint.requirements if any(map(_is_proof, r.scenarios))]
    return Measures(
        checkability=Ratio(sum(map(_is_measured, outcomes)), len(outcomes)),
        coverage=Ratio(len(proven), len(blueprint.requirements)),
        fields=Ratio(len(fields & asserted_fields(scenarios)), len(fields)),
        negative=Ratio(sum(map(is_negative, scenarios)), len(scenarios)),
        holdouts=Ratio(sum(s.is_holdout for s in scenarios), len(scenarios)),
    )


def outcomes_of(scenario: Scenario) -> list[Step]:
    """Return the steps that say what must be seen."""
    return [step for step in scenario.steps if step.kind is StepKind.THEN]


def is_negative(scenario: Scenario) -> bool:
    """Whether a scenario shows that something is refused, or stays away."""
    return any(step.expression in _REFUSALS or _says_no(step) for step in outcomes_of(scenario))


def is_refusal(scenario: Scenario) -> bool:
    """Whether a scenario ends in the product's own words for what it refuses."""
    return any(step.expression == "C08" or _says_no(step) for step in outcomes_of(scenario))


def asserted_fields(scenarios: tuple[Scenario, ...]) -> set[str]:
    """Return the names of fields that an outcome names, or whose value it shows as put in."""
    names: set[str] = set()
    for scenario in scenarios:
        outcomes = outcomes_of(scenario)
        seen = [str(step.arguments[-1]) for step in outcomes if step.expression in _CHECKS_TEXTS]
        names.update(name for name, value in _put_in(scenario) if value and value in seen)
        for step in outcomes:
            if step.expression in _CHECKS_FIELDS:
                names.update(map(str, step.arguments))
            if step.expression in _CHECKS_TABLES:
                names.update(step.table[0] if step.table else ())
    return names


def _put_in(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield each field that the scenario fills, with its value."""
    for step in scenario.steps:
        if step.expression == "A05":
            yield str(step.arguments[0]), str(step.arguments[1])
        elif step.expression == "A08":
            yield str(step.arguments[1]), str(step.arguments[0])
        elif step.expression == "A06":
            yield from ((row[0], row[-1]) for row in step.table or ())
        elif step.expression == "W05" and step.table:
            for row in step.table[1:]:
                yield from zip(step.table[0], row, strict=False)


def _is_proof(scenario: Scenario) -> bool:
    return any(map(_is_measured, outcomes_of(scenario)))


def _is_measured(step: Step) -> bool:
    return not step.expression.startswith(_JUDGED)


def _says_no(step: Step) -> bool:
    """Whether the message is a refusal such as “Customer is used by 2 repairs”."""
    said = " ".join(map(str, step.arguments))
    is_message = step.expression in {"C01", "C09"}
    return is_message and any(word in said for word in _NO)


_NO = (" is used by ", " is required", " is already taken", " must be ", "Nothing was imported")
