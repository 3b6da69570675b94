"""Tells what a product keeps from what it merely knows: kept texts come back when not said again.

A text that is given and only answered in the same breath may be one of a few that the product
knows. One that a later request or command brings back, without having been told it, was kept.
"""

from collections.abc import Iterable

from backend.blueprints.blueprint import Step, StepKind
from backend.blueprints.literals import Role, literals_of
from backend.blueprints.standing import pattern_in

_NO_ACTIONS = frozenset({"H03", "H04", "H12", "L03", "W12"})


def comes_back(text: str, steps: Iterable[Step]) -> bool:
    """Whether a check finds a text behind an action that does not say it."""
    was_given = is_said = False
    for step in steps:
        says = any(
            text in literal.text for literal in literals_of(step) if _is_told(step, literal.role)
        )
        is_action = step.kind is not StepKind.THEN or step.expression == "B02"
        if is_action and step.expression not in _NO_ACTIONS:
            is_said = says
        if was_given and not is_said and step.kind is StepKind.THEN and _is_checked(text, step):
            return True
        was_given = was_given or says
    return False


def _is_told(step: Step, role: Role) -> bool:
    """Whether a literal goes to the product; all that a request or a command says does."""
    return step.kind is not StepKind.THEN or role in (Role.FILLED, Role.NAME)


def _is_checked(text: str, step: Step) -> bool:
    return any(
        literal.role is Role.CHECKED and pattern_in(literal, text).search(literal.text)
        for literal in literals_of(step)
    )
