"""Tells what a product keeps from what it merely knows: kept texts come back when not said again.

A text that is given and only answered in the same breath may be one of a few that the product
knows. One that a later request or command brings back, without having been told it, was kept.
"""

from collections.abc import Iterable, Sequence

from backend.blueprints.blueprint import Step, StepKind
from backend.blueprints.texts.literals import Role, literals_of
from backend.blueprints.texts.pieces import Freedom
from backend.blueprints.texts.standing import pattern_in, words_pattern

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


def list_comes_back(text: str, steps: Sequence[Step]) -> bool:
    """Whether the list that a text is given in comes back whole: kept, or sorted by the alphabet.

    Whoever leaves some out, or sorts them otherwise, may know the words.
    """
    said = _checked(steps)
    for step in steps:
        listed = [one.text for one in literals_of(step) if one.freedom is Freedom.LISTED]
        given = [one for one in dict.fromkeys(listed) if one[:1].isalpha()]
        found = [match for one in given if (match := words_pattern(one).search(said))]
        if text not in given or len(found) < len(given):
            continue
        back = [match[0] for match in sorted(found, key=lambda match: match.start())]
        is_sorted = back != given and back == sorted(given, key=str.casefold)
        if is_sorted or comes_back(text, steps):
            return True
    return False


def _checked(steps: Iterable[Step]) -> str:
    return "\n".join(
        literal.text
        for step in steps
        if step.kind is StepKind.THEN
        for literal in literals_of(step)
        if literal.role is Role.CHECKED
    )


def _is_told(step: Step, role: Role) -> bool:
    """Whether a literal goes to the product; all that a request or a command says does."""
    return step.kind is not StepKind.THEN or role in (Role.FILLED, Role.NAME)


def _is_checked(text: str, step: Step) -> bool:
    return any(
        literal.role is Role.CHECKED and pattern_in(literal, text).search(literal.text)
        for literal in literals_of(step)
    )
