"""Words and numbers of the report as its readers say them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from backend.proof.results import Verdict

_SECONDS_OF_A_MINUTE = 60
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
VERDICTS = {
    Verdict.PASSED: "holds",
    Verdict.FAILED: "does not hold",
    Verdict.UNSTABLE: "held only at the second try",
    Verdict.JUDGED: "for a person to judge",
    Verdict.NOT_RUN: "not proven",
}
VERDICTS_OF_MANY = VERDICTS | {Verdict.PASSED: "hold", Verdict.FAILED: "do not hold"}
MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.UNSTABLE: "≈",
    Verdict.JUDGED: "◉",
    Verdict.NOT_RUN: "○",
}
# Steps that put a text into the product, by expression.
_TYPING = frozenset({"A05", "A06", "A08", "A11", "A12", "A28", "H02", "L02"})


def moment(instant: datetime) -> str:
    """Spell a moment: 2 March 2026, 09:00 UTC."""
    return instant.astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC")


def span(seconds: float) -> str:
    """Spell how long something took."""
    if seconds < _SECONDS_OF_A_MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), _SECONDS_OF_A_MINUTE)
    return f"{minutes} min {rest} s"


def clock(milliseconds: int) -> str:
    """Spell a place in a clip: 0:07."""
    minutes, seconds = divmod(milliseconds // 1000, _SECONDS_OF_A_MINUTE)
    return f"{minutes}:{seconds:02d}"


def counted(number: int, noun: str) -> str:
    """Return `1 check` or `3 checks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def spaced(name: str) -> str:
    """Return a name of the code as words."""
    return name.replace("_", " ")


def deed(kind: str, expression: str) -> str:
    """Say in a word what a step did when it went well."""
    if kind == "then":
        return "seen"
    if kind == "when":
        return "typed" if expression in _TYPING else "done"
    return "set up"


def segments(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a sentence; true for what stands in quotation marks."""
    at = 0
    for found in _QUOTED.finditer(text):
        yield text[at : found.start()], False
        yield found.group(), True
        at = found.end()
    yield text[at:], False
