"""Finds the words of a command that are data; programs, commands below them and options are not."""

import re
import shlex
from collections.abc import Iterator

from backend.blueprints.pieces import Freedom, Piece
from backend.blueprints.place_names import freedom_of, names_a_choice, takes_text

_WORD = re.compile(r"""(?:[^\s"'\\]|"[^"]*"|'[^']*'|\\.)+""")
_PLAIN = re.compile(
    r"""(?:(?P<option>--?[\w-]+)=)?(?:"(?P<double>[^"\\]*)"|'(?P<single>[^']*)'|(?P<bare>[^"'\\]+))"""
)
_OPTION = re.compile(r"--?[A-Za-z][\w-]*")


def command_pieces(source: str) -> Iterator[Piece]:
    """Yield every word of a command with what may stand in its place."""
    before: list[str] = []  # the words until here, options with their dashes
    words = list(_WORD.finditer(source))
    for number, found in enumerate(words):
        plain = _PLAIN.fullmatch(found[0])
        if plain is None:
            yield Piece(*found.span(), _unquoted(found[0]), Freedom.FIXED)
        else:
            kind = next(name for name in ("double", "single", "bare") if plain[name] is not None)
            start, end = (found.start() + place for place in plain.span(kind))
            text, key = plain[kind], _key(plain["option"], before)
            freedom = _freedom(
                text, key, before, is_bare=kind == "bare", is_last=number == len(words) - 1
            )
            yield Piece(start, end, text, freedom, key)
        before.append(_unquoted(found[0]))


def _key(option: str | None, before: list[str]) -> str:
    """Return what a word is given as: an option in front of it, or a word such as `status`."""
    if option:
        return option
    last = before[-1] if len(before) > 1 else ""
    return last if _OPTION.fullmatch(last) or names_a_choice(last) else ""


def _freedom(text: str, key: str, before: list[str], *, is_bare: bool, is_last: bool) -> Freedom:
    if not before or (is_bare and _OPTION.fullmatch(text)):
        return Freedom.FIXED
    if is_bare and text.islower() and " " not in text and "@" not in text:
        # It may be a command as well: only what is to be kept, and comes back later, is data.
        is_kept = is_last and takes_text(before[-1]) and not key
        return Freedom.UNKNOWN if is_kept else Freedom.CLOSED
    return freedom_of(text, key, is_taken=any(map(takes_text, before)))


def _unquoted(word: str) -> str:
    try:
        return " ".join(shlex.split(word))
    except ValueError:
        return word
