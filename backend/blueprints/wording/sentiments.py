"""BP118: words of taste, which only people can judge and only a picture can hold."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_WORDS = words("tastes")
_LOOKS = ("look", "looks", "looking", "feel", "feels", "appear", "appears")
_TASTES = (
    "good",
    "nice",
    "great",
    "calm",
    "friendly",
    "fresh",
    "clean",
    "warm",
    "serious",
    "light",
)
_PHRASES = [
    *(f"{verb} {taste}" for verb in _LOOKS for taste in _TASTES),
    "look and feel",
    "fun to use",
    "pleasing to the eye",
]
_SEEN = frozenset(words("things_seen"))
_LEXICON = Lexicon([*_WORDS, *_PHRASES])

RULE = Rule(
    id="BP118",
    title="a word of taste",
    severity=Severity.WARNING,
    reason="Taste has no measure: a person has to look, and say which picture is right.",
    example="The job book looks modern.",
    better='The page looks like the approved picture "repairs" (a scenario with @visual).',
)


def find(sentence: Sentence, nouns: Nouns) -> Iterator[Smell]:
    """Find words of taste and offer the picture that a person approves."""
    for hit in _LEXICON.find(sentence):
        if hit.after and _SEEN.isdisjoint(sentence.word_set):
            continue  # modern dance and a professional association are no looks
        picture = nouns.many.replace(" ", "-")
        yield Smell(
            sentence,
            hit.start,
            hit.end,
            "is a matter of taste, which no step can measure",
            "Let a person approve a picture: a scenario with @visual that ends in "
            f'Then the page should look like "{picture}".',
        )


SENTIMENTS = WordingRule(RULE, in_each(find))
