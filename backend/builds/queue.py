"""The queue of record in Postgres: claim with a lease and a fence, heartbeat, leave, expire."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.builds.errors import LeaseLostError
from tenants.database import Database

CLAIM = text("select tenant_id, build_id, fence, tries from claim_build(:worker, :seconds)")
LEAVE = text("select leave_build(:tenant, :build, :fence, :claim, :wait)")
HOLD_ON = text(
    "update build_queue set lease_until = now() + make_interval(secs => :seconds)"
    " where tenant_id = :tenant and build_id = :build and fence = :fence and claim = 'held'"
    " returning cancel_requested_at"
)
CHECK = text(
    "select cancel_requested_at from build_queue where tenant_id = :tenant and build_id = :build"
    " and fence = :fence and claim = 'held' for update"
)
WAKE = text(
    "update build_queue set claim = 'waiting', available_at = now()"
    " where tenant_id = :tenant and build_id = :build and claim = 'resting'"
)


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to work on one build; every write carries its fence."""

    tenant_id: UUID
    build_id: UUID
    fence: int
    tries: int

    @property
    def key(self) -> dict[str, object]:
        """The lease as the parameters of a statement."""
        return {"tenant": self.tenant_id, "build": self.build_id, "fence": self.fence}


async def claim(database: Database, worker: str, lease_seconds: float) -> Lease | None:
    """Take the fairest waiting build, or return None; an empty answer is not an empty queue."""
    async with database.operator_session() as session:
        row = (
            await session.execute(CLAIM, {"worker": worker, "seconds": lease_seconds})
        ).one_or_none()
    return None if row is None else Lease(**row._asdict())


async def heartbeat(database: Database, lease: Lease, lease_seconds: float) -> datetime | None:
    """Extend the lease and return when a cancel was asked for; raise LeaseLostError if lost."""
    async with database.tenant_session(lease.tenant_id) as session:
        row = (await session.execute(HOLD_ON, lease.key | {"seconds": lease_seconds})).one_or_none()
    if row is None:
        raise LeaseLostError(f"build {lease.build_id} belongs to another worker")
    requested: datetime | None = row.cancel_requested_at
    return requested


async def check_fence(session: AsyncSession, lease: Lease) -> datetime | None:
    """Lock the queue row under the lease's fence, or raise LeaseLostError.

    Returns when a cancel was asked for.
    """
    row = (await session.execute(CHECK, lease.key)).one_or_none()
    if row is None:
        raise LeaseLostError(f"build {lease.build_id} belongs to another worker")
    requested: datetime | None = row.cancel_requested_at
    return requested


async def leave(
    session: AsyncSession, lease: Lease, next_claim: str, *, wait_seconds: float = 0.0
) -> None:
    """Give the slot back in the same transaction as whatever else the session writes."""
    parameters = lease.key | {"claim": next_claim, "wait": wait_seconds}
    if not (await session.execute(LEAVE, parameters)).scalar_one():
        raise LeaseLostError(f"build {lease.build_id} belongs to another worker")


async def wake(session: AsyncSession, tenant_id: UUID, build_id: UUID) -> None:
    """Put a resting build back in line, after a person has decided."""
    await session.execute(WAKE, {"tenant": tenant_id, "build": build_id})


async def expire(database: Database) -> list[UUID]:
    """Put builds whose worker went silent back in line; return their ids."""
    async with database.operator_session() as session:
        rows = await session.execute(text("select build_id from expire_leases()"))
        return [row.build_id for row in rows]
