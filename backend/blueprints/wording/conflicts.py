"""BP120: two numbers for what seems to be the same thing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import excerpt
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule
from backend.blueprints.wording.word_lists import words

_NUMBERS = words("numbers")
_VALUES = {word: str(number) for number, word in enumerate(_NUMBERS, 1)}
_COUNTED = re.compile(
    rf"(?<![\w.,-])(\d{{1,9}}|{'|'.join(_NUMBERS)}) ([a-z]{{2,30}})\b", re.IGNORECASE
)
_EMPTY = frozenset(words("empty_words"))
_ALIKE = 0.6
_SHARED = 2
_LATEST = 40  # earlier numbers of one noun that a new one is compared with

RULE = Rule(
    id="BP120",
    title="two numbers for one thing",
    severity=Severity.WARNING,
    reason="Both cannot be right, and the scenarios follow one of them.",
    example="Loans last 3 weeks. … Loans last 5 weeks.",
    better="Loans last 3 weeks.",
)


@dataclass(frozen=True)
class _Count:
    value: str
    content: frozenset[str]
    sentence: Sentence
    start: int
    end: int


def find(sentences: Sequence[Sentence], _: Nouns) -> Iterator[Smell]:
    """Compare sentences that count the same noun and share most of their other words."""
    by_noun: dict[str, list[_Count]] = {}
    for sentence in sentences:
        for noun, count in _counts(sentence):
            earlier = by_noun.setdefault(noun, [])
            other = next((one for one in earlier if _is_conflict(one, count)), None)
            if other:
                yield _smell(other, count)
            elif len(earlier) < _LATEST:
                earlier.append(count)


def _counts(sentence: Sentence) -> Iterator[tuple[str, _Count]]:
    found = list(_COUNTED.finditer(sentence.plain))
    if len(found) != 1:  # two numbers in one sentence are a range, or a condition
        return
    number, noun = found[0].groups()
    value = _VALUES.get(number.lower(), number)
    singular = noun.lower().rstrip("s")
    others = sentence.word_set - _EMPTY - {noun.lower(), number.lower()}
    content = frozenset(word.rstrip("s") for word in others)
    yield singular, _Count(value, content, sentence, *found[0].span())


def _is_conflict(one: _Count, other: _Count) -> bool:
    shared = len(one.content & other.content)
    least = min(len(one.content), len(other.content))
    return one.value != other.value and shared >= min(_SHARED, least) and shared >= _ALIKE * least


def _smell(earlier: _Count, later: _Count) -> Smell:
    said = excerpt(earlier.sentence.text, earlier.start, earlier.end)
    line = earlier.sentence.line_at(earlier.start)
    return Smell(
        later.sentence,
        later.start,
        later.end,
        f"differs from line {line}: {said}",
        "Decide which of the two holds, and say it once.",
    )


CONFLICTS = WordingRule(RULE, find)
