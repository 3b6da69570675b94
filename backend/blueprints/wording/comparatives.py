"""BP110: comparatives that do not say compared with what."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Hit, Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_COMPARATIVES = words("comparatives")
_ADJECTIVES = words("compared_adjectives")
_LEXICON = Lexicon(
    [*_COMPARATIVES, *(f"{how} {what}" for how in ("more", "less") for what in _ADJECTIVES)]
)
_BEFORE = frozenset({"no", "any", "the", "much", "or"})  # no longer, the larger of the two
_LENGTHS = frozenset({"longer", "shorter", "higher", "lower", "larger", "smaller", "bigger"})
_REFERENCE = re.compile(r"\bthan\b|\bcompared\b|\binstead of\b")

RULE = Rule(
    id="BP110",
    title="a comparative without a reference",
    severity=Severity.WARNING,
    reason="Better than what? Without the other half nothing can be compared.",
    example="The search is faster.",
    better="The list shows the result of a search within 1 second, where the old one took 10.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find comparatives in sentences that hold no “than”."""
    for hit in _LEXICON.find(sentence):
        if _is_compared(sentence, hit) or hit.before in _BEFORE:
            continue
        if hit.phrase in _LENGTHS and hit.after:
            continue  # “a larger pot” picks one of several
        yield Smell(
            sentence,
            hit.start,
            hit.end,
            "does not say compared with what",
            f'Add the other half ("{hit.phrase} than …") or, better, a number and its unit.',
        )


def _is_compared(sentence: Sentence, hit: Hit) -> bool:
    return bool(_REFERENCE.search(sentence.plain, hit.end))


COMPARATIVES = WordingRule(RULE, in_each(find))
