"""BP103: lists that do not end, so that nobody knows what belongs to them."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import without
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_CLOSERS = words("open_ends")
_OPENERS = ("such as", "for example", "for instance", "e.g", "like for example")
_LEXICON = Lexicon([*_CLOSERS, *(opener for opener in _OPENERS if "." not in opener)])
_SHORT = re.compile(r"\be\.g\.|\.\.\.$|…$")
_AMOUNT = re.compile(r"\d\s?[a-z]{0,10} $")  # 30 kg and more
_NAMES_A_TEXT = re.compile(r"[,:]?\s*[\"“`]")

RULE = Rule(
    id="BP103",
    title="a list with an open end",
    severity=Severity.WARNING,
    reason="What stands behind the open end is built by nobody and missed by somebody.",
    example="The list shows name, phone etc.",
    better='The list shows "Name", "Phone" and "Email".',
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find words that leave a list open; a quoted text as an example is a text, not a list."""
    places = [(hit.start, hit.end) for hit in _LEXICON.find(sentence)]
    places += [found.span() for found in _SHORT.finditer(sentence.plain)]
    for start, end in sorted(places):
        if _NAMES_A_TEXT.match(sentence.plain, end) or _AMOUNT.search(sentence.plain[:start][-20:]):
            continue
        closed = without(sentence, start, end)
        is_closer = len(closed) - start <= 1  # nothing but the full stop is left behind it
        better = "Name everything that belongs to it, and end the list."
        if is_closer and len(closed) <= _SHOWN:
            better = f"Name what is missing, or end the list: {closed.rstrip('.')}."
        yield Smell(sentence, start, end, "leaves open what else belongs to it", better)


_SHOWN = 90
OPEN_ENDS = WordingRule(RULE, in_each(find))
