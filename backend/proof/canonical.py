"""Spells a value in the one way that a digest can stand for, as RFC 8785 has it."""

import hashlib
from typing import Any

import msgspec

from backend.proof.errors import ProofError

_LARGEST = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """Return the one spelling of a value: sorted keys, no spaces, UTF-8, as RFC 8785 has it.

    Numbers that it would spell in another way (very large ones, exponents) are refused.
    """
    return msgspec.json.encode(_with_plain_numbers(value), order="sorted")


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a value's one spelling."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _with_plain_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_plain_numbers(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_with_plain_numbers(part) for part in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if abs(value) > _LARGEST or "e" in repr(value):
        raise ProofError(f"A manifest spells the number {value!r} in no agreed way.")
    return int(value) if value == int(value) else value
