"""What the routes of money show: whole micro-dollars, signs as the customer's balance sees them."""

from datetime import datetime
from uuid import UUID

import msgspec

from billing.ledger import Balance
from billing.models import LedgerEntry
from tenants.models import Tenant


class TenantView(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation; `balance_micros` may be spent, `held_micros` is set aside beside it."""

    id: UUID
    name: str
    created_at: datetime
    balance_micros: int
    held_micros: int

    @classmethod
    def of(cls, row: Tenant, balance: Balance) -> "TenantView":
        """Show a tenant's row with its balance."""
        return cls(
            id=row.id,
            name=row.name,
            created_at=row.created_at,
            balance_micros=balance.available_micros,
            held_micros=balance.held_micros,
        )


class LedgerEntryView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the ledger; `works_micros` is what the works pays of it, and `works_reason` why."""

    id: UUID
    kind: str
    amount_micros: int
    held_micros: int
    works_micros: int
    works_reason: str | None
    build_id: UUID | None
    meter: str | None
    quantity: int | None
    note: str
    created_at: datetime

    @classmethod
    def of(cls, row: LedgerEntry) -> "LedgerEntryView":
        """Show a line."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})
