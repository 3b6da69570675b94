"""What a rule on wording finds in a sentence, and the shapes that such rules share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from backend.blueprints.rule import Rule
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence


@dataclass(frozen=True)
class Smell:
    """A place in a sentence, why it is doubtful, and what would be better."""

    sentence: Sentence
    start: int
    end: int
    reason: str
    better: str

    @property
    def words(self) -> str:
        """The doubtful words as the author wrote them."""
        return self.sentence.text[self.start : self.end]


Find = Callable[[Sequence[Sentence], Nouns], Iterable[Smell]]
FindInSentence = Callable[[Sentence, Nouns], Iterable[Smell]]


@dataclass(frozen=True)
class WordingRule:
    """A rule and the function that finds what it blames."""

    rule: Rule
    find: Find


def in_each(find: FindInSentence) -> Find:
    """Turn a function that looks at one sentence into one that looks at all."""

    def find_all(sentences: Sequence[Sentence], nouns: Nouns) -> Iterator[Smell]:
        for sentence in sentences:
            yield from find(sentence, nouns)

    return find_all
