"""BP109: absolute words, and quantifiers that name no set."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_ABSOLUTE = words("absolutes")
_WITHOUT_SET = words("without_set")
_LEXICON = Lexicon([*_ABSOLUTE, *_WITHOUT_SET])
_ALONE = re.compile(r"\ball(?=\s*[.,;:]|\s*$|\s+(?:is|are|must|shall|should)\b)", re.IGNORECASE)

RULE = Rule(
    id="BP109",
    title="an absolute word, or “all” without saying of what",
    severity=Severity.WARNING,
    reason="No scenario can show it, and the builder decides what belongs to it.",
    example="The clerk always sees everything.",
    better="The clerk sees the repairs of all customers on the page “Repairs”.",
)


def find(sentence: Sentence, nouns: Nouns) -> Iterator[Smell]:
    """Find the listed words, and “all” with no noun behind it."""
    places = [(hit.start, hit.end, hit.phrase) for hit in _LEXICON.find(sentence)]
    if "all" in sentence.word_set:
        taken = {start for start, _, _ in places}
        alone = (found for found in _ALONE.finditer(sentence.plain))
        places += [(*found.span(), "all") for found in alone if found.start() not in taken]
    for start, end, phrase in sorted(places):
        is_absolute = phrase in _ABSOLUTE
        reason = "is absolute: no scenario can show it" if is_absolute else "does not say of what"
        better = (
            "Name the cases: when does it hold, and who could break it?"
            if is_absolute
            else f"Name the set, such as: all {nouns.many} whose “{nouns.field}” …"
        )
        yield Smell(sentence, start, end, reason, better)


QUANTIFIERS = WordingRule(RULE, in_each(find))
