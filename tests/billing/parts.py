"""What the tests of money say again and again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from billing.ledger import Balance, Settlement, balance, hold, settle
from billing.meters import Meter, UsageEvent
from billing.models import LedgerEntry
from billing.usage import Recorded, record_usage
from tenants.database import Database
from tenants.ids import new_id

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def used(build_id: UUID, micros: int, **changes: Any) -> UsageEvent:
    """Make a measurement that costs so many micro-dollars: sandbox seconds cost 50 each."""
    assert micros % 50 == 0
    told: dict[str, Any] = {
        "source": "tests",
        "event_id": str(new_id()),
        "build_id": build_id,
        "meter": Meter.SANDBOX_MILLISECONDS,
        "quantity": micros * 1000 // 50,
        "occurred_at": NOON,
    }
    return UsageEvent(**(told | changes))


async def balance_of(works: Database, tenant_id: UUID) -> tuple[int, int]:
    """Return what is available and what is held."""
    async with works.tenant_session(tenant_id) as session:
        found: Balance = await balance(session)
    return found.available_micros, found.held_micros


async def hold_for(works: Database, tenant_id: UUID, build_id: UUID, amount: int) -> UUID:
    """Hold in a transaction of its own."""
    async with works.tenant_session(tenant_id) as session:
        return await hold(session, build_id=build_id, amount_micros=amount)


async def record(works: Database, tenant_id: UUID, *events: UsageEvent) -> Recorded:
    """Record in a transaction of its own."""
    async with works.tenant_session(tenant_id) as session:
        return await record_usage(session, events)


async def settle_now(
    works: Database, tenant_id: UUID, hold_id: UUID, *, billable: bool = True
) -> Settlement:
    """Settle in a transaction of its own."""
    async with works.tenant_session(tenant_id) as session:
        return await settle(session, hold_id, billable=billable)


async def lines_of(works: Database, tenant_id: UUID) -> list[tuple[str, int, int, str | None]]:
    """Return the ledger as kind, amount, the works' part and its reason, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.tenant_id == tenant_id).order_by(LedgerEntry.id)
    async with works.tenant_session(tenant_id) as session:
        return [
            (str(row.kind), row.amount_micros, row.works_micros, row.works_reason)
            for row in await session.scalars(query)
        ]
