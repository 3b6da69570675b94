"""Says what is wrong with a value for a field, as a form of the product would."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from backend.blueprints.blueprint import Field, FieldType

NUMBERS = frozenset({FieldType.WHOLE_NUMBER, FieldType.NUMBER, FieldType.MONEY})
DATES = frozenset({FieldType.DATE, FieldType.DATE_AND_TIME})
_DIGITS = 15
_PHONE_DIGITS = range(5, 21)
_YES_OR_NO = frozenset({"yes", "y", "true", "on", "1", "no", "n", "false", "off", "0"})


def fault_of_value(field: Field, value: str) -> str | None:
    """Return how a filled-in value breaks the field's type or bounds, or None."""
    fault = fault_of_type(field.type, value)
    if fault:
        return fault
    if field.type is FieldType.CHOICE and field.choices and value not in field.choices:
        return f"must be one of {', '.join(field.choices)}"
    if field.type not in NUMBERS:
        return None
    if field.at_least is not None and Decimal(value) < Decimal(field.at_least):
        return f"must be at least {field.at_least}"
    if field.at_most is not None and Decimal(value) > Decimal(field.at_most):
        return f"must be at most {field.at_most}"
    return None


def fault_of_type(kind: FieldType, value: str) -> str | None:
    """Return what a value of this type must look like when this one does not."""
    check = _CHECKS.get(kind)
    if check is None:
        return None
    is_good, demand = check
    return None if is_good(value) else demand


def is_as_valid(shown: str, used: str) -> bool:
    """Whether fields of every type take the one if they take the other, or say the same of it."""
    return all(fault_of_type(kind, shown) == fault_of_type(kind, used) for kind in FieldType)


def _is_whole_number(value: str) -> bool:
    return bool(re.fullmatch(rf"-?[0-9]{{1,{_DIGITS}}}", value))


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(rf"-?[0-9]{{1,{_DIGITS}}}(?:\.[0-9]{{1,{_DIGITS}}})?", value))


def _is_money(value: str) -> bool:
    return bool(re.fullmatch(rf"-?[0-9]{{1,{_DIGITS}}}(?:\.[0-9]{{1,2}})?", value))


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value))


def is_moment(value: str) -> bool:
    """Whether the value is a day and a time, such as 2026-03-12 14:30."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}", value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_yes_or_no(value: str) -> bool:
    return value.casefold() in _YES_OR_NO


def _is_email(value: str) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)*\.[^\W\d_]{2,}", value))


def _is_web_address(value: str) -> bool:
    host = r"(?:[^\s/?#@:.]+(?:\.[^\s/?#@:.]+)+|localhost)"
    return bool(re.fullmatch(rf"(?i)https?://{host}(?::[0-9]{{1,5}})?(?:[/?#]\S*)?", value))


def _is_phone(value: str) -> bool:
    number = re.sub(r"\s*(?:ext\.?|x)\s*[0-9]{1,6}$", "", value, flags=re.IGNORECASE)
    digits = sum(character.isdigit() for character in number)
    return bool(re.fullmatch(r"\+?[0-9 ()./-]+", number)) and digits in _PHONE_DIGITS


_CHECKS: dict[FieldType, tuple[Callable[[str], bool], str]] = {
    FieldType.WHOLE_NUMBER: (_is_whole_number, "must be a whole number such as 12"),
    FieldType.NUMBER: (_is_number, "must be a number such as 12.5"),
    FieldType.MONEY: (_is_money, "must be an amount such as 12.50"),
    FieldType.DATE: (_is_date, "must be a date such as 2026-03-12"),
    FieldType.DATE_AND_TIME: (is_moment, "must be a date and time such as 2026-03-12 14:30"),
    FieldType.YES_NO: (_is_yes_or_no, "must be Yes or No"),
    FieldType.EMAIL: (_is_email, "must be an email address such as ada@example.com"),
    FieldType.WEB_ADDRESS: (_is_web_address, "must begin with https:// or http://"),
    FieldType.PHONE: (_is_phone, "must be a phone number such as +44 20 7946 0018"),
}
