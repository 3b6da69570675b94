"""Reads `## Values`: the data that scenarios write as `${name}`, and what kind each one is."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow

from backend.blueprints.blueprint import FieldType
from backend.blueprints.field_values import fault_of_type
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.markdown import Document
from backend.blueprints.sections import Row, SectionKind
from backend.blueprints.table_rows import rows_of

AS_WRITTEN = "as written"  # the kind of a text that no run may replace
_RULE = "BP025"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,39}")
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_RANGE = re.compile(r"(whole number|money|date)\s+(\S+?)\.\.(\S+)")
_ONE_OF = re.compile(r"one of\s+(\S.*)")
_WORDS: dict[str, Callable[[str], bool]] = {
    "word": lambda shown: bool(re.fullmatch(r"\S+", shown)),
    "words": bool,
    "first name": lambda shown: bool(re.fullmatch(r"\S+", shown)),
    "full name": lambda shown: len(shown.split()) > 1,
    "email": lambda shown: fault_of_type(FieldType.EMAIL, shown) is None,
    "sentence": bool,
    AS_WRITTEN: bool,
}
_RANGES = {
    "whole number": FieldType.WHOLE_NUMBER,
    "money": FieldType.MONEY,
    "date": FieldType.DATE,
}
_KINDS = (
    f"{', '.join(_WORDS)}, whole number 1..99, money a..b, date a..b, one of A, B, = qty * price"
)
_FORMULA = re.compile(r"(?:[A-Za-z_]\w*|[0-9]+(?:\.[0-9]+)?(?![\w.])|[ +*/()-]){1,100}", re.ASCII)
_NO_RESULT = (InvalidOperation, DivisionByZero, Overflow, KeyError, RecursionError)
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Value:
    """One declared value: its kind as written and what run 0 shows."""

    name: str
    kind: str
    shown: str
    line: int


class Values:
    """All declared values, and their place in texts."""

    def __init__(self, values: dict[str, Value], findings: Findings) -> None:
        """Keep the values and where to report the ones nobody declared."""
        self._values = values
        self._findings = findings
        self.used: set[str] = set()

    @property
    def declared(self) -> tuple[Value, ...]:
        """All of them, in the order of the table."""
        return tuple(self._values.values())

    @property
    def names(self) -> frozenset[str]:
        """The names that are declared."""
        return frozenset(self._values)

    def fill(self, text: str, line: int) -> str:
        """Put the shown value in place of each `${name}`; an undeclared one is reported."""

        def shown(found: re.Match[str]) -> str:
            value = self._values.get(found.group(1).strip())
            if value is not None:
                self.used.add(value.name)
                return value.shown
            message = f"The value {quoted(found.group())} is not declared."
            declared = ", ".join(list(self._values)[:10]) or "none"
            remedy = f"Add it to the table under ## Values. Declared: {declared}."
            self._findings.error(_RULE, line, message, remedy)
            return found.group()

        return _PLACEHOLDER.sub(shown, text)


def read_values(
    document: Document, findings: Findings, instead: Mapping[str, str] | None = None
) -> Values:
    """Read the table and check each shown value against its kind.

    `instead` says by name what a run on other data shows in the place of what is written.
    """
    values: dict[str, Value] = {}
    for section in document.of(SectionKind.VALUES):
        for row in rows_of(section, 3, findings):
            value = _value(row, findings)
            if value and value.name in values:
                message = f"The value {quoted(value.name)} is declared twice."
                findings.error(_RULE, row.line, message, "Keep one of them.")
            elif value:
                values[value.name] = value
    for value in values.values():
        _report_kind(value, values, findings)
    for name, shown in (instead or {}).items():
        values[name] = replace(values[name], shown=shown)
    return Values(values, findings)


def choices_of(kind: str) -> tuple[str, ...]:
    """Return what a value of the kind `one of A, B` may be; of any other kind, nothing."""
    found = _ONE_OF.fullmatch(kind)
    return tuple(choice.strip() for choice in found.group(1).split(",")) if found else ()


def range_of(kind: str) -> tuple[str, str, str] | None:
    """Return a kind's word, its least and its greatest value, if it has them."""
    found = _RANGE.fullmatch(kind)
    return (found[1], found[2], found[3]) if found else None


def formula_result(kind: str, shown: Mapping[str, str]) -> Decimal | None:
    """Work out a formula from what its values show; None when it has no result."""
    try:
        return _compute(ast.parse(kind[1:].strip(), mode="eval").body, shown)
    except (*_NO_RESULT, SyntaxError):
        return None


def _value(row: Row, findings: Findings) -> Value | None:
    name, kind, shown = row.cells[:3]
    if not _NAME.fullmatch(name):
        message = f"{quoted(name)} cannot name a value."
        findings.error(_RULE, row.line, message, "Use letters, digits and spaces, such as rider.")
        return None
    if not shown or re.search(r'["`\\]|\$\{', shown):
        message = f"What {quoted(name)} shows is empty or holds a quote, a backtick or a backslash."
        findings.error(_RULE, row.line, message, "Write it without them.")
        return None
    return Value(name=name, kind=" ".join(kind.split()), shown=shown, line=row.line)


def _report_kind(value: Value, values: dict[str, Value], findings: Findings) -> None:
    fault = _fault(value, values)
    if fault:
        message = f"The value {quoted(value.name)}: {fault}."
        findings.error(_RULE, value.line, message, f"Kinds are: {_KINDS}.")


def _fault(value: Value, values: dict[str, Value]) -> str | None:
    check = _WORDS.get(value.kind.lower())
    if check:
        return None if check(value.shown) else f"{quoted(value.shown)} is not of its kind"
    if choices := choices_of(value.kind):
        return None if value.shown in choices else f"{quoted(value.shown)} is not among them"
    if ranged := range_of(value.kind):
        return _fault_of_range(value.shown, *ranged)
    if value.kind.startswith("="):
        return _fault_of_formula(value, values)
    return f"the kind {quoted(value.kind)} is unknown"


def _fault_of_range(shown: str, kind: str, low: str, high: str) -> str | None:
    for text in (low, high, shown):
        fault = fault_of_type(_RANGES[kind], text)
        if fault:
            return f"{quoted(text)} {fault}"
    order = date.fromisoformat if kind == "date" else Decimal
    if not order(low) <= order(shown) <= order(high):  # type: ignore[operator]  # both are of one type
        return f"{quoted(shown)} is not between {low} and {high}"
    return None


def _fault_of_formula(value: Value, values: dict[str, Value]) -> str | None:
    formula = value.kind[1:].strip()
    if not _FORMULA.fullmatch(formula):
        return f"{quoted(formula)} is not made of values, numbers, + - * / and brackets"
    result = formula_result(value.kind, {name: one.shown for name, one in values.items()})
    if result is None or not _is_decimal(value.shown):
        return f"{quoted(formula)} cannot be worked out from declared numbers"
    if Decimal(value.shown) != result:
        return f"{quoted(value.shown)} is shown, but {quoted(formula)} makes {result:f}"
    return None


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _compute(node: ast.expr, values: Mapping[str, str]) -> Decimal:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _compute(node.left, values), _compute(node.right, values)
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Name):
        return Decimal(values[node.id])
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return Decimal(str(node.value))
    raise KeyError(type(node).__name__)
