"""Reads the rules of one field and refuses those that its type cannot keep."""

import re
from decimal import Decimal

import msgspec

from backend.blueprints import limits
from backend.blueprints.blueprint import Field, FieldType
from backend.blueprints.field_values import DATES, NUMBERS, fault_of_type, fault_of_value
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.other_words import rule_meant

_RULE = "BP023"
_KNOWN = "required; unique; at least N; at most N; starts as V; on or after today"
_BOUND = re.compile(r"at (least|most)\s+(\S+)", re.IGNORECASE)
_STARTS = re.compile(r"starts as\s+(\S.*)", re.IGNORECASE)
_LIKE_RULE = re.compile(
    r"(?:required|unique|optional|mandatory|at (?:least|most)\b.*|starts as\b.*"
    r"|on or after\b.*|min\b.*|max\b.*|default\b.*)",
    re.IGNORECASE,
)


def read_rules(field: Field, text: str, findings: Findings) -> Field:
    """Return the field with its rules; what cannot be read is reported and left out."""
    found: dict[str, object] = {}
    clauses = [part.strip() for part in text.split(";") if part.strip()]
    for clause in _with_joined_choices(field, clauses, findings):
        read = _read_clause(field, clause, findings)
        for name, value in read.items():
            if name in found:
                message = f"The field {quoted(field.name)} has the rule {quoted(clause)} twice."
                findings.error(_RULE, field.line, message, "Keep one of them.")
            found[name] = value
    ruled = msgspec.structs.replace(field, **found)
    return _checked(ruled, findings)


def _read_clause(field: Field, clause: str, findings: Findings) -> dict[str, object]:
    plain = " ".join(clause.lower().split())
    if plain in {"required", "unique"}:
        return _flag(field, plain, findings)
    if plain == "on or after today":
        return _today(field, findings)
    if bound := _BOUND.fullmatch(clause):
        return _bound(field, bound.group(1).lower(), bound.group(2), findings)
    if starts := _STARTS.fullmatch(clause):
        start = starts.group(1).strip()
        is_today = field.type in DATES and start.lower() == "today"
        return {"starts_as": "today" if is_today else start}
    if field.type is FieldType.CHOICE and not _is_like_rule(clause):
        return {"choices": _choices(field, clause, findings)}
    message = f"The rule {quoted(clause)} of {quoted(field.name)} is unknown."
    findings.error(_RULE, field.line, message, _remedy_for(clause))
    return {}


def _remedy_for(clause: str) -> str:
    parts = [part.strip() for part in clause.split(",") if part.strip()]
    if len(parts) > 1 and all(_LIKE_RULE.fullmatch(part) for part in parts):
        return f"Separate rules by semicolons: {quoted('; '.join(parts))}."
    if clause.casefold() == "optional":
        return "Leave it out: without “required” a field may be empty."
    meant = rule_meant(clause)
    if meant:
        return f"Did you mean “{meant}”?"
    return f"Rules, separated by semicolons: {_KNOWN}."


def _is_like_rule(clause: str) -> bool:
    return bool("," not in clause and (_LIKE_RULE.fullmatch(clause) or rule_meant(clause)))


def _with_joined_choices(field: Field, clauses: list[str], findings: Findings) -> list[str]:
    """Join choices that semicolons have torn apart, and say that commas belong there."""
    if field.type is not FieldType.CHOICE:
        return clauses
    torn = [clause for clause in clauses if not _is_like_rule(clause)]
    if len(torn) < 2:  # noqa: PLR2004 - one clause is as it should be
        return clauses
    choices = ", ".join(torn)
    message = f"The choices of {quoted(field.name)} are separated by semicolons."
    findings.error(_RULE, field.line, message, f"Separate them by commas: {quoted(choices)}.")
    return [choices, *(clause for clause in clauses if clause not in torn)]


