"""What a scenario remembers of a response and writes as `${name}` further down.

The same sign names what `## Values` declares. A name is one or the other: declared values are
filled in when the blueprint is read, remembered ones while the scenario runs.
"""

import re
from collections.abc import Callable, Collection, Iterable

from backend.blueprints.findings import Findings, quoted
from backend.blueprints.scenario_source import PlainStep

_RULE = "BP025"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,39}")
PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_QUOTED = r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
_REMEMBER = re.compile(
    rf"I (?:remember|store) the response field {_QUOTED} as (?:\"([^\"]*)\"|'([^']*)')"
)


def remembered_by(text: str) -> str | None:
    """Return the name under which a sentence remembers something, if it does."""
    found = _REMEMBER.fullmatch(text)
    return None if found is None else found[1] if found[1] is not None else found[2]


def remembered_anywhere(document: str) -> frozenset[str]:
    """Return every name that something is remembered under, wherever it stands."""
    return frozenset(first or second for first, second in _REMEMBER.findall(document))


def without_placeholders(text: str) -> str:
    """Return a text with a plain number where something remembered will stand."""
    return PLACEHOLDER.sub("0", text)


def fill_around(text: str, names: Collection[str], fill: Callable[[str], str]) -> str:
    """Fill in declared values, and leave what is remembered under these names as it is."""
    parts: list[str] = []
    end = 0
    for found in PLACEHOLDER.finditer(text):
        if found[1].strip() in names:
            parts += [fill(text[end : found.start()]), found[0]]
            end = found.end()
    return "".join((*parts, fill(text[end:])))


class Remembering:
    """Follows one scenario from step to step: what has been remembered until here."""

    def __init__(
        self, steps: Iterable[PlainStep], declared: Collection[str], findings: Findings
    ) -> None:
        """Look ahead, so that a name that comes too late is told from one that never comes."""
        self._declared = declared
        self._findings = findings
        names = (remembered_by(step.text) for step in steps)
        self._ever = {name for name in names if name is not None}
        self.known: set[str] = set()

    def pass_by(self, step: PlainStep) -> None:
        """Blame what the step uses too early, and keep what it remembers."""
        cells = (cell for row in step.table or () for cell in row.cells)
        for text in (step.text, step.document or "", *cells):
            for name in map(str.strip, PLACEHOLDER.findall(text)):
                if name in self._ever and name not in self.known and name not in self._declared:
                    message = f"{quoted(f'${{{name}}}')} is used before it is remembered."
                    remedy = "Move the step that remembers it above this one."
                    self._findings.error(_RULE, step.line, message, remedy)
        kept = remembered_by(step.text)
        if kept is None:
            return
        if kept in self._declared:
            message = f"{quoted(kept)} is declared under ## Values already."
            self._findings.error(_RULE, step.line, message, "Remember it under another name.")
        else:
            self.known.add(kept)

    @property
    def names(self) -> frozenset[str]:
        """What ## Values is not asked for: used too early it is blamed once, for that alone."""
        return frozenset(self._ever - set(self._declared))
