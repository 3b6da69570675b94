"""BP205 and BP206: scenarios that tell several stories, are too long, or are too many."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from backend.blueprints.blueprint import Scenario, Severity, StepKind
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.findings import quoted
from backend.blueprints.rule import Rule

_STEPS = 12
_SCENARIOS = 25

ROUNDS = Rule(
    id="BP205",
    title="a scenario with more than one round of When and Then",
    severity=Severity.WARNING,
    reason="When the first half fails nobody learns anything about the second.",
    example="Book, check, cancel, check.",
    better="One scenario that books and checks, one that begins with a booking and cancels it.",
)
LENGTHS = Rule(
    id="BP206",
    title="more than 12 steps in a scenario, or more than 25 scenarios in a requirement",
    severity=Severity.WARNING,
    reason="What nobody reads to its end, nobody checks.",
    example="A scenario of 14 steps.",
    better="Put records in place with Given, and name steps that belong together under Concepts.",
)


def find_rounds(covered: Covered) -> Iterator[Gap]:
    """Find scenarios in which a When follows a Then."""
    for scenario in _once_each(covered):
        kinds = [step.kind for step in scenario.steps]
        rounds = sum(
            before is StepKind.THEN and kind is StepKind.WHEN for before, kind in pairwise(kinds)
        )
        if rounds:
            yield Gap(
                line=scenario.line,
                message=f"The scenario {quoted(scenario.name)} acts again after it has checked.",
                better="Split it: begin the second one with Given, where the first one ends.",
                short=f"line {scenario.line}",
            )


def find_lengths(covered: Covered) -> Iterator[Gap]:
    """Find long scenarios by the lines they have, then requirements with many."""
    for scenario in _once_each(covered):
        count = len({step.line for step in scenario.steps if step.line > scenario.line})
        if count > _STEPS:
            yield Gap(
                line=scenario.line,
                message=f"The scenario {quoted(scenario.name)} has {count} steps.",
                better=LENGTHS.better,
                short=f"line {scenario.line}",
            )
    counts = Counter(scenario.requirement for scenario in _once_each(covered))
    for requirement in covered.blueprint.requirements:
        if counts[requirement.id] > _SCENARIOS:
            message = f"{requirement.id} has {counts[requirement.id]} scenarios."
            better = "Split the requirement, or make rows of an outline of those that are alike."
            yield Gap(requirement.line, message, better, requirement.id)


def _once_each(covered: Covered) -> list[Scenario]:
    """Return scenarios as they are written: rows of an outline count once."""
    return list({scenario.line: scenario for scenario in covered.blueprint.scenarios}.values())


SIZE_RULES = (CoverageRule(ROUNDS, find_rounds), CoverageRule(LENGTHS, find_lengths))
