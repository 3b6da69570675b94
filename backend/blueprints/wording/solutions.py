"""BP115: technical solutions in a text that should say what the business wants."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_WORDS = words("means")
_PHRASES = words("means_of_two_words")
_ALSO_WORDS = frozenset(
    {"java", "python", "react", "angular", "oracle", "bootstrap", "flask", "docker", "azure"}
)
_LEXICON = Lexicon([*_WORDS, *_PHRASES])

RULE = Rule(
    id="BP115",
    title="a technical solution in a business text",
    severity=Severity.INFO,
    reason="It ties the builder to a means; the purpose behind it is what can be proven.",
    example="Repairs are kept in a PostgreSQL table.",
    better="Repairs are still there after the shop was closed for the night.",
)


def find(sentence: Sentence, nouns: Nouns) -> Iterator[Smell]:
    """Find the names of technical means that the blueprint does not declare itself."""
    for hit in _LEXICON.find(sentence):
        is_small = sentence.plain[hit.start].islower()
        if hit.phrase not in nouns.names and not (is_small and hit.phrase in _ALSO_WORDS):
            yield Smell(
                sentence,
                hit.start,
                hit.end,
                "names a technical means",
                f"Say what it is for, in the words of whoever uses the {nouns.many}.",
            )


SOLUTIONS = WordingRule(RULE, in_each(find))
