"""A request that must not happen twice: its answer is committed together with its effect."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from litestar import MediaType, Response
from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.database import Database, tenant_of
from tenants.errors import (
    IdempotencyKeyInvalidError,
    IdempotencyKeyReusedError,
    RequestInFlightError,
)
from tenants.models import IdempotencyRecord

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255
_WAIT = text("set local lock_timeout = '200ms'")
_WAIT_NO_MORE = text("set local lock_timeout to default")

View = TypeVar("View")


@dataclass(frozen=True, kw_only=True)
class IdempotentRequest:
    """One POST within its transaction; without a key it simply runs."""

    session: AsyncSession
    key: str | None
    fingerprint: bytes

    def __post_init__(self) -> None:
        if self.key is None:
            return
        if not (0 < len(self.key) <= LONGEST_KEY and self.key.isascii() and self.key.isprintable()):
            raise IdempotencyKeyInvalidError(
                f"An {HEADER} is 1 to {LONGEST_KEY} printable ASCII characters."
            )

    async def run(
        self,
        effect: Callable[[], Awaitable[View]],
        *,
        status: int,
        remember: Callable[[View], View] | None = None,
    ) -> Response[View]:
        """Run the effect and answer, or answer as the first time.

        What `remember` returns is kept instead of the view, for answers that carry a secret.
        """
        if self.key is not None and not await self._claim(self.key):
            return await self._replay(self.key)
        view = await effect()
        if self.key is not None:
            await self._keep(self.key, status, remember(view) if remember else view)
        return Response(view, status_code=status, media_type=MediaType.JSON)

    async def _claim(self, key: str) -> bool:
        """Be the first with this key; a first one still running holds the row's lock."""
        row = {"tenant_id": tenant_of(self.session), "key": key, "fingerprint": self.fingerprint}
        statement = insert(IdempotencyRecord).values(row).on_conflict_do_nothing()
        await self.session.execute(_WAIT)
        try:
            claimed = await self.session.execute(statement.returning(IdempotencyRecord.key))
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise RequestInFlightError(key) from error
            raise
        await self.session.execute(_WAIT_NO_MORE)
        return claimed.one_or_none() is not None

    async def _replay(self, key: str) -> Response[Any]:
        query = select(
            IdempotencyRecord.fingerprint, IdempotencyRecord.status, IdempotencyRecord.body
        ).where(
            IdempotencyRecord.tenant_id == tenant_of(self.session), IdempotencyRecord.key == key
        )
        fingerprint, status, body = (await self.session.execute(query)).one()
        if fingerprint != self.fingerprint:
            raise IdempotencyKeyReusedError(key)
        return Response(
            body,
            status_code=status,
            media_type=MediaType.JSON,
            headers={REPLAYED_HEADER: "true"},
        )

    async def _keep(self, key: str, status: int, view: object) -> None:
        await self.session.execute(
            update(IdempotencyRecord)
            .where(
                IdempotencyRecord.tenant_id == tenant_of(self.session), IdempotencyRecord.key == key
            )
            .values(status=status, body=msgspec.json.encode(view))
        )


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """Tell one request from another: same key, same fingerprint, or it is refused."""
    digest = hashlib.sha256()
    for part in (method.encode(), path.encode(), body):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()


async def forget_old_requests(database: Database, *, now: datetime | None = None) -> int:
    """Drop answers kept longer than a day, of all tenants; return how many."""
    before = (now or datetime.now(UTC)) - KEPT_FOR
    async with database.operator_session() as session:
        count = await session.scalar(select(func.forget_idempotency_keys(before)))
    return int(count or 0)
