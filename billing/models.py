"""The tables of money: what was measured, what is reserved, and the ledger that is the truth."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from billing.meters import Meter
from tenants.database import Base, TenantOwned, tenant_reference


class EntryKind(StrEnum):
    """What a ledger line does to the balance."""

    GRANT = "grant"  # credits come in
    HOLD = "hold"  # from available to held
    RELEASE = "release"  # the whole hold back, before its usage is charged
    USAGE = "usage"  # one measurement, paid by the customer, by the works, or by both


class WorksReason(StrEnum):
    """Why the works bears a cost instead of the customer."""

    NOT_BILLABLE = "not_billable"  # the build failed through the works' own fault
    ABOVE_HOLD = "above_hold"  # more was used than was reserved: a defect
    WITHOUT_HOLD = "without_hold"  # used when nothing was reserved any more: a defect


class LedgerEntry(TenantOwned, Base):
    """One line, written once: available credits are the sum of amounts, held ones of held."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source", "event_id"),
        tenant_reference("hold_id", "holds"),
        ForeignKeyConstraint(
            ["tenant_id", "source", "event_id"],
            ["usage_events.tenant_id", "usage_events.source", "usage_events.event_id"],
        ),
        Index(
            "ix_ledger_entries_hold_once",
            "tenant_id",
            "hold_id",
            "kind",
            unique=True,
            postgresql_where=text("kind in ('hold', 'release')"),
        ),
    )

    kind: Mapped[EntryKind]
    amount_micros: Mapped[int]
    held_micros: Mapped[int] = mapped_column(default=0)
    works_micros: Mapped[int] = mapped_column(default=0)
    works_reason: Mapped[WorksReason | None]
    build_id: Mapped[UUID | None]
    hold_id: Mapped[UUID | None]
    source: Mapped[str | None]
    event_id: Mapped[str | None]
    meter: Mapped[Meter | None]
    quantity: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Hold(TenantOwned, Base):
    """Credits set aside for a build before it spends them."""

    __tablename__ = "holds"
    __table_args__ = (Index(None, "tenant_id", "build_id"),)

    build_id: Mapped[UUID]
    amount_micros: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]
    is_billable: Mapped[bool | None]
    charged_micros: Mapped[int | None]
    works_micros: Mapped[int | None]


class Budget(Base):
    """How much a build or the whole tenant may spend; its row is the lock of whoever spends."""

    __tablename__ = "budgets"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    cap_micros: Mapped[int | None]
    spent_micros: Mapped[int] = mapped_column(server_default="0")
    held_micros: Mapped[int] = mapped_column(server_default="0")

    @property
    def used_micros(self) -> int:
        """What a cap counts: spent and held together."""
        return self.spent_micros + self.held_micros


class UsageRecord(Base):
    """A measurement as it came in, priced by the table of its day."""

    __tablename__ = "usage_events"
    __table_args__ = (
        Index(None, "tenant_id", "build_id"),
        tenant_reference("hold_id", "holds"),
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    build_id: Mapped[UUID]
    hold_id: Mapped[UUID | None]
    meter: Mapped[Meter]
    quantity: Mapped[int]
    cost_micros: Mapped[int]
    fence: Mapped[int]
    occurred_at: Mapped[datetime]
    ingested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    payload_hash: Mapped[bytes]
