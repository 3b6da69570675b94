"""What the routes of tenants take and give, apart from the rows behind them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from tenants.models import ApiKey

KeyName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CreateKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for another key; the name says who or what will use it."""

    name: KeyName


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """A live key, without anything that opens a door."""

    id: UUID
    name: str
    public_id: str
    created_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: ApiKey) -> "KeyView":
        """Show a key's row."""
        return cls(
            id=row.id,
            name=row.name,
            public_id=row.public_id,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )


class NewKeyView(msgspec.Struct, frozen=True, kw_only=True):
    """A key just made; `secret` is the whole key, shown once: a replayed answer has null."""

    id: UUID
    name: str
    public_id: str
    created_at: datetime
    last_used_at: datetime | None
    secret: str | None

    @classmethod
    def of(cls, row: ApiKey, secret: str) -> "NewKeyView":
        """Show a key's row together with the key itself."""
        return cls(**msgspec.structs.asdict(KeyView.of(row)), secret=secret)

    def without_secret(self) -> "NewKeyView":
        """Return what may be written down."""
        return msgspec.structs.replace(self, secret=None)
