"""Tells which texts stand in a longer one, such as JSON or a command, and puts others there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Freedom(StrEnum):
    """What the place of a text says of other texts there."""

    FREE = "free"  # any would do
    UNKNOWN = "unknown"  # it may be one of a few that the product knows
    LISTED = "listed"  # it stands among several of its like
    CLOSED = "closed"  # it most likely is one of a few
    ALONG = "along"  # it names what was given elsewhere, and varies along with it
    FIXED = "fixed"  # it is no data: a program's name, an option, a text that is written oddly


@dataclass(frozen=True)
class Piece:
    """A text that stands from `start` to `end`; `key` is what it is given as, if that is said."""

    start: int
    end: int
    text: str
    freedom: Freedom
    key: str = ""
    write: Callable[[str], str] = str  # how another one is spelt there


def rests_of(source: str, pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield what stands before, between and behind the pieces, where it says anything."""
    ends = [0, *(piece.end for piece in pieces)]
    starts = [*(piece.start for piece in pieces), len(source)]
    for end, start in zip(ends, starts, strict=True):
        rest = source[end:start]
        if any(character.isalnum() for character in rest):
            yield rest


def with_pieces(source: str, pieces: Sequence[Piece], texts: Iterable[str]) -> str:
    """Return the source with these texts in the places of its pieces."""
    parts, end = [], 0
    for piece, text in zip(pieces, texts, strict=True):
        same = text == piece.text
        spelt = source[piece.start : piece.end] if same else piece.write(text)
        parts += [source[end : piece.start], spelt]
        end = piece.end
    return "".join((*parts, source[end:]))
