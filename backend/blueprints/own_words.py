"""The words that a scenario itself puts into the product: titles, cells and typed texts."""

import re
from collections.abc import Iterable

from backend.blueprints.blueprint import Step, StepKind

_TYPED = {"A05": 1, "A08": 0, "A12": 0, "A11": 0, "W12": 0}


def own_words(steps: Iterable[Step]) -> set[str]:
    """Return what the scenario fills in; it may rightly expect all of it to be shown."""
    own: set[str] = set()
    for step in steps:
        if step.kind is StepKind.THEN:
            continue
        own.update(cell for row in step.table or () for cell in row)
        position = _TYPED.get(step.expression)
        if position is not None:
            own.add(str(step.arguments[position]))
        own.update(re.split(r"[,\n]", step.document or ""))
    return own
