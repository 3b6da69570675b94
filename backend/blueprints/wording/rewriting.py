"""Rewrites a sentence where that can be done by machine, and shortens what is shown of it."""

import re

from backend.blueprints.findings import quoted
from backend.blueprints.wording.sentences import Sentence

_ROOM = 60
_SPACES = re.compile(r"\s+")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")


def replaced(sentence: Sentence, start: int, end: int, words: str) -> str:
    """Return the sentence in quotes with other words in this place, shortened around them."""
    text = sentence.text[:start] + words + sentence.text[end:]
    return excerpt(_tidy(text, keep=start), start, start + len(words))


def excerpt(text: str, start: int, end: int) -> str:
    """Return a short piece of the text in quotes that shows this place."""
    if len(text) <= _ROOM:
        return quoted(text)
    room = max(_ROOM - (end - start), 20) // 2
    first, last = max(start - room, 0), min(end + room, len(text))
    if first:
        first = text.find(" ", first, start) + 1 or first
    if last < len(text):
        cut = text.rfind(" ", end, last)
        last = cut if cut > end else last
    head, tail = ("… " if first else ""), (" …" if last < len(text) else "")
    return quoted(f"{head}{text[first:last].strip()}{tail}")


def lowered(text: str) -> str:
    """Lower the first letter, unless the word is in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def without(sentence: Sentence, start: int, end: int) -> str:
    """Return the sentence's text without this place."""
    text = sentence.text[:start].rstrip(" ,(") + " " + sentence.text[end:].lstrip(" ,)")
    return _BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", text)).strip()


def _tidy(text: str, *, keep: int) -> str:
    """Join broken lines; nothing before `keep` changes its place."""
    return text[:keep].replace("\n", " ") + _BEFORE_STOP.sub(r"\1", text[keep:].replace("\n", " "))
