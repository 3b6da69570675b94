"""Collects what the linter has to say, once each and in the order of the document."""

import re

from backend.blueprints import limits
from backend.blueprints.blueprint import Finding, Severity

_QUOTED = re.compile("“[^”]*”")
_SHOWN_CHARACTERS = 60


def quoted(text: str) -> str:
    """Return the author's own words as a message shows them: short and between curly quotes."""
    plain = re.sub(r"\s+", " ", text.replace("“", '"').replace("”", '"')).strip()
    shown = plain if len(plain) <= _SHOWN_CHARACTERS else plain[: _SHOWN_CHARACTERS - 1] + "…"
    return f"“{shown}”"


class Findings:
    """All findings on one file; sealed lines are never quoted back."""

    def __init__(self, file: str) -> None:
        """Start empty for the file that messages name."""
        self._file = file
        self._found: dict[tuple[int, str, str], Finding] = {}
        self._sealed_lines: set[int] = set()

    def error(self, rule: str, line: int, message: str, remedy: str) -> None:
        """Record a fault that blocks the order."""
        self._add(rule, line, Severity.ERROR, (message, remedy))

    def warning(self, rule: str, line: int, message: str, remedy: str) -> None:
        """Record a doubt that blocks nothing."""
        self._add(rule, line, Severity.WARNING, (message, remedy))

    def info(self, rule: str, line: int, message: str, remedy: str) -> None:
        """Record something that is good to know."""
        self._add(rule, line, Severity.INFO, (message, remedy))

    def seal(self, first_line: int, last_line: int) -> None:
        """Keep the words of these lines out of every message: they belong to a hold-out."""
        self._sealed_lines.update(range(first_line, last_line + 1))

    @property
    def has_errors(self) -> bool:
        """Whether something blocks the order."""
        return any(f.severity is Severity.ERROR for f in self._found.values())

    def has_error_at(self, line: int) -> bool:
        """Whether this line is blamed already, so that a wider rule can stay silent."""
        return any(at == line for at, _, _ in self._found)

    def in_order(self) -> tuple[Finding, ...]:
        """Return them by line, then rule; the errors first when there are too many to show."""
        found = sorted(self._found.values(), key=lambda f: (f.line, f.rule, f.message))
        if len(found) <= limits.FINDINGS:
            return tuple(self._unsealed(f) for f in found)
        worst = sorted(found, key=lambda f: f.severity is not Severity.ERROR)[: limits.FINDINGS]
        kept = sorted(worst, key=lambda f: (f.line, f.rule, f.message))
        return (*(self._unsealed(f) for f in kept), self._rest(len(found) - len(kept)))

    def _add(self, rule: str, line: int, severity: Severity, words: tuple[str, str]) -> None:
        message, remedy = words
        finding = Finding(
            file=self._file,
            line=max(line, 1),
            rule=rule,
            severity=severity,
            message=message,
            remedy=remedy,
        )
        self._found.setdefault((finding.line, rule, message), finding)

    def _unsealed(self, finding: Finding) -> Finding:
        if finding.line not in self._sealed_lines:
            return finding
        return Finding(
            file=finding.file,
            line=finding.line,
            rule=finding.rule,
            severity=finding.severity,
            message=_QUOTED.sub("(sealed text)", finding.message),
            remedy=_QUOTED.sub("(sealed text)", finding.remedy),
        )

    def _rest(self, count: int) -> Finding:
        return Finding(
            file=self._file,
            line=1,
            rule="BP000",
            severity=Severity.INFO,
            message=f"{count} more findings are not shown.",
            remedy="Mend the ones shown and check again.",
        )
