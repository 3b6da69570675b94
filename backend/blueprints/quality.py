"""Reads `## Quality`: which checks of every page decide, which are only told, and their limits."""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from backend.blueprints.findings import Findings, quoted
from backend.blueprints.markdown import Document
from backend.blueprints.quality_checks import (
    DEFAULT_RULES,
    Bearing,
    Quality,
    QualityCheck,
    QualityRule,
)
from backend.blueprints.sections import Row, SectionKind
from backend.blueprints.table_rows import rows_of

_RULE = "BP027"
_LIMIT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) *([A-Za-z]+)")
_BEARINGS = {
    word: bearing
    for bearing in Bearing
    for word in (bearing.value, bearing.value.removeprefix("is "))
}
_BYTES: Mapping[str, int] = MappingProxyType({"kb": 1_000, "mb": 1_000_000})
_SECONDS: Mapping[str, Decimal] = MappingProxyType(
    {
        "ms": Decimal("0.001"),
        "milliseconds": Decimal("0.001"),
        "s": Decimal(1),
        "second": Decimal(1),
        "seconds": Decimal(1),
    }
)
_UNITS: Mapping[QualityCheck, tuple[Mapping[str, int] | Mapping[str, Decimal], str]] = (
    MappingProxyType(
        {
            QualityCheck.PAGE_WEIGHT: (_BYTES, "500 KB or 2 MB"),
            QualityCheck.READY_WITHIN: (_SECONDS, "2.5 seconds or 800 ms"),
        }
    )
)
_CHECKS = ", ".join(check.value for check in QualityCheck)
_DEFAULTS = {rule.check: rule for rule in DEFAULT_RULES}


def read_quality(document: Document, findings: Findings) -> Quality:
    """Read the table; a check that it does not name keeps its default."""
    rules = dict(_DEFAULTS)
    lines: dict[QualityCheck, int] = {}
    for section in document.of(SectionKind.QUALITY):
        for row in rows_of(section, 2, findings):
            rule = _rule(row, findings)
            if rule is None:
                continue
            if rule.check in lines:
                message = f"The check {quoted(rule.check)} stands on line {lines[rule.check]} too."
                findings.error(_RULE, row.line, message, "Keep one of them.")
            lines.setdefault(rule.check, row.line)
            rules[rule.check] = rule
    return Quality(rules=tuple(rules.values()))


def _rule(row: Row, findings: Findings) -> QualityRule | None:
    check, bearing = _check(row, findings), _bearing(row, findings)
    if check is None or bearing is None:
        return None
    written = row.cells[2] if len(row.cells) > 2 else ""  # noqa: PLR2004  # the third column
    limit = _DEFAULTS[check].limit if not written else _limit(check, written, row, findings)
    return QualityRule(check=check, bearing=bearing, limit=limit)


def _check(row: Row, findings: Findings) -> QualityCheck | None:
    words = " ".join(row.cells[0].lower().split())
    if words in set(QualityCheck):
        return QualityCheck(words)
    message = f"There is no check {quoted(row.cells[0])}."
    findings.error(_RULE, row.line, message, f"The checks are: {_CHECKS}.")
    return None


def _bearing(row: Row, findings: Findings) -> Bearing | None:
    bearing = _BEARINGS.get(" ".join(row.cells[1].lower().split()))
    if bearing is None:
        message = f"{quoted(row.cells[1])} does not say how much the check counts."
        findings.error(_RULE, row.line, message, "Write decides, is reported or is off.")
    return bearing


def _limit(check: QualityCheck, written: str, row: Row, findings: Findings) -> float | None:
    if check not in _UNITS:
        message = f"The check {quoted(check)} takes no limit, so {quoted(written)} means nothing."
        findings.error(_RULE, row.line, message, "Leave the cell empty.")
        return None
    units, example = _UNITS[check]
    found = _LIMIT.fullmatch(written)
    unit = units.get(found.group(2).lower()) if found else None
    if found is None or unit is None or not Decimal(found.group(1)):
        message = f"{quoted(written)} is not a limit of the check {quoted(check)}."
        findings.error(_RULE, row.line, message, f"Write a number and a unit, such as {example}.")
        return None
    return float(Decimal(found.group(1)) * unit)
