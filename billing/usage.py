"""Takes measurements in, each once, and refuses one that changed its story."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from billing.budgets import build_budget, lock_budgets
from billing.errors import HoldNotFoundError, UsageConflictError, UsageInvalidError
from billing.meters import UsageEvent
from billing.models import EntryKind, Hold, LedgerEntry, UsageRecord, WorksReason
from billing.prices import price_micros
from tenants.database import tenant_of
from tenants.ids import new_id

Row = dict[str, Any]  # a measurement as it goes into its table


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """How many of the events were new, and how many had come before."""

    inserted: int
    duplicates: int


async def record_usage(session: AsyncSession, events: Sequence[UsageEvent]) -> Recorded:
    """Store what is new, within the transaction of the step that caused it.

    What arrives when the build has no open hold any more is borne by the works at once.
    """
    if not events:
        return Recorded(inserted=0, duplicates=0)
    distinct = {(event.source, event.event_id): event for event in events}
    rows = [_row(tenant_of(session), event) for event in distinct.values()]
    builds = {event.build_id for event in events}
    # The builds' locks make the question "is a hold still open?" safe against a settlement.
    await lock_budgets(session, *map(build_budget, builds))
    holds = await _holds(session, builds)
    _refuse_strange_holds(events, holds)
    fresh = await _insert(session, rows)
    await _refuse_changed(session, events)
    open_holds = [hold for hold in holds.values() if hold.settled_at is None]
    unreserved = [record for record in fresh if not _is_reserved(record, open_holds)]
    session.add_all(_borne_by_works(record) for record in unreserved)
    await session.flush()
    return Recorded(inserted=len(fresh), duplicates=len(events) - len(fresh))


async def spent_micros(session: AsyncSession, build_id: UUID) -> int:
    """Return what a build has used until now, whoever pays for it."""
    query = select(func.coalesce(func.sum(UsageRecord.cost_micros), 0)).where(
        UsageRecord.tenant_id == tenant_of(session), UsageRecord.build_id == build_id
    )
    return int((await session.execute(query)).scalar_one())


def usage_line(
    record: UsageRecord,
    *,
    hold_id: UUID | None,
    charged_micros: int,
    works_micros: int,
    reason: WorksReason,
) -> LedgerEntry:
    """Turn a measurement into the ledger line that says who pays how much of it."""
    return LedgerEntry(
        tenant_id=record.tenant_id,
        id=new_id(),
        kind=EntryKind.USAGE,
        amount_micros=-charged_micros,
        works_micros=works_micros,
        works_reason=reason if works_micros else None,
        build_id=record.build_id,
        hold_id=hold_id,
        source=record.source,
        event_id=record.event_id,
        meter=record.meter,
        quantity=record.quantity,
    )


def _borne_by_works(record: UsageRecord) -> LedgerEntry:
    return usage_line(
        record,
        hold_id=record.hold_id,
        charged_micros=0,
        works_micros=record.cost_micros,
        reason=WorksReason.WITHOUT_HOLD,
    )


def _row(tenant_id: UUID, event: UsageEvent) -> Row:
    if event.quantity < 0:
        raise UsageInvalidError(event.source, event.event_id, "measures less than nothing")
    if event.occurred_at.tzinfo is None:
        raise UsageInvalidError(event.source, event.event_id, "happened in no time zone")
    return msgspec.structs.asdict(event) | {
        "tenant_id": tenant_id,
        "cost_micros": price_micros(event.meter, event.quantity, event.occurred_at),
        "payload_hash": event.payload_hash(),
    }


async def _holds(session: AsyncSession, builds: set[UUID]) -> dict[UUID, Hold]:
    query = (
        select(Hold)
        .where(Hold.tenant_id == tenant_of(session), Hold.build_id.in_(builds))
        .execution_options(populate_existing=True)
    )
    return {hold.id: hold for hold in await session.scalars(query)}


def _refuse_strange_holds(events: Sequence[UsageEvent], holds: dict[UUID, Hold]) -> None:
    for event in events:
        if event.hold_id is None:
            continue
        if event.hold_id not in holds or holds[event.hold_id].build_id != event.build_id:
            raise HoldNotFoundError(event.hold_id)


def _is_reserved(record: UsageRecord, open_holds: Sequence[Hold]) -> bool:
    """Whether an open hold will pay for this: its own, or any of its build."""
    return any(
        hold.build_id == record.build_id and record.hold_id in {None, hold.id}
        for hold in open_holds
    )


async def _insert(session: AsyncSession, rows: list[Row]) -> Sequence[UsageRecord]:
    statement = insert(UsageRecord).on_conflict_do_nothing().returning(UsageRecord)
    return (await session.scalars(statement, rows)).all()


async def _refuse_changed(session: AsyncSession, events: Sequence[UsageEvent]) -> None:
    keys = {(event.source, event.event_id) for event in events}
    query = select(UsageRecord.source, UsageRecord.event_id, UsageRecord.payload_hash).where(
        UsageRecord.tenant_id == tenant_of(session),
        tuple_(UsageRecord.source, UsageRecord.event_id).in_(keys),
    )
    stored = {(source, name): digest for source, name, digest in await session.execute(query)}
    for event in events:
        if stored[event.source, event.event_id] != event.payload_hash():
            raise UsageConflictError(event.source, event.event_id)
