"""The one spelling of a value that digests stand for, as RFC 8785 has it for what proofs hold."""

from typing import Any

import msgspec


def canonical_json(value: Any) -> bytes:
    """Return sorted keys, no spaces, UTF-8."""
    return msgspec.json.encode(value, order="sorted")
