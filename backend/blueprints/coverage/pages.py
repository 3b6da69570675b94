"""BP208: lists that are never seen empty, never with an error and never on a phone."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Entity, Scenario, Severity
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.coverage.skeletons import emptiness
from backend.blueprints.findings import quoted
from backend.blueprints.house_style import in_sentence
from backend.blueprints.rule import Rule

RULE = Rule(
    id="BP208",
    title="a page that is seen neither empty, nor with an error, nor on a phone",
    severity=Severity.WARNING,
    reason="Products break first where nobody looked: without data, with wrong data, on a phone.",
    example="The scenarios show full lists of repairs on a desktop.",
    better="A scenario with Given there are no repairs, And I use a phone.",
)
_EMPTY, _ROWS, _PHONE, _ERROR = "W06", "C10", "W08", "C08"


def find(covered: Covered) -> Iterator[Gap]:
    """Find lists that scenarios use and show in none of the three states."""
    for entity in covered.blueprint.data.entities if covered.is_web else ():
        using = [s for s in covered.blueprint.scenarios if _uses(s, entity)]
        if using and not any(_shows_a_state(scenario, entity) for scenario in using):
            yield Gap(
                line=entity.line,
                message=f"The list {quoted(entity.plural)} is seen neither empty, nor with an "
                "error, nor on a phone.",
                better=f"Add a scenario such as:\n{emptiness(entity)}",
                short=quoted(entity.plural),
            )


def _uses(scenario: Scenario, entity: Entity) -> bool:
    """Whether a step of the scenario names the list or its form, other than to fill it."""
    names = {entity.plural, f"New {in_sentence(entity.name)}"}
    return any(not names.isdisjoint(map(str, step.arguments)) for step in scenario.steps)


def _shows_a_state(scenario: Scenario, entity: Entity) -> bool:
    fields = {field.name for field in entity.fields}
    for step in scenario.steps:
        is_empty = step.expression == _EMPTY and step.arguments[0] == entity.name
        has_none = step.expression == _ROWS and step.arguments == (entity.plural, 0)
        is_phone = step.expression == _PHONE and step.arguments[0] == "phone"
        is_error = step.expression == _ERROR and step.arguments[0] in fields
        if is_empty or has_none or is_phone or is_error:
            return True
    return False


PAGES = CoverageRule(RULE, find)
