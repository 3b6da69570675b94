"""Compares a page in words with the one that was accepted, line by line, dates and times aside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from backend.proof.words import shorten

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_WEEKDAYS = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun"
)
# What is another on each day, or in each run, whatever the product does.
_MOVING = (
    (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[a-f]*[0-9])[0-9a-f]{16,}\b", "[id]"),
    (r"\b\d{4}-\d{2}-\d{2}(?!\d)|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b", "[date]"),
    (rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.? (?:{_MONTHS})\b\.?,?(?: \d{{4}})?", "[date]"),
    (rf"\b(?:{_MONTHS})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b,?(?: \d{{4}})?", "[date]"),
    (rf"\b(?:{_MONTHS}) \d{{4}}\b", "[date]"),
    (rf"\b(?:{_WEEKDAYS})\b,? ?(?=\[date\])", ""),
    (r"(?<=\[date\])T(?=\d)", " "),
    (r"\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?(?: ?[ap]\.?m\b\.?)?", "[time]"),
    (r"\b(?:\d+|an?|one) (?:seconds?|minutes?|hours?|days?) ago\b|\bjust now\b", "[ago]"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), word) for pattern, word in _MOVING)
_MOST_LINES = 8


@dataclass(frozen=True, kw_only=True)
class PageName:
    """What finds a page in words again: its criterion and the check after which it was seen."""

    criterion: str
    step: str


def step_name(texts: Sequence[str], step: int) -> str:
    """Return what finds a step, counted from 1, again when steps before it come or go."""
    text = texts[step - 1]
    same = texts[:step].count(text)
    return shorten(text) + (f" #{same}" if same > 1 else "")


def at_rest(snapshot: str) -> str:
    """Return a page in words without what moves by itself."""
    for pattern, word in _PATTERNS:
        snapshot = pattern.sub(word, snapshot)
    return snapshot


def words_on_change(path: str, accepted: str, seen: str) -> str:
    """Say what is gone from a page and what is new on it; nothing when it is built as before."""
    before, now = at_rest(accepted).splitlines(), at_rest(seen).splitlines()
    gone: list[str] = []
    new: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(a=before, b=now, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += before[a:b]
            new += now[c:d]
    if not gone and not new:
        return ""
    said = "; ".join(filter(None, (_listed("gone", gone), _listed("new", new))))
    return (
        f"The page {path} is built otherwise than when it was delivered last: {said}. "
        "If that is meant, accept it: it counts from the next delivery on."
    )


def _listed(word: str, lines: list[str]) -> str:
    if not lines:
        return ""
    shown = ", ".join(
        f"“{shorten(line.strip().removeprefix('- '))}”" for line in lines[:_MOST_LINES]
    )
    more = len(lines) - _MOST_LINES
    return f"{word}: {shown}{f' and {more} more lines' if more > 0 else ''}"
