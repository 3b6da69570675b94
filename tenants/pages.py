"""Pages of a list, newest first, by cursors that open only the list they were made for."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from tenants.errors import InvalidCursorError
from tenants.signing import ServerSecret

DEFAULT_LIMIT = 25
LARGEST_LIMIT = 100
_ID_BYTES = 16
_MAC_BYTES = 16

Item = TypeVar("Item")
RowT = TypeVar("RowT")


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """A part of a list; `next_cursor` leads to the rest and is null at the end."""

    data: list[Item]
    next_cursor: str | None


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller asked for; `scope` names the list and its filter, such as a path and query."""

    tenant_id: UUID
    scope: str
    secret: ServerSecret
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def after(self) -> UUID | None:
        """Return the id to go on after, or raise InvalidCursorError."""
        if self.cursor is None:
            return None
        try:
            sealed = urlsafe_b64decode(self.cursor.encode("ascii"))
        except (binascii.Error, ValueError):
            sealed = b""
        last, mac = sealed[:_ID_BYTES], sealed[_ID_BYTES:]
        if len(last) != _ID_BYTES or not hmac.compare_digest(mac, self._mac(last)):
            raise InvalidCursorError("This cursor belongs to another list; start without one.")
        return UUID(bytes=last)

    def cursor_after(self, last: UUID) -> str:
        """Seal the id that the next page goes on after."""
        return urlsafe_b64encode(last.bytes + self._mac(last.bytes)).decode()

    def _mac(self, last: bytes) -> bytes:
        bound = self.tenant_id.bytes + last + self.scope.encode()
        return self.secret.sign("cursor", bound)[:_MAC_BYTES]


async def read_page(
    session: AsyncSession,
    query: Select[RowT],
    column: InstrumentedAttribute[UUID] | ColumnElement[UUID],
    page: PageRequest,
    view: Callable[[RowT], Item],
) -> Page[Item]:
    """Run a query as one page, newest first by a UUIDv7 column; rows are shown by `view`."""
    after = page.after()
    if after is not None:
        query = query.where(column < after)
    rows = (await session.scalars(query.order_by(column.desc()).limit(page.limit + 1))).all()
    shown = rows[: page.limit]
    more = len(rows) > len(shown)
    return Page(
        data=[view(row) for row in shown],
        next_cursor=page.cursor_after(_id_of(shown[-1], column)) if more else None,
    )


def _id_of(row: Any, column: Any) -> UUID:
    identifier: UUID = getattr(row, column.key)
    return identifier
