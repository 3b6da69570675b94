"""Credits: granted, held before work starts, settled by what was measured; balances are sums.

hold     available → held, refused when credits or a cap do not cover it
settle   the whole hold back, then one line per measurement: the customer pays at most the hold,
         the works bears the rest, and everything when the build failed through its own fault
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, ColumnElement, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from billing.budgets import TENANT_BUDGET, build_budget, lock_budgets, reserve_room
from billing.errors import HoldNotFoundError, InvalidAmountError, OutOfCreditsError
from billing.models import EntryKind, Hold, LedgerEntry, UsageRecord, WorksReason
from billing.usage import usage_line
from tenants.database import tenant_of
from tenants.ids import new_id


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenant may still spend, and what is set aside for builds under way."""

    available_micros: int
    held_micros: int


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """How a hold ended. A defect: the works used more than it had reserved."""

    hold_id: UUID
    build_id: UUID
    held_micros: int
    charged_micros: int
    works_micros: int
    is_billable: bool
    was_settled_before: bool

    @property
    def released_micros(self) -> int:
        """What went back to the customer."""
        return self.held_micros - self.charged_micros

    @property
    def is_defect(self) -> bool:
        """Whether usage went above its hold."""
        return self.is_billable and self.works_micros > 0


async def grant(session: AsyncSession, amount_micros: int, note: str) -> LedgerEntry:
    """Add credits; the note says why."""
    entry = _entry(session, EntryKind.GRANT, _positive(amount_micros), note=note)
    session.add(entry)
    await session.flush()
    return entry


async def balance(session: AsyncSession) -> Balance:
    """Add the ledger up."""
    query = select(_total(LedgerEntry.amount_micros), _total(LedgerEntry.held_micros)).where(
        LedgerEntry.tenant_id == tenant_of(session)
    )
    available, held = (await session.execute(query)).one()
    return Balance(available_micros=available, held_micros=held)


async def hold(session: AsyncSession, *, build_id: UUID, amount_micros: int) -> UUID:
    """Set credits aside for a build, or raise OutOfCreditsError or BudgetCapError."""
    _positive(amount_micros)
    budgets = await lock_budgets(session, build_budget(build_id), TENANT_BUDGET)
    # A statement of its own, after the lock: only so does it see what others just held.
    available = (await balance(session)).available_micros
    if amount_micros > available:
        raise OutOfCreditsError(amount_micros, available)
    reserve_room(budgets, amount_micros)
    row = Hold(
        tenant_id=tenant_of(session), id=new_id(), build_id=build_id, amount_micros=amount_micros
    )
    session.add(row)
    await session.flush()
    session.add(_hold_entry(session, EntryKind.HOLD, row))
    await session.flush()
    return row.id


async def settle(session: AsyncSession, hold_id: UUID, *, billable: bool) -> Settlement:
    """End a hold by the usage of its build; a second call changes nothing and says so."""
    row = await _load_hold(session, hold_id)
    budgets = await lock_budgets(session, build_budget(row.build_id), TENANT_BUDGET)
    await session.refresh(row)  # somebody may have settled it while we waited for the lock
    if row.settled_at is not None:
        return _settlement(row, was_settled_before=True)
    release = _hold_entry(session, EntryKind.RELEASE, row)
    lines = _share(row, await _unpaid_usage(session, row), billable=billable)
    _close(row, lines, billable=billable)
    for budget in budgets:
        budget.held_micros -= row.amount_micros
        budget.spent_micros += row.charged_micros or 0
    session.add_all([release, *lines])
    await session.flush()
    return _settlement(row, was_settled_before=False)


async def settle_build(
    session: AsyncSession, build_id: UUID, *, billable: bool
) -> list[Settlement]:
    """Settle every hold that a build still has open, oldest first."""
    query = (
        select(Hold.id)
        .where(
            Hold.tenant_id == tenant_of(session),
            Hold.build_id == build_id,
            Hold.settled_at.is_(None),
        )
        .order_by(Hold.id)
    )
    open_holds = (await session.scalars(query)).all()
    return [await settle(session, hold_id, billable=billable) for hold_id in open_holds]


def _share(row: Hold, usage: Sequence[UsageRecord], *, billable: bool) -> list[LedgerEntry]:
    """Charge measurement by measurement until the hold is used up; the works bears the rest."""
    left = row.amount_micros if billable else 0
    reason = WorksReason.ABOVE_HOLD if billable else WorksReason.NOT_BILLABLE
    lines = []
    for record in usage:
        charged = min(record.cost_micros, left)
        left -= charged
        works = record.cost_micros - charged
        lines.append(
            usage_line(
                record, hold_id=row.id, charged_micros=charged, works_micros=works, reason=reason
            )
        )
    return lines


def _close(row: Hold, lines: Sequence[LedgerEntry], *, billable: bool) -> None:
    row.settled_at = datetime.now(UTC)
    row.is_billable = billable
    row.charged_micros = -sum(line.amount_micros for line in lines)
    row.works_micros = sum(line.works_micros for line in lines)


def _settlement(row: Hold, *, was_settled_before: bool) -> Settlement:
    return Settlement(
        hold_id=row.id,
        build_id=row.build_id,
        held_micros=row.amount_micros,
        charged_micros=row.charged_micros or 0,
        works_micros=row.works_micros or 0,
        is_billable=bool(row.is_billable),
        was_settled_before=was_settled_before,
    )


async def _load_hold(session: AsyncSession, hold_id: UUID) -> Hold:
    row = await session.get(Hold, (tenant_of(session), hold_id))
    if row is None:
        raise HoldNotFoundError(hold_id)
    return row


async def _unpaid_usage(session: AsyncSession, row: Hold) -> Sequence[UsageRecord]:
    """Find what this hold pays for: measured for it or for no hold in particular, not yet paid."""
    is_paid = exists().where(
        LedgerEntry.tenant_id == UsageRecord.tenant_id,
        LedgerEntry.source == UsageRecord.source,
        LedgerEntry.event_id == UsageRecord.event_id,
    )
    query = (
        select(UsageRecord)
        .where(
            UsageRecord.tenant_id == row.tenant_id,
            UsageRecord.build_id == row.build_id,
            or_(UsageRecord.hold_id.is_(None), UsageRecord.hold_id == row.id),
            ~is_paid,
        )
        .order_by(UsageRecord.occurred_at, UsageRecord.source, UsageRecord.event_id)
    )
    return (await session.scalars(query)).all()


def _hold_entry(session: AsyncSession, kind: EntryKind, row: Hold) -> LedgerEntry:
    amount = row.amount_micros if kind is EntryKind.RELEASE else -row.amount_micros
    entry = _entry(session, kind, amount)
    entry.held_micros, entry.build_id, entry.hold_id = -amount, row.build_id, row.id
    return entry


def _entry(
    session: AsyncSession, kind: EntryKind, amount_micros: int, *, note: str = ""
) -> LedgerEntry:
    return LedgerEntry(
        tenant_id=tenant_of(session), id=new_id(), kind=kind, amount_micros=amount_micros, note=note
    )


def _total(column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Sum as bigint: left alone it comes back as numeric, a Decimal in the place of an integer."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _positive(amount_micros: int) -> int:
    if amount_micros <= 0:
        raise InvalidAmountError(amount_micros)
    return amount_micros
