"""BP209: critical scenarios whose outcome looks at nothing that they put in."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Scenario, Severity, Step
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.findings import quoted
from backend.blueprints.measures import is_refusal, outcomes_of
from backend.blueprints.own_words import own_words
from backend.blueprints.rule import Rule

_SHORTEST = 2
# Outcomes that are the same whatever was put in: a message, a page, a number of rows, an absence.
_SAME = frozenset({"C02", "C04", "C05", "C09", "C10", "C16", "C17", "C23", "C24", "C25", "C32"})

RULE = Rule(
    id="BP209",
    title="a critical scenario whose outcome would be the same for any data",
    severity=Severity.WARNING,
    reason="A product that always says the same passes it.",
    example='The critical scenario ends in Then I should see the message "Repair saved".',
    better='It also ends in And I should see the heading "Red tandem", which it has filled in.',
)


def find(covered: Covered) -> Iterator[Gap]:
    """Find critical scenarios whose outcomes are all of the sort that no data changes."""
    lines: set[int] = set()
    for scenario in covered.blueprint.scenarios:
        if not scenario.is_critical or scenario.line in lines or _varies(scenario):
            continue
        lines.add(scenario.line)
        yield Gap(
            line=scenario.line,
            message=f"The critical scenario {quoted(scenario.name)} checks nothing that it put in.",
            better="Let it end in a check of a value that it has filled in or put in place.",
            short=f"line {scenario.line}",
        )


def _varies(scenario: Scenario) -> bool:
    outcomes = outcomes_of(scenario)
    if is_refusal(scenario) or any(step.expression not in _SAME for step in outcomes):
        return True
    own = {word.strip() for word in own_words(scenario.steps)}
    seen = [text for step in outcomes for text in _texts(step)]
    return any(word in text for word in own if len(word) >= _SHORTEST for text in seen)


def _texts(step: Step) -> list[str]:
    cells = [cell for row in step.table or () for cell in row]
    return [*map(str, step.arguments), *cells, step.document or ""]


VARIED_DATA = CoverageRule(RULE, find, shown=2)
