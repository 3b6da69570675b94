"""Finds what all rules on wording have to say of some sentences, each word blamed once."""

from collections.abc import Iterator, Sequence
from itertools import islice

from backend.blueprints import limits
from backend.blueprints.wording.catalogue import WORDING_RULES
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule


def smells_in(sentences: Sequence[Sentence], nouns: Nouns) -> Iterator[tuple[WordingRule, Smell]]:
    """Yield smells by rule; a word that a narrower rule has claimed is not blamed again."""
    claimed: dict[Sentence, list[Smell]] = {}
    for rule in WORDING_RULES:
        for smell in islice(rule.find(sentences, nouns), limits.SMELLS):
            others = claimed.setdefault(smell.sentence, [])
            if not any(_overlap(smell, other) for other in others):
                others.append(smell)
                yield rule, smell


def _overlap(one: Smell, other: Smell) -> bool:
    return one.start < other.end and other.start < one.end
