"""Writes down what was sent or run and what came back: the evidence of steps without a page."""

import re

from backend.blueprints.blueprint import Step
from backend.proof.evidence import EvidenceFolder
from backend.proof.results import Evidence

_LONGEST = 40_000
# Controls but for the line's end and the tab, half characters, and marks that turn directions.
_HARMFUL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def harmless(text: str) -> str:
    """Return a text in which every control character and terminal escape is spelled out."""
    return _HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def excerpt(text: str, longest: int = _LONGEST) -> str:
    """Return a text harmless and capped: its beginning and its end."""
    plain = harmless(text)
    if len(plain) <= longest:
        return plain
    half = longest // 2
    left_out = len(plain) - 2 * half
    return f"{plain[:half]}\n… {left_out:,} characters are left out here …\n{plain[-half:]}"


class Transcripts:
    """One attempt's transcripts, a file for each step; without a folder none is kept."""

    def __init__(self, folder: EvidenceFolder | None) -> None:
        self._folder = folder
        self._taken: dict[int, Evidence] = {}

    def write(self, number: int, step: Step, account: str, *, failure: str | None) -> None:
        """Keep what a step did or judged, and how it ended."""
        if self._folder is None:
            return
        sort = step.kind.value.capitalize()
        ended = f"does not hold: {failure}" if failure else "holds" if sort == "Then" else "done"
        text = f"{sort} {harmless(step.text)}\n{harmless(ended)}\n\n{account}".rstrip() + "\n"
        self._taken[number] = self._folder.write(
            text.encode(), kind="transcript", suffix="txt", part=f"step-{number:02d}"
        )

    def taken(self, number: int) -> tuple[Evidence, ...]:
        """Return a step's transcript, if it left one."""
        return (self._taken[number],) if number in self._taken else ()
