"""Writes down a whole proof as one value that a digest can stand for: predicate `proof/v1`."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from backend.proof.environment import Environment
from backend.proof.errors import ProofError
from backend.proof.results import CriterionResult, Verdict

PREDICATE = "proof/v1"
_LARGEST = 2**53 - 1


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decided about this product; `blanket` covers what passed, by no name."""

    gate: str
    decision: str
    actor: str
    at: datetime
    comment: str = ""
    blanket: bool = False
    criteria: tuple[str, ...] = ()


class ManifestInput(msgspec.Struct, frozen=True, kw_only=True):
    """All that a manifest says; `tree_sha256` names the product's files (`artifacts/tree.py`)."""

    build: str
    blueprint: str
    blueprint_sha256: str
    tree_sha256: str | None
    product_files: int
    results: Sequence[CriterionResult]
    environment: Environment
    started: datetime
    finished: datetime
    holdout_root: str | None = None
    approvals: Sequence[Approval] = ()


def build_manifest(parts: ManifestInput) -> dict[str, Any]:
    """Return the manifest: every attempt and every piece of evidence, not only the best."""
    return {
        "predicate": PREDICATE,
        "build": parts.build,
        "blueprint": {"name": parts.blueprint, "sha256": parts.blueprint_sha256},
        "product": {"tree_sha256": parts.tree_sha256, "files": parts.product_files},
        "holdout": {"root": parts.holdout_root},
        "environment": msgspec.to_builtins(parts.environment),
        "results": [msgspec.to_builtins(result) for result in parts.results],
        "counts": counts(parts.results),
        "approvals": [
            msgspec.to_builtins(approval) | {"at": _moment(approval.at)}
            for approval in parts.approvals
        ],
        "started": _moment(parts.started),
        "finished": _moment(parts.finished),
    }


def counts(results: Sequence[CriterionResult]) -> dict[str, int]:
    """Return how many criteria ended in each way."""
    return {
        verdict.value: sum(result.verdict is verdict for result in results) for verdict in Verdict
    }


def canonical_json(value: Any) -> bytes:
    """Return the one spelling of a value: sorted keys, no spaces, UTF-8, as RFC 8785 has it.

    Numbers that it would spell in another way (very large ones, exponents) are refused.
    """
    return msgspec.json.encode(_with_plain_numbers(value), order="sorted")


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


def proof_digest(manifest: Mapping[str, Any]) -> str:
    """Return the digest that decisions and invoices name a proof by."""
    return hashlib.sha256(canonical_json(dict(manifest))).hexdigest()


def _moment(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
