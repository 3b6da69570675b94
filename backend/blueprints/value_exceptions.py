"""Doubts values that are to stay as they are written where nothing would have replaced them."""

from collections.abc import Iterable

from backend.blueprints.blueprint import Scenario
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.texts.literals import literals_of
from backend.blueprints.values import AS_WRITTEN, Values

_RULE = "BP025"


def report_unused_exceptions(
    values: Values, scenarios: Iterable[Scenario], findings: Findings
) -> None:
    """Warn of each `as written` text that no scenario says: most are slips of the pen."""
    kept = [v for v in values.declared if v.kind.casefold() == AS_WRITTEN]
    if not kept:
        return
    steps = [step for scenario in scenarios for step in scenario.steps]
    said = {literal.text.casefold() for step in steps for literal in literals_of(step)}
    lines = {line.casefold() for text in said for line in text.split("\n")}
    for value in kept:
        if value.name in values.used or value.shown.casefold() in said | lines:
            continue
        message = f"No scenario says {quoted(value.shown)} as a whole, so nothing is switched off."
        remedy = "Write it exactly as the scenario does, or delete the row."
        findings.warning(_RULE, value.line, message, remedy)
