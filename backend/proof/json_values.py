"""Reads JSON strictly, finds values in it by their path, and compares them as JSON does."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from backend.blueprints.blueprint import FieldType
from backend.blueprints.field_values import fault_of_type
from backend.blueprints.json_paths import JsonPath
from backend.proof.errors import StepFailedError
from backend.proof.words import quoted, shorten

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOST_NAMES = 12


def read_json(text: str) -> Any:
    """Read JSON; numbers keep every digit; raise ValueError when it is none."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number in JSON")


def find(value: Any, path: JsonPath) -> Any:
    """Return what lies at a path; raise StepFailedError that says what is there instead."""
    walked = ""
    for part in path:
        here = f'the field "{walked}"' if walked else "the response"
        if isinstance(part, int):
            if not isinstance(value, list):
                raise StepFailedError(f"{_upper(here)} is {shown_kind(value)}, not a list.")
            if part >= len(value):
                raise StepFailedError(f"{_upper(here)} has {len(value)} items, so no [{part}].")
            value = value[part]
            walked += f"[{part}]"
        else:
            if not isinstance(value, dict):
                raise StepFailedError(f"{_upper(here)} is {shown_kind(value)}, not an object.")
            if part not in value:
                names = quoted(list(value)[:_MOST_NAMES])
                raise StepFailedError(f'{_upper(here)} has no "{shorten(part)}"; it has {names}.')
            value = value[part]
            walked += f".{part}" if walked else part
    return value


def as_json(value: Any) -> str:
    """Return a text, a number, true, false or null as JSON, each number as it came."""
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def shown(value: Any) -> str:
    """Return a value as JSON, cut where it grows long."""
    try:
        return shorten(json.dumps(value, ensure_ascii=False, default=float))
    except (ValueError, OverflowError, RecursionError):
        return shown_kind(value)


def shown_kind(value: Any) -> str:
    """Return what a value is, in words."""
    for kind, words in (
        (dict, "an object"),
        (list, "a list"),
        (str, "a text"),
        (bool, "a boolean"),
    ):
        if isinstance(value, kind):
            return words
    return "null" if value is None else "a number"


def are_equal(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON: 1 is 1.0, and true is neither."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_equal, one, other))
    if _is_number(one) and _is_number(other):
        return bool(one == other)
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def is_of_kind(value: Any, kind: str) -> bool:
    """Whether a value is of a kind that authors name."""
    checks = {"boolean": bool, "list": list, "object": dict, "string": str}
    if kind in checks:
        return isinstance(value, checks[kind])
    if kind in {"number", "integer"}:
        return _is_number(value) and (kind == "number" or isinstance(value, int))
    return isinstance(value, str) and _is_text_of_kind(value, kind)


def _is_text_of_kind(text: str, kind: str) -> bool:
    if kind == "uuid":
        return _UUID.fullmatch(text) is not None
    if kind == "email":
        return fault_of_type(FieldType.EMAIL, text) is None
    try:
        if kind == "URL":
            parts = urlsplit(text)
            return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text
        if kind == "date":
            return date.fromisoformat(text).isoformat() == text
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text or " " in text


def _upper(words: str) -> str:
    return words[0].upper() + words[1:]
