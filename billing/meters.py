"""What is measured, always as whole numbers, and one measurement as a value."""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Meter(StrEnum):
    """One kind of consumption; the name says its unit."""

    SANDBOX_MILLISECONDS = "sandbox_milliseconds"
    BROWSER_MILLISECONDS = "browser_milliseconds"
    STORED_BYTES = "stored_bytes"
    BUILDS = "builds"


class UsageEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement; `source` and `event_id` name it, however often it is sent.

    `hold_id` says which hold pays; without it any hold of the build does.
    """

    source: str
    event_id: str
    build_id: UUID
    meter: Meter
    quantity: int
    occurred_at: datetime
    hold_id: UUID | None = None
    fence: int = 0

    def payload_hash(self) -> bytes:
        """Hash what was measured: whoever sends it again must say the same."""
        said = (
            self.build_id,
            self.hold_id,
            self.meter,
            self.quantity,
            self.occurred_at.astimezone(UTC),
        )
        return hashlib.sha256(msgspec.json.encode(said)).digest()
