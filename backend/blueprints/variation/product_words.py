"""Finds what a product says without having been told it: these are its own words, and they stay."""

from collections.abc import Iterable

from backend.blueprints.blueprint import Scenario, StepKind
from backend.blueprints.texts.literals import Role, literals_of
from backend.blueprints.texts.standing import words_pattern

_ABSENCES = frozenset({"C02", "C05", "C31", "C32", "L13"})
# What programs answer with, so that nobody can tell whether they were given it.
_USUAL_WORDS = """
    added aborted appended cancelled changed closed completed created default deleted done empty
    error exit failed finished found goodbye hello help info inserted invalid item items missing
    note nothing opened passed quit ready removed renamed saved skipped started stopped stored
    success thanks todo total undone updated usage version warning welcome world
"""
_USUAL = frozenset(_USUAL_WORDS.split())
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve twenty hundred thousand"
NUMBER_WORDS = frozenset(_NUMBERS.split())


class ProductWords:
    """What the scenarios of a blueprint are told and what they expect, each for itself."""

    def __init__(self, scenarios: Iterable[Scenario]) -> None:
        """Read all scenarios once."""
        self._read = [(_given_in(scenario), _checked_in(scenario)) for scenario in scenarios]

    def holds(self, text: str) -> bool:
        """Whether some scenario expects a text that it has not given."""
        if text.casefold() in _USUAL:
            return True
        word = words_pattern(text.casefold())
        return any(text.casefold() not in given and word.search(said) for given, said in self._read)


def _given_in(scenario: Scenario) -> str:
    return _joined(
        literal.text
        for step in scenario.steps
        for literal in literals_of(step)
        if step.kind is not StepKind.THEN or literal.role in (Role.FILLED, Role.NAME)
    )


def _checked_in(scenario: Scenario) -> str:
    return _joined(
        literal.text
        for step in scenario.steps
        if step.kind is StepKind.THEN and step.expression not in _ABSENCES
        for literal in literals_of(step)
        if literal.role is Role.CHECKED
    )


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts).casefold()
