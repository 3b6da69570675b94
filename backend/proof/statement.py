"""States what a bundle holds and how it came about: an in-toto Statement, ready to be signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from backend.blueprints.holdouts import SealedLeaf
from backend.proof.canonical import digest_of
from backend.proof.event_chain import RecordedEvent
from backend.proof.manifest import moment

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://draftworks.example/proof/v1"


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decided, before which proof; `blanket` covers what passed, by no name."""

    gate: str
    decision: str
    actor: str
    at: datetime
    comment: str = ""
    blanket: bool = False
    criteria: tuple[str, ...] = ()
    proof_digest: str | None = None


class StatementInput(msgspec.Struct, frozen=True, kw_only=True):
    """All that is signed; `files` are the bundle's paths with their SHA-256.

    `leaves` is None as long as the sealed scenarios stay sealed.
    """

    manifest: Mapping[str, Any]
    status: str
    reason: str | None
    files: Mapping[str, str]
    events: Sequence[RecordedEvent]
    signed: datetime
    approvals: Sequence[Approval] = ()
    leaves: Sequence[SealedLeaf] | None = None


def build_statement(parts: StatementInput) -> dict[str, Any]:
    """Return the statement: every file of the bundle is a subject of it."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": path, "digest": {"sha256": digest}}
            for path, digest in sorted(parts.files.items())
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "proof": dict(parts.manifest),
            "proof_digest": digest_of(parts.manifest),
            "status": parts.status,
            "reason": parts.reason,
            "approvals": [
                msgspec.to_builtins(approval) | {"at": moment(approval.at)}
                for approval in parts.approvals
            ],
            "revealed": None if parts.leaves is None else msgspec.to_builtins(parts.leaves),
            "events": {
                "length": len(parts.events),
                "head": parts.events[-1].hash if parts.events else "",
                "entries": msgspec.to_builtins(parts.events),
            },
            "signed": moment(parts.signed),
        },
    }
