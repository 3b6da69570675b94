"""Collects what the linter has to say, once each and in the order of the document."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from backend.blueprints import limits
from backend.blueprints.blueprint import Finding, Severity

_QUOTED = re.compile("“[^”]*”")
_SHOWN_CHARACTERS = 60
_SEALED = "(sealed words)"


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
        self._rules_at: dict[int, set[str]] = {}
        self._sealed_lines: set[int] = set()
        self._hushed_lines = range(0)

    def error(self, rule: str, line: int, message: str, remedy: str) -> None:
        """Record a fault that blocks the order."""
        self._add(rule, line, Severity.ERROR, (message, remedy))

    def warning(self, rule: str, line: int, message: str, remedy: str) -> None:
        """Record a doubt that blocks nothing."""
        self._add(rule, line, Severity.WARNING, (message, remedy))

    def info(self, rule: str, line: int, message: str, remedy: str) -> None:
        """Record something that is good to know."""
        self._add(rule, line, Severity.INFO, (message, remedy))

    def include(self, rule: str, lines: Iterable[int]) -> None:
        """Count these lines as blamed: a finding on another line speaks for them."""
        for line in lines:
            self._rules_at.setdefault(line, set()).add(rule)

    def seal(self, first_line: int, last_line: int) -> None:
        """Keep the words of these lines out of every message: they belong to a hold-out."""
        self._sealed_lines.update(range(first_line, last_line + 1))

    @property
    def has_errors(self) -> bool:
        """Whether something blocks the order."""
        return any(f.severity is Severity.ERROR for f in self._found.values())

    def has_error_at(self, line: int, *rules: str) -> bool:
        """Whether this line is blamed already, so that a wider rule can stay silent."""
        return self.has_error_between(line, line, *rules)

    def has_error_between(self, first_line: int, last_line: int, *rules: str) -> bool:
        """Whether one of these lines is blamed already, by one of the rules if any are named."""
        found = (self._rules_at.get(line, set()) for line in range(first_line, last_line + 1))
        return any(at & set(rules) if rules else at for at in found)

    def is_sealed(self, line: int) -> bool:
        """Whether the words of this line are kept out of messages."""
        return line in self._hushed_lines or line in self._sealed_lines

    @contextmanager
    def hushed(self, lines: range) -> Iterator[None]:
        """Keep words out of messages for a while: a sealed row is filled into open lines."""
        self._hushed_lines = lines
        try:
            yield
        finally:
            self._hushed_lines = range(0)

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
        if finding.line in self._hushed_lines:
            finding = _without_words(finding)
        self._found.setdefault((finding.line, rule, finding.message), finding)
        self._rules_at.setdefault(finding.line, set()).add(rule)

    def _unsealed(self, finding: Finding) -> Finding:
        return _without_words(finding) if finding.line in self._sealed_lines else finding

    def _rest(self, count: int) -> Finding:
        return Finding(
            file=self._file,
            line=1,
            rule="BP000",
            severity=Severity.INFO,
            message=f"{count} more findings are not shown.",
            remedy="Mend the ones shown and check again.",
        )


def _without_words(finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding,
        message=_QUOTED.sub(_SEALED, finding.message),
        remedy=_QUOTED.sub(_SEALED, finding.remedy),
    )
