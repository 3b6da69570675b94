"""Puts what a scenario remembers into its later steps, each place as it needs it."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from backend.blueprints.blueprint import Step
from backend.blueprints.document_types import MEDIA_TYPES
from backend.blueprints.remembered import PLACEHOLDER
from backend.proof.json_values import as_json

_ADDRESSES = {"H01": 1, "H02": 1, "A01": 0}
_JSON_STEPS = {"H02", "H10"}
_TEXT_OR_PLACE = re.compile(r'"(?:[^"\\]|\\.)*"|\$\{[^}]*\}')


def filled(step: Step, remembered: Mapping[str, Any]) -> Step:
    """Return the step with every `${name}` that is remembered written out."""
    if not remembered:
        return step
    is_json = step.expression in _JSON_STEPS and (step.document_type or "json").lower() == "json"
    address = _ADDRESSES.get(step.expression)
    return msgspec.structs.replace(
        step,
        arguments=tuple(
            _written(argument, remembered, _in_address if position == address else as_text)
            for position, argument in enumerate(step.arguments)
        ),
        table=step.table
        and tuple(tuple(_cell(cell, step, remembered) for cell in row) for row in step.table),
        document=step.document
        and (
            _in_json(step.document, remembered)
            if is_json
            else _replace(step.document, remembered, as_text)
        ),
    )


def as_text(value: Any) -> str:
    """Return a value as it stands in a sentence: a text is itself, all else is JSON."""
    return value if isinstance(value, str) else as_json(value)


def _in_address(value: Any) -> str:
    return quote(as_text(value), safe="")


def _written(
    argument: str | float, remembered: Mapping[str, Any], write: Callable[[Any], str]
) -> str | int | float:
    return _replace(argument, remembered, write) if isinstance(argument, str) else argument


def _cell(cell: str, step: Step, remembered: Mapping[str, Any]) -> str:
    found = PLACEHOLDER.fullmatch(cell)
    if step.expression in _JSON_STEPS and found and found[1].strip() in remembered:
        return as_json(remembered[found[1].strip()])  # a text stays a text
    return _replace(cell, remembered, as_text)


def _replace(text: str, remembered: Mapping[str, Any], write: Callable[[Any], str]) -> str:
    def one(found: re.Match[str]) -> str:
        name = found[1].strip()
        return write(remembered[name]) if name in remembered else found[0]

    return PLACEHOLDER.sub(one, text)


def _in_json(document: str, remembered: Mapping[str, Any]) -> str:
    """Inside quotes a value is escaped; outside it stands as the JSON that it is."""

    def inside(value: Any) -> str:
        return json.dumps(as_text(value))[1:-1]

    def one(found: re.Match[str]) -> str:
        write = inside if found[0].startswith('"') else as_json
        return _replace(found[0], remembered, write)

    return _TEXT_OR_PLACE.sub(one, document)


def type_of_body(step: Step) -> str:
    """Return the media type that a request with this long text declares."""
    return MEDIA_TYPES[(step.document_type or "json").lower()]
