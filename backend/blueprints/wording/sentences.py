"""Cuts prose into sentences, whatever abbreviations, lists and quotations stand in it."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.blueprints.sections import Prose
from backend.blueprints.wording.word_lists import words

# Names of things on the screen, code and addresses are not the author's wording.
_SHIELDED = re.compile(r'"[^"]*"|“[^“”]*”|`[^`]*`|\]\([^()\s]*\)|https?://[^\s)]+')
_ENDS_INSIDE = re.compile(r'[.!?]["”]$')
_MARKS = str.maketrans("*_~\n\t", "     ")
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"”)\]']*(?=\s)")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_BEGINS = re.compile(r"\s+[\"“(\[]?[A-Z0-9]")
_LAST_WORD = re.compile(r"[^\s(]*$")
_ABBREVIATIONS = frozenset(words("abbreviations"))
_SHIELD = "\N{MIDDLE DOT}"


@dataclass(frozen=True)
class Word:
    """A word of a sentence, in small letters, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Sentence:
    """One sentence; `plain` is as long as `text`, with quotations and code blotted out."""

    text: str
    plain: str
    line: int
    is_first: bool  # of its paragraph
    requirement: str = ""

    @functools.cached_property
    def words(self) -> tuple[Word, ...]:
        """The author's own words, without numbers and quotations."""
        found = _WORD.finditer(self.plain)
        return tuple(Word(w.group().lower(), w.start(), w.end()) for w in found)

    @functools.cached_property
    def word_set(self) -> frozenset[str]:
        """The same words without their order."""
        return frozenset(word.text for word in self.words)

    def line_at(self, offset: int) -> int:
        """Return the file's line in which this place of the sentence stands."""
        return self.line + self.text.count("\n", 0, offset)


def sentences_of(part: Prose, requirement: str = "") -> Iterator[Sentence]:
    """Yield a paragraph's sentences; a table in the prose has none."""
    if part.text.lstrip().startswith("|"):
        return
    plain = _SHIELDED.sub(_shield, part.text).translate(_MARKS)
    begin = 0
    for end in [*_ends(plain), len(plain)]:
        start = begin + len(plain[begin:end]) - len(plain[begin:end].lstrip())
        stop = begin + len(plain[begin:end].rstrip())
        if stop > start:
            yield Sentence(
                text=part.text[start:stop],
                plain=plain[start:stop],
                line=part.line + part.text.count("\n", 0, start),
                is_first=begin == 0,
                requirement=requirement,
            )
        begin = end


def _ends(plain: str) -> Iterator[int]:
    for found in _END.finditer(plain):
        if not _BEGINS.match(plain, found.end()):
            continue
        before = _LAST_WORD.search(plain[max(found.start() - 20, 0) : found.start()])
        word = before.group().lower() if before else ""
        is_initial = len(word) == 1 and word.isalpha()
        if found.group()[0] != "." or not (is_initial or word in _ABBREVIATIONS):
            yield found.end()


def _shield(found: re.Match[str]) -> str:
    """Blot out what is quoted; a full stop before the closing quote may end the sentence."""
    text = found.group()
    if text[0] not in '"“':
        return _SHIELD * len(text)
    inner = text[1:-1]
    kept = inner[-1:] if _ENDS_INSIDE.search(text) else _SHIELD * len(inner[-1:])
    blotted = re.sub(r"[^\n]", _SHIELD, inner[:-1])
    return f"{text[0]}{blotted}{kept}{text[-1]}"
