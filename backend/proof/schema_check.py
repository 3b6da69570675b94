"""Checks a value against a schema of the product's own document, as a process of its own.

The schema comes from the product: its patterns could take for ever, its references lead anywhere.
Nothing is fetched: only what the document itself holds can be referred to.
"""

import json
import sys
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

_BASE = "urn:product:openapi"
_LONGEST = 300
# Named, because jsonschema checks more or fewer by what else is installed, and a verdict may not
# depend on that. Each of these is checked, or this module does not load.
_FORMATS = FormatChecker(())
_FORMATS.checkers = {
    name: Draft202012Validator.FORMAT_CHECKER.checkers[name]
    for name in ("date", "date-time", "time", "email", "ipv4", "ipv6", "regex", "uuid")
}


def fault_of(document: dict[str, Any], name: str, value: Any) -> str:
    """Return what of the value does not follow the schema; nothing when all does."""
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    pointer = name.replace("~", "~0").replace("/", "~1")
    reference = {"$ref": f"{_BASE}#/components/schemas/{pointer}"}
    validator = Draft202012Validator(
        reference,
        registry=Registry().with_resource(_BASE, resource),
        format_checker=_FORMATS,
    )
    try:
        Draft202012Validator.check_schema(document["components"]["schemas"][name])
        error = best_match(validator.iter_errors(value))
    except SchemaError as fault:
        return f"the schema itself is not valid: {fault.message[:_LONGEST]}"
    except Unresolvable as fault:
        return f"the schema refers to something that is not in the document: {fault.ref}"
    except RecursionError:
        return "the schema or the response is nested too deeply"
    if error is None:
        return ""
    place = error.json_path.removeprefix("$").removeprefix(".")
    return f"{place or 'the response'}: {error.message[:_LONGEST]}"


def main() -> None:
    """Read the order from standard input and answer on standard output."""
    order = json.load(sys.stdin)
    json.dump({"fault": fault_of(order["document"], order["name"], order["value"])}, sys.stdout)


if __name__ == "__main__":
    main()
