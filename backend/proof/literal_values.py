"""Compares values by the plain forms that the evaluator gives, outside the product's reach."""

import ast
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from backend.proof.evaluator_program import Form, IncomparableError, canonical
from backend.proof.words import shorten

Normal: TypeAlias = tuple[Any, ...]
_LARGEST_EXPONENT = 1000
_UNREADABLE = (ValueError, TypeError, SyntaxError, MemoryError, RecursionError)
_BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}"), "frozenset": ("{", "}")}


def read_literal(expression: str) -> Form | None:
    """Return the form of an expression that is a plain literal, or None when it is more."""
    try:
        return canonical(ast.literal_eval(expression.strip()))
    except (*_UNREADABLE, IncomparableError):
        return None


def are_same(one: Form, other: Form) -> bool:
    """Whether two forms stand for one value: `1` is `1.0`, and `True` is neither."""
    return normal(one) == normal(other)


def normal(form: Form) -> Normal:
    """Return a form in which equal values are equal; raise ValueError when it is no form."""
    try:
        return _normal(form)
    except (IndexError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"not the form of a value: {error}") from error


def _normal(form: Form) -> Normal:
    kind, *rest = form
    if kind in {"int", "float", "decimal", "fraction"}:
        return _number(kind, rest)
    if kind in {"list", "tuple"}:
        return kind, tuple(map(_normal, rest[0]))
    if kind in {"set", "frozenset"}:
        return "set", frozenset(map(_normal, rest[0]))
    if kind == "dict":
        return "dict", frozenset((_normal(key), _normal(value)) for key, value in rest[0])
    if kind == "object":
        name, state, inner = rest
        parts = frozenset((part, _normal(value)) for part, value in state)
        return "object", name, parts, inner and _normal(inner)
    return kind, *map(str, rest)


def _number(kind: str, rest: list[str]) -> Normal:
    if kind == "int":
        return "number", Fraction(int(rest[0], 16))
    if kind == "fraction":
        return "number", Fraction(int(rest[0], 16), int(rest[1], 16))
    number = float.fromhex(rest[0]) if kind == "float" else Decimal(rest[0])
    if number != number:  # noqa: PLR0124 (only what is no number differs from itself)
        return ("not a number",)
    if abs(number) == float("inf"):
        return "infinity", number > 0
    if isinstance(number, Decimal) and abs(number.adjusted()) > _LARGEST_EXPONENT:
        return "decimal", str(number.normalize())
    return "number", Fraction(number)


def shown(form: Form) -> str:
    """Return a form as a program would write the value, cut where it grows long."""
    try:
        return shorten(_shown(form))
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        return "something that is no value"


def _shown(form: Form) -> str:
    kind, rest = str(form[0]), form[1:]
    if kind in _BRACKETS:
        opening, closing = _BRACKETS[kind]
        comma = "," if kind == "tuple" and len(rest[0]) == 1 else ""
        return f"{opening}{', '.join(map(_shown, rest[0]))}{comma}{closing}"
    if kind == "dict":
        return "{" + ", ".join(f"{_shown(key)}: {_shown(value)}" for key, value in rest[0]) + "}"
    if kind == "object":
        name, state, inner = str(rest[0]), rest[1], rest[2]
        parts = [f"{part}={_shown(value)}" for part, value in state]
        return f"{name.rpartition('.')[2]}({', '.join(([_shown(inner)] if inner else []) + parts)})"
    return _shown_plain(kind, rest)


def _shown_plain(kind: str, rest: list[Any]) -> str:
    if kind in {"none", "ellipsis"}:
        return {"none": "None", "ellipsis": "..."}[kind]
    if kind == "int":
        number = int(rest[0], 16)
        return str(number) if number.bit_length() < _LARGEST_EXPONENT else rest[0]
    if kind == "float":
        return repr(float.fromhex(rest[0]))
    if kind == "bytes":
        return repr(bytes.fromhex(rest[0]))
    if kind in {"str", "bool"}:
        return repr(rest[0])
    return f"{rest[0] if kind == 'text' else kind.capitalize()}({', '.join(map(str, rest[-1:]))})"
