"""Guards codes that a blueprint's rules speak of: another one might lie outside what they allow."""

import re
from collections.abc import Iterable, Sequence

from backend.blueprints.blueprint import Scenario
from backend.blueprints.texts.literals import Role, literals_of
from backend.blueprints.variation.text_parts import Part, PartKind

_REQUIREMENT = re.compile(r"^#+\s+R[0-9]+\b", re.MULTILINE)
_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"(?<![\w.])[0-9]+(?!\w|\.[0-9])")
_CAPITALS = re.compile(r"(?<![\w'])(?!(?:A|I)\b)[A-Z]{1,2}(?![\w'])")
_SHAPES = re.compile(r"(?P<digits>[0-9]+)|(?P<upper>[A-Z]+)|(?P<lower>[a-z]+)|.")
_DEMAND = re.compile(
    r"\b(?:between|cannot|format|from|in?valid|like|must|only|should|such as)\b", re.IGNORECASE
)
_BEFORE = re.compile(r"([A-Za-z]+)[\s-]*$")
_AFTER = re.compile(r"[\s-]*([A-Za-z]+)")
_BETWEEN = r"\W+(?:\w+\W+){0,4}"  # bays are numbered from 1 to 40


def demands_of(scenarios: Iterable[Scenario]) -> str:
    """Return what scenarios expect a product to demand: an error may say a rule as well."""
    said = (
        literal.text
        for scenario in scenarios
        for step in scenario.steps
        for literal in literals_of(step)
        if literal.role is Role.CHECKED and _DEMAND.search(literal.text)
    )
    return "\n".join(dict.fromkeys(said))


class RuleCodes:
    """The numbers and the codes that stand in a blueprint's rules."""

    def __init__(self, rules: str) -> None:
        """Read the rules once; the numbers of requirements are none of them."""
        self._rules = _REQUIREMENT.sub("", rules)
        self._numbers = frozenset(_NUMBER.findall(self._rules))
        self._capitals = frozenset(len(found) for found in _CAPITALS.findall(self._rules))

    def free(self, text: str, parts: Sequence[Part]) -> list[Part]:
        """Return the parts of a text that no rule binds, for all that can be told."""
        if self._speak_of_such(text, parts):
            return []
        has_digits = any(part.kind is PartKind.DIGITS for part in parts)
        return [part for part in parts if not self._bind(text, part, has_digits=has_digits)]

    def _bind(self, text: str, part: Part, *, has_digits: bool) -> bool:
        said = text[part.start : part.end]
        if part.kind is PartKind.DIGITS:
            return _whole_number(text, part) in self._numbers
        if part.kind is PartKind.LETTERS:
            return said.isupper() and len(said) in self._capitals
        return has_digits and self._say(said)

    def _say(self, word: str) -> bool:
        return re.search(rf"(?<!\w){word}s?(?!\w)", self._rules, re.IGNORECASE) is not None

    def _speak_of_such(self, text: str, parts: Sequence[Part]) -> bool:
        """Whether they have a code of the same shape, or a number beside the same word."""
        numbers = [part for part in parts if part.kind is PartKind.DIGITS]
        is_code = all(part.kind is not PartKind.WORD for part in parts)
        is_code = is_code and re.search("[A-Za-z]", text) is not None and "@" not in text
        if numbers and is_code and re.search(_shape_of(text), self._rules):
            return True
        return any(self._number(text, number) for number in numbers)

    def _number(self, text: str, part: Part) -> bool:
        before, after = _BEFORE.search(text[: part.start]), _AFTER.match(text[part.end :])
        patterns = []
        if before:
            patterns.append(rf"(?<!\w){before[1]}s?(?:{_BETWEEN}|-?)[0-9]")
        if after:
            patterns.append(rf"(?<!\w)[0-9]+[\s-]*{after[1]}")
        return any(re.search(one, self._rules, re.IGNORECASE) for one in patterns)


def _whole_number(text: str, part: Part) -> str:
    """Return all digits that the part is among: some may stay, and so be none of its own."""
    runs = (found for found in _DIGITS.finditer(text) if found.start() <= part.start < found.end())
    return next(runs)[0]


def _shape_of(text: str) -> str:
    return rf"(?<![\w-]){_SHAPES.sub(_shape_of_run, text)}(?![\w-])"


def _shape_of_run(run: re.Match[str]) -> str:
    """Small letters are counted: rules are full of words that stand before a number."""
    if run["lower"]:
        return f"[a-z]{{{len(run[0])}}}"
    return {"digits": "[0-9]+", "upper": "[A-Z]+"}.get(run.lastgroup or "", re.escape(run[0]))
