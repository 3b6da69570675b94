"""Compares a response with a pattern: at least these fields, with values or kinds of values."""

from typing import Any

from backend.blueprints.value_kinds import read_marker
from backend.proof.json_values import are_equal, is_of_kind, shown, shown_kind

_MISSING = object()


def first_difference(expected: Any, actual: Any, place: str = "") -> str | None:
    """Return the first place where a response is not what the pattern asks for, or None."""
    here = f'The field "{place}"' if place else "The response"
    marker = read_marker(expected) if isinstance(expected, str) else None
    if marker is not None:
        return _difference_of_kind(marker, actual, here)
    if actual is _MISSING:
        return f"{here} is missing; {shown(expected)} is expected."
    if isinstance(expected, dict):
        return _difference_of_objects(expected, actual, place)
    if isinstance(expected, list):
        return _difference_of_lists(expected, actual, place)
    if not are_equal(expected, actual):
        return f"{here} is {shown(actual)}, not {shown(expected)}."
    return None


def _difference_of_kind(marker: tuple[str | None, bool], actual: Any, here: str) -> str | None:
    kind, may_be_missing = marker
    if may_be_missing and (actual is _MISSING or actual is None):
        return None
    if kind is not None and actual is not _MISSING and is_of_kind(actual, kind):
        return None
    return f"{here} is {_seen(actual)}, not {_with_article(kind or 'known kind')}."


def _difference_of_objects(expected: dict[str, Any], actual: Any, place: str) -> str | None:
    here = f'The field "{place}"' if place else "The response"
    if not isinstance(actual, dict):
        return f"{here} is {shown_kind(actual)}, not an object."
    for name, value in expected.items():
        inner = f"{place}.{name}" if place else name
        fault = first_difference(value, actual.get(name, _MISSING), inner)
        if fault:
            return fault
    return None


def _difference_of_lists(expected: list[Any], actual: Any, place: str) -> str | None:
    here = f'The field "{place}"' if place else "The response"
    if not isinstance(actual, list):
        return f"{here} is {shown_kind(actual)}, not a list."
    if len(actual) != len(expected):
        return f"{here} has {len(actual)} items, not {len(expected)}."
    for number, (one, other) in enumerate(zip(expected, actual, strict=True)):
        fault = first_difference(one, other, f"{place}[{number}]")
        if fault:
            return fault
    return None


def _seen(value: Any) -> str:
    return "missing" if value is _MISSING else shown(value)


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeioE" else f"a {kind}"
