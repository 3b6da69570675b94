"""BP106: pronouns that stand for nothing the reader has met."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import replaced
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each

# “this” with no noun behind it: at the end of a clause, or with the verb right after it.
_VERBS = "is|are|was|were|has|have|must|shall|should|can|may|will|happens|means|makes|shows|works"
_ALONE = re.compile(
    rf"\b(?:this|these|those)(?=\s*[.,;:!?)]|\s*$|\s+(?:{_VERBS})\b)"
    rf"|\bthat(?=\s*[.;]|\s*$)|\A(?:that)(?=\s+(?:{_VERBS})\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\A(?:it|they|he|she|its|their)\b(?!\s+(?:takes|rains|costs))", re.IGNORECASE
)
_POSSESSIVE = frozenset({"its", "their"})

RULE = Rule(
    id="BP106",
    title="a pronoun that stands for nothing named",
    severity=Severity.WARNING,
    reason="The reader has to guess what is meant, and the builder guesses otherwise.",
    example="The page of the repair shows this.",
    better='The page of the repair shows "Status".',
)


def find(sentence: Sentence, nouns: Nouns) -> Iterator[Smell]:
    """Find “this” without a noun, and “it” as the first word of a paragraph."""
    places = [found.span() for found in _ALONE.finditer(sentence.plain)]
    opening = _OPENING.match(sentence.plain) if sentence.is_first else None
    if opening:
        places.insert(0, opening.span())
    for start, end in places:
        word = sentence.plain[start:end].lower()
        noun = f"the {nouns.one}'s" if word in _POSSESSIVE else f"the {nouns.one}"
        named = noun[0].upper() + noun[1:] if start == 0 else noun
        yield Smell(
            sentence,
            start,
            end,
            "stands for something that is not named here",
            f"Name the thing, such as {replaced(sentence, start, end, named)}.",
        )


PRONOUNS = WordingRule(RULE, in_each(find))
