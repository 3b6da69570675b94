"""BP207: people and roles that are declared and that no scenario lets act."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.findings import quoted
from backend.blueprints.rule import Rule

RULE = Rule(
    id="BP207",
    title="a person or a role that no scenario lets act",
    severity=Severity.WARNING,
    reason="What somebody may do, and what not, is shown by no scenario.",
    example="The role mechanic is declared, and no scenario names it.",
    better="A scenario in which the mechanic does it, and one in which the mechanic is refused.",
)


def find(covered: Covered) -> Iterator[Gap]:
    """Find declared names that stand in no step."""
    blueprint = covered.blueprint
    people = [tuple(filter(None, (person.name, person.email))) for person in blueprint.people]
    known = dict.fromkeys([*((role,) for role in blueprint.roles), *people])
    if not known:
        return
    said = "\n".join(step.text for scenario in blueprint.scenarios for step in scenario.steps)
    folded = said.casefold()
    for name, *others in known:
        if not any(word.casefold() in folded for word in (name, *others)):
            yield Gap(
                line=1,
                message=f"No scenario lets {quoted(name)} do anything.",
                better="Add one that shows what they may do, and one that shows what they may not.",
                short=quoted(name),
            )


PEOPLE = CoverageRule(RULE, find)
