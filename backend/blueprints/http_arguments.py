"""Checks what HTTP steps are given: addresses, headers, paths of fields, JSON and statuses."""

import json
import re
from collections.abc import Sequence
from typing import Any

from backend.blueprints.blueprint import FieldType
from backend.blueprints.document_types import MEDIA_TYPES
from backend.blueprints.field_values import fault_of_type
from backend.blueprints.findings import quoted
from backend.blueprints.json_paths import read_json_path
from backend.blueprints.remembered import NAME, without_placeholders
from backend.blueprints.scenario_source import PlainStep
from backend.blueprints.step_faults import Fault
from backend.blueprints.value_kinds import VALUE_KINDS, read_marker

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_SET_BY_THE_WORKS = {"host", "content-length", "transfer-encoding", "connection"}
_STATUSES = range(100, 600)
_PATH_REMEDY = 'Write names with dots between, positions in brackets: "items[0].price".'
Arguments = Sequence[str | int | float]


def fault_of_http(identity: str, arguments: Arguments, step: PlainStep) -> Fault | None:
    """Return what is wrong with an HTTP step, or None."""
    checks = {
        "H01": fault_of_address,
        "H02": _fault_of_request,
        "H03": _fault_of_header,
        "H04": _fault_of_user,
        "H05": _fault_of_status,
        "H07": _fault_of_value,
        "H08": _fault_of_field,
        "H09": _fault_of_field,
        "H10": _fault_of_pattern,
        "H12": _fault_of_remembering,
        "H13": _fault_of_milliseconds,
    }
    check = checks.get(identity)
    return check(arguments, step) if check else None


def fault_of_address(arguments: Arguments, _: PlainStep) -> Fault | None:
    """Return what is wrong with an address inside the product."""
    path = without_placeholders(str(arguments[1]))
    if not re.match(r"/(?!/)", path):
        return Fault(
            path, "is not an address inside the product", 'Begin it with one "/".', "BP010"
        )
    if re.search(r"[\s\x00-\x1f\x7f\\#]", path):
        remedy = "Write a space as %20, and leave out what stands behind #."
        return Fault(path, "holds a space, a backslash or a # and is no address", remedy, "BP010")
    return None


def _fault_of_request(arguments: Arguments, step: PlainStep) -> Fault | None:
    if arguments[0] in {"GET", "HEAD"}:
        remedy = "Leave the text out, or send it with POST, PUT or PATCH."
        return Fault(str(arguments[0]), "requests send nothing along", remedy)
    fault = fault_of_address(arguments, step)
    if fault is None and step.document is not None and is_json(step):
        return fault_of_json(step.document)
    return fault


def is_json(step: PlainStep) -> bool:
    """Whether the long text is JSON: it is unless its info word says otherwise."""
    return MEDIA_TYPES.get((step.document_type or "json").lower()) == MEDIA_TYPES["json"]


def fault_of_json(text: str) -> Fault | None:
    """Return what is wrong with a text that should be JSON; remembered values may stand in it."""
    try:
        parse(without_placeholders(text))
    except ValueError as error:
        return Fault(
            text,
            f"is not JSON ({quoted(str(error))})",
            "Write it with double quotes and no last comma.",
        )
    except RecursionError:
        return Fault(text, "is nested too deeply", "Write fewer brackets.")
    return None


def parse(text: str) -> Any:
    """Read JSON strictly: NaN and Infinity are none; raise ValueError."""

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no number in JSON")

    return json.loads(text, parse_constant=refuse)


def _fault_of_header(arguments: Arguments, _: PlainStep) -> Fault | None:
    name, value = map(str, arguments)
    if not _HEADER.fullmatch(name):
        return Fault(name, "cannot name a header", 'Write a word such as "Accept".')
    if name.lower() in _SET_BY_THE_WORKS:
        return Fault(name, "is set by the works itself", "Leave the step out.")
    if not value.isprintable() or not value.isascii():
        return Fault(value, "cannot stand in a header", "Use plain letters on one line.")
    return None


def _fault_of_user(arguments: Arguments, _: PlainStep) -> Fault | None:
    email = str(arguments[0])
    if fault_of_type(FieldType.EMAIL, email):
        return Fault(email, "is not the email address of a person", 'Such as "ada@example.com".')
    return None


def _fault_of_status(arguments: Arguments, _: PlainStep) -> Fault | None:
    if arguments[0] not in _STATUSES:
        return Fault(str(arguments[0]), "is no HTTP status", "Write a number from 100 to 599.")
    return None


def _fault_of_field(arguments: Arguments, _: PlainStep) -> Fault | None:
    path = str(arguments[0])
    if read_json_path(path) is None:
        return Fault(path, "is not the path of a field", _PATH_REMEDY)
    return None


def _fault_of_value(arguments: Arguments, step: PlainStep) -> Fault | None:
    return _fault_of_field(arguments, step) or fault_of_json(str(arguments[1]))


def _fault_of_pattern(_: Arguments, step: PlainStep) -> Fault | None:
    text = step.document or ""
    fault = fault_of_json(text)
    if fault is not None:
        return fault
    for marker in _texts(parse(without_placeholders(text))):
        found = read_marker(marker)
        if found is not None and found[0] is None:
            known = " ".join(f"#{kind}" for kind in VALUE_KINDS)
            return Fault(
                marker, "is no marker", f"Markers are: {known}; ## for what may be missing."
            )
    return None


def _texts(value: Any) -> list[str]:
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            found.append(one)
    return found


def _fault_of_remembering(arguments: Arguments, step: PlainStep) -> Fault | None:
    name = str(arguments[1])
    if not NAME.fullmatch(name):
        remedy = "Use letters, digits and spaces, such as repair."
        return Fault(name, "cannot name what is remembered", remedy)
    return _fault_of_field(arguments, step)


def _fault_of_milliseconds(arguments: Arguments, _: PlainStep) -> Fault | None:
    if int(arguments[0]) < 1:
        return Fault(str(arguments[0]), "ms is no time", "Write a whole number above 0.")
    return None
