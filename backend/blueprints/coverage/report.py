"""Reports what scenarios leave out: one finding for each rule, which also counts the rest."""

from collections.abc import Iterable

from backend.blueprints.blueprint import Severity
from backend.blueprints.coverage.catalogue import COVERAGE_RULES
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.findings import Findings

_NAMED = 3


def report_coverage(covered: Covered, findings: Findings) -> None:
    """Look for gaps; called only for a blueprint without errors, whose steps are all known."""
    for rule in COVERAGE_RULES:
        gaps = sorted(rule.find(covered), key=lambda gap: gap.line)
        _report(rule, gaps, findings)


def _report(rule: CoverageRule, gaps: list[Gap], findings: Findings) -> None:
    said = findings.info if rule.rule.severity is Severity.INFO else findings.warning
    shown, rest = gaps[: rule.shown], gaps[rule.shown :]
    for number, gap in enumerate(shown, start=1):
        more = _more(rest) if number == len(shown) else ""
        said(rule.rule.id, gap.line, f"{gap.message}{more}", gap.better)


def _more(rest: Iterable[Gap]) -> str:
    shorts = [gap.short for gap in rest]
    if not shorts:
        return ""
    left = len(shorts) - _NAMED
    tail = f" and {left} more" if left > 0 else ""
    return f" The same goes for {', '.join(shorts[:_NAMED])}{tail}."