def _flag(field: Field, flag: str, findings: Findings) -> dict[str, object]:
    if field.type is FieldType.YES_NO and flag == "required":
        message = f"{quoted(field.name)} always has an answer, so “required” changes nothing."
        findings.info(_RULE, field.line, message, "Leave the rule out.")
        return {}
    if flag == "unique" and field.type in {FieldType.YES_NO, FieldType.FILE}:
        message = f"A field of the type {field.type.value} cannot be unique."
        findings.error(_RULE, field.line, message, "Leave the rule out.")
        return {}
    return {flag: True}


def _today(field: Field, findings: Findings) -> dict[str, object]:
    if field.type in DATES:
        return {"on_or_after_today": True}
    message = f"“on or after today” does not fit the type of {quoted(field.name)}."
    findings.error(_RULE, field.line, message, "Make the field a date, or leave the rule out.")
    return {}


def _bound(field: Field, side: str, value: str, findings: Findings) -> dict[str, object]:
    if field.type not in NUMBERS:
        message = f"“at {side} N” does not fit the type of {quoted(field.name)}."
        remedy = "It is for whole number, number and money; dates know on or after today."
        findings.error(_RULE, field.line, message, remedy)
        return {}
    fault = fault_of_type(field.type, value)
    if fault:
        message = f"The {quoted(value)} after “at {side}” {fault}."
        findings.error(_RULE, field.line, message, "Write plain digits with a point for decimals.")
        return {}
    return {f"at_{side}": value}


def _choices(field: Field, clause: str, findings: Findings) -> tuple[str, ...]:
    choices = tuple(choice.strip() for choice in clause.split(","))
    like_rules = [choice for choice in choices if _LIKE_RULE.fullmatch(choice)]
    if like_rules:
        message = f"{quoted(like_rules[0])} among the choices of {quoted(field.name)} is a rule."
        findings.error(_RULE, field.line, message, f"Put a semicolon before it. Rules: {_KNOWN}.")
    elif "" in choices or len({c.casefold() for c in choices}) < len(choices):
        message = f"A choice of {quoted(field.name)} is empty or stands twice."
        findings.error(
            _RULE, field.line, message, "Name each choice once: Waiting, In work, Ready."
        )
    elif len(choices) == 1 or len(choices) > limits.CHOICES:
        said = f"only the choice {quoted(clause)}"
        if len(choices) > 1:
            said = f"{len(choices)} choices"
        message = f"{quoted(field.name)} has {said}."
        remedy = f"Name two to {limits.CHOICES} choices, separated by commas."
        findings.error(_RULE, field.line, message, remedy)
    elif any(len(choice) > limits.NAME_CHARACTERS for choice in choices):
        message = f"A choice of {quoted(field.name)} is too long."
        remedy = f"Use at most {limits.NAME_CHARACTERS} characters."
        findings.error(_RULE, field.line, message, remedy)
    return choices


def _checked(field: Field, findings: Findings) -> Field:
    if field.type is FieldType.CHOICE and not field.choices:
        message = f"The choice {quoted(field.name)} has no values."
        findings.error(_RULE, field.line, message, "Write them as its rule: Waiting, Ready.")
        return field
    low, high = field.at_least, field.at_most
    if low is not None and high is not None and Decimal(low) > Decimal(high):
        message = f"{quoted(field.name)} must be at least {low} and at most {high}: impossible."
        findings.error(_RULE, field.line, message, "Swap the two numbers.")
        return field
    fault = _fault_of_start(field)
    if fault:
        message = f"{quoted(field.name)} starts as {quoted(field.starts_as or '')}, but it {fault}."
        findings.error(_RULE, field.line, message, "Mend what stands after “starts as”.")
        return msgspec.structs.replace(field, starts_as=None)
    return field


def _fault_of_start(field: Field) -> str | None:
    start = field.starts_as
    if start is None:
        return None
    if field.type in {FieldType.LINK, FieldType.FILE}:
        return "can only be picked by a person"
    if field.type in DATES and start == "today":
        return None
    if field.unique:
        return "is unique, so no two records may start alike"
    return fault_of_value(field, start)
