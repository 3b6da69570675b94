"""BP112: points in time that no clock can tell."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Hit, Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_PHRASES = words("indefinite_times")
_LEXICON = Lexicon(_PHRASES)
_BOUNDED = re.compile(
    r"\b(?:every|each|within|once a|twice a)\b[^.]{0,30}\b(?:day|week|month|year)"
)

RULE = Rule(
    id="BP112",
    title="an indefinite time",
    severity=Severity.WARNING,
    reason="No clock can tell when it has come.",
    example="The customer eventually gets an answer.",
    better="The customer gets an answer within 2 days.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find indefinite times; “or later” and “later than” name a bound."""
    for hit in _LEXICON.find(sentence):
        if _is_bound(hit) or _BOUNDED.search(sentence.plain):
            continue
        yield Smell(
            sentence,
            hit.start,
            hit.end,
            "names no time that a clock could tell",
            'Say when: "within 2 days", "every Monday at 09:00", or which event it follows.',
        )


def _is_bound(hit: Hit) -> bool:
    if hit.phrase == "later":
        return hit.before in {
            "or",
            "days",
            "hours",
            "minutes",
            "weeks",
            "no",
            "a",
            "the",
            "and",
        } or (hit.after == "than")
    return hit.before in {"as", "how", "too"}


TIMES = WordingRule(RULE, in_each(find))
