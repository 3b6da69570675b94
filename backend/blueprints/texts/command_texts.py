"""Finds the words of a command that are data; programs, commands below them and options are not."""

import re
import shlex
from collections.abc import Iterator

from backend.blueprints.texts.pieces import Freedom, Piece
from backend.blueprints.texts.place_names import freedom_of, names_a_choice, takes_text

_WORD = re.compile(r"""(?:[^\s"'\\]|"[^"]*"|'[^']*'|\\.)+""")
_PLAIN = re.compile(
    r"""(?:(?P<option>--?[\w-]+)=)?(?:"(?P<double>[^"\\]*)"|'(?P<single>[^']*)'|(?P<bare>[^"'\\]+))"""
)
_OPTION = re.compile(r"--?[A-Za-z][\w-]*")
_PROGRAM_AND_COMMAND = 2


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
    if key or " " in text or "@" in text:
        return freedom_of(text, key, is_taken=not key and any(map(takes_text, before)))
    is_taken = takes_text(before[-1])
    if is_bare and text.islower():
        # It may be a command as well: only what is to be kept, and comes back later, is data.
        return Freedom.UNKNOWN if is_taken and is_last else Freedom.CLOSED
    # What stands behind something else may be a choice, as in: add Bell High
    is_alone = is_last and len(before) <= _PROGRAM_AND_COMMAND
    return freedom_of(text, is_taken=is_taken) if is_taken or is_alone else Freedom.CLOSED


def _unquoted(word: str) -> str:
    try:
        return " ".join(shlex.split(word))
    except ValueError:
        return word
