"""Asks CycloneDX's own schema about a bill of materials; its makers ship it with their library."""

from typing import Any

import msgspec
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def refusals(content: bytes) -> list[str]:
    """Return what the schema of the version that the bill declares has against it."""
    bill: dict[str, Any] = msgspec.json.decode(content)
    validator = JsonStrictValidator(SchemaVersion.from_version(bill["specVersion"]))
    found = validator.validate_str(content.decode(), all_errors=True) or ()
    return [f"{error.data.json_path}: {error.data.message}" for error in found]
