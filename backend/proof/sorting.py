"""Says whether a column is in order, comparing by the type of its field."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from backend.blueprints.blueprint import FieldType
from backend.proof.words import shorten

Reader: TypeAlias = Callable[[str], Any]

_NUMBER = re.compile(r"^[^\d-]*(-?)\s*[^\d-]*(\d[\d\s',]*(?:\.\d+)?)[^\d]*$")
_NUMBERS = frozenset({FieldType.WHOLE_NUMBER, FieldType.NUMBER, FieldType.MONEY})
_DATES = frozenset({FieldType.DATE, FieldType.DATE_AND_TIME})
_DATE_FORMS = ("%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d/%m/%Y %H:%M", "%d %b %Y %H:%M")


def order_fault(values: list[str], field_type: FieldType | None, *, falling: bool) -> str | None:
    """Return the first pair that is out of order, or None; empty cells may stand at one end."""
    filled = [value for value in values if value]
    if _has_gap(values):
        return "empty cells stand between the others"
    try:
        keys = [_reader(field_type, filled)(value) for value in filled]
    except ValueError as error:
        return str(error)
    pairs = zip(filled, filled[1:], keys, keys[1:], strict=False)
    for one, other, key, next_key in pairs:
        if (key < next_key) if falling else (key > next_key):
            return f'"{shorten(one)}" stands before "{shorten(other)}"'
    return None


def _has_gap(values: list[str]) -> bool:
    inner = "".join("x" if value else " " for value in values).strip()
    return " " in inner


def _reader(field_type: FieldType | None, values: list[str]) -> Reader:
    if field_type in _NUMBERS:
        return _number
    if field_type in _DATES:
        return _date
    if field_type is not None:
        return str.casefold
    return _guessed(values)


def _guessed(values: list[str]) -> Reader:
    """Guess for a column that is no field of the data: numbers or dates where all are."""
    for reader in (_number, _date):
        try:
            for value in values:
                reader(value)
        except ValueError:
            continue
        return reader
    return str.casefold


def _number(text: str) -> Decimal:
    found = _NUMBER.match(text)
    if found is None:
        raise ValueError(f'"{shorten(text)}" is not a number')
    digits = re.sub(r"[\s',]", "", found[2])
    try:
        return Decimal(found[1] + digits)
    except InvalidOperation as error:
        raise ValueError(f'"{shorten(text)}" is not a number') from error


def _date(text: str) -> datetime:
    for read in (datetime.fromisoformat, *(_by_form(form) for form in _DATE_FORMS)):
        try:
            return read(text).replace(tzinfo=None)
        except ValueError:
            continue
    raise ValueError(f'"{shorten(text)}" is not a date')


def _by_form(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007  # a page's dates bear no zone
