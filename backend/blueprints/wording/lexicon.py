"""Finds listed words and phrases in a sentence, in one pass over its words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backend.blueprints.wording.sentences import Sentence


@dataclass(frozen=True)
class Hit:
    """A listed phrase, where it stands in the sentence, and the words around it."""

    phrase: str
    start: int
    end: int
    before: str
    after: str


class Lexicon:
    """Phrases by their first word; of several that begin alike the longest counts."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            words = tuple(phrase.split())
            self._by_first.setdefault(words[0], []).append(words)
        for listed in self._by_first.values():
            listed.sort(key=len, reverse=True)

    @property
    def first_words(self) -> frozenset[str]:
        """The words that a phrase of this list can begin with."""
        return frozenset(self._by_first)

    def find(self, sentence: Sentence) -> Iterator[Hit]:
        """Yield the phrases that stand in the sentence, from left to right."""
        if self._by_first.keys().isdisjoint(sentence.word_set):
            return
        texts = [word.text for word in sentence.words]
        position = 0
        while position < len(texts):
            length = self._length_at(texts, position)
            if length:
                yield _hit(sentence, position, length)
            position += length or 1

    def _length_at(self, texts: list[str], position: int) -> int:
        for phrase in self._by_first.get(texts[position], ()):
            if tuple(texts[position : position + len(phrase)]) == phrase:
                return len(phrase)
        return 0


def _hit(sentence: Sentence, position: int, length: int) -> Hit:
    words = sentence.words
    last = position + length - 1
    start, end = words[position].start, words[last].end
    follows = words[last + 1] if last + 1 < len(words) else None
    is_next = follows is not None and not sentence.plain[end : follows.start].strip()
    return Hit(
        phrase=" ".join(word.text for word in words[position : last + 1]),
        start=start,
        end=end,
        before=words[position - 1].text if position else "",
        after=follows.text if follows and is_next else "",
    )
