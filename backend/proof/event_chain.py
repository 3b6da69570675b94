"""Chains the events of a build by hash, so that none can be changed or taken out unseen."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from backend.proof.canonical import canonical_json


class RecordedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event as the chain has it: `hash` covers all of it and the hash before."""

    sequence: int
    type: str
    at: str
    data: Mapping[str, Any]
    hash: str


def chained_event(
    previous: str, *, sequence: int, kind: str, at: datetime, data: Mapping[str, Any]
) -> RecordedEvent:
    """Return the event that follows the one with the hash `previous`, the first an empty one."""
    moment = spell_moment(at)
    body = {"previous": previous, "sequence": sequence, "type": kind, "at": moment, "data": data}
    digest = hashlib.sha256(canonical_json(body)).hexdigest()
    return RecordedEvent(sequence=sequence, type=kind, at=moment, data=data, hash=digest)


def following_event(
    events: Sequence[RecordedEvent], *, kind: str, at: datetime, data: Mapping[str, Any]
) -> RecordedEvent:
    """Return the event that comes after all of these."""
    previous = events[-1].hash if events else ""
    return chained_event(previous, sequence=len(events) + 1, kind=kind, at=at, data=data)


def spell_moment(instant: datetime) -> str:
    """Spell a moment as the chain hashes it: UTC, to the microsecond."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
