"""Tells the condition of a sentence from what shall follow: most rules look at the latter."""

import re

from backend.blueprints.wording.sentences import Sentence

CONDITIONAL = frozenset(
    {"if", "when", "while", "where", "after", "once", "before", "until", "unless", "whenever"}
)
DEMANDS = frozenset({"shall", "must", "should"})
_COMMA = re.compile(r",\s+(?:then\s+)?")


def main_clause(sentence: Sentence) -> int:
    """Return where the main clause begins, behind a condition that opens the sentence."""
    words = sentence.words
    if not words or not (words[0].text in CONDITIONAL or _is_as_soon_as(sentence)):
        return 0
    found = _COMMA.search(sentence.plain)
    return found.end() if found else len(sentence.plain)


def is_conditional(sentence: Sentence) -> bool:
    """Whether a condition stands anywhere in the sentence."""
    return not CONDITIONAL.isdisjoint(sentence.word_set)


def is_demand(sentence: Sentence) -> bool:
    """Whether the sentence wants something, rather than telling a story."""
    return not DEMANDS.isdisjoint(sentence.word_set)


def _is_as_soon_as(sentence: Sentence) -> bool:
    return tuple(word.text for word in sentence.words[:3]) == ("as", "soon", "as")
