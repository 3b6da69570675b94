"""Makes tenants and their keys; whatever it does happens within the caller's transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tenants import audit
from tenants.auth import Principal
from tenants.database import Database, tenant_of
from tenants.errors import ApiKeyNotFoundError, LastApiKeyError, TenantNotFoundError
from tenants.ids import new_id
from tenants.keys import KeyText, make_key
from tenants.models import ApiKey, Tenant
from tenants.pages import Page, PageRequest, read_page
from tenants.schemas import KeyView, NewKeyView
from tenants.signing import ServerSecret

Welcome = Callable[[AsyncSession], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class NewTenant:
    """A tenant just made, with its first key, which is shown here and never again."""

    tenant_id: UUID
    key_id: UUID
    key: KeyText


async def create_tenant(
    database: Database,
    *,
    name: str,
    secret: ServerSecret,
    key_name: str = "first key",
    welcome: Welcome | None = None,
) -> NewTenant:
    """Make a tenant and its first key in one transaction; `welcome` may add starting credits."""
    tenant_id = new_id()
    async with database.tenant_session(tenant_id) as session:
        session.add(Tenant(id=tenant_id, name=name))
        await session.flush()
        row, key = await add_key(session, name=key_name, secret=secret)
        if welcome is not None:
            await welcome(session)
        await audit.record(session, "tenant.created", f"tenant:{tenant_id}", by="operator")
    return NewTenant(tenant_id=tenant_id, key_id=row.id, key=key)


async def add_key(
    session: AsyncSession, *, name: str, secret: ServerSecret
) -> tuple[ApiKey, KeyText]:
    """Store a new key of the session's tenant; return the row and the key itself."""
    key = make_key()
    row = ApiKey(
        tenant_id=tenant_of(session),
        id=new_id(),
        name=name,
        public_id=key.public_id,
        secret_hash=key.digest(secret),
        created_at=datetime.now(UTC),
    )
    session.add(row)
    await session.flush()
    return row, key


async def load_tenant(session: AsyncSession) -> Tenant:
    """Return the session's own tenant, or raise TenantNotFoundError."""
    tenant = await session.get(Tenant, tenant_of(session))
    if tenant is None:
        raise TenantNotFoundError(tenant_of(session))
    return tenant


@dataclass(frozen=True)
class KeyService:
    """One caller's keys, within one transaction."""

    session: AsyncSession
    principal: Principal
    secret: ServerSecret

    async def create(self, name: str) -> NewKeyView:
        """Make a key beside the others, so that keys can be changed without a pause."""
        row, key = await add_key(self.session, name=name, secret=self.secret)
        await self._audit("key.created", row)
        return NewKeyView.of(row, key.text)

    async def list(self, page: PageRequest) -> Page[KeyView]:
        """Return the live keys, newest first."""
        query = select(ApiKey).where(
            ApiKey.tenant_id == tenant_of(self.session), ApiKey.revoked_at.is_(None)
        )
        return await read_page(self.session, query, ApiKey.id, page, KeyView.of)

    async def revoke(self, key_id: UUID) -> None:
        """End a key for good, unless it is the last one that works."""
        live = await self._lock_live_keys()
        if key_id not in live:
            raise ApiKeyNotFoundError(key_id)
        if len(live) == 1:
            raise LastApiKeyError(key_id)
        live[key_id].revoked_at = datetime.now(UTC)
        await self.session.flush()
        await self._audit("key.revoked", live[key_id])

    async def _lock_live_keys(self) -> dict[UUID, ApiKey]:
        """Lock in id order: of two who revoke the last two keys, the second sees one left."""
        query = (
            select(ApiKey)
            .where(ApiKey.tenant_id == tenant_of(self.session), ApiKey.revoked_at.is_(None))
            .order_by(ApiKey.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return {row.id: row for row in await self.session.scalars(query)}

    async def _audit(self, action: str, row: ApiKey) -> None:
        await audit.record(
            self.session,
            action,
            f"key:{row.id}",
            by=self.principal,
            after={"name": row.name, "public_id": row.public_id},
        )
