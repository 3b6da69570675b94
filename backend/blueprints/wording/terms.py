"""BP114: acronyms without an explanation, and two words for one thing."""

from collections.abc import Iterator, Sequence

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.acronyms import find_acronyms
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import replaced
from backend.blueprints.wording.sentences import Sentence, Word
from backend.blueprints.wording.smell import Smell, WordingRule
from backend.blueprints.wording.word_lists import words

_SAME = [group.split() for group in words("synonyms")]

RULE = Rule(
    id="BP114",
    title="an acronym nobody explains, or two words for one thing",
    severity=Severity.WARNING,
    reason="Two words make two things, and unknown letters make none.",
    example="The client of a repair gets an ETA.",
    better="The customer of a repair gets the day on which it is ready.",
)


def find(sentences: Sequence[Sentence], nouns: Nouns) -> Iterator[Smell]:
    """Find both halves of the rule."""
    yield from find_acronyms(sentences, nouns)
    yield from _other_words(sentences, nouns)


def _other_words(sentences: Sequence[Sentence], nouns: Nouns) -> Iterator[Smell]:
    """Find the first use of a word that means the same as the name of a record."""
    meant = _other_names(nouns)
    said: set[str] = set()
    for sentence in sentences if meant else ():
        if meant.keys().isdisjoint(sentence.word_set):
            continue
        for word in sentence.words:
            if word.text in meant and word.text not in said and _is_noun(sentence, word):
                said.add(word.text)
                name = meant[word.text]
                yield Smell(
                    sentence,
                    word.start,
                    word.end,
                    f"seems to be another word for the {name}",
                    f"Use one word for one thing: {replaced(sentence, word.start, word.end, name)},"
                    " or name it under ## Words.",
                )


def _is_noun(sentence: Sentence, word: Word) -> bool:
    """Whether an article or the like stands before it: to bill somebody is no invoice."""
    before = sentence.plain[: word.start].split()[-1:]
    return bool(before) and before[0].lower() in _BEFORE_NOUNS


def _other_names(nouns: Nouns) -> dict[str, str]:
    """Map each word that is not declared to the record's name that it may stand for."""
    declared = {word for name in nouns.names for word in name.split()}
    meant: dict[str, str] = {}
    for entity in nouns.data.entities:
        one, many = entity.name.lower(), entity.plural.lower()
        for group in _SAME:
            others = [other for other in group if other != one]
            if one in group and declared.isdisjoint({*others, *(f"{o}s" for o in others)}):
                meant.update(dict.fromkeys(others, one))
                meant.update({f"{other}s": many for other in others})
    return meant


_BEFORE_NOUNS = frozenset(words("before_nouns"))
TERMS = WordingRule(RULE, find)
