"""Says who is calling: from an Authorization header to a tenant, or to a refusal."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Row, exists, select, text, update
from sqlalchemy.sql.functions import now

from tenants.database import Database
from tenants.errors import ApiKeyRejectedError, TenantSuspendedError
from tenants.keys import KeyText, read_key
from tenants.models import ApiKey, Tenant
from tenants.signing import ServerSecret

USE_IS_NOTED_EVERY = timedelta(minutes=1)
_FIND = text(
    "select tenant_id, key_id, key_name, secret_hash, last_used_at, is_suspended"
    " from find_api_keys(:public_id)"
)


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """The caller: a tenant, by one of its keys; `name` is the key's name."""

    tenant_id: UUID
    key_id: UUID
    name: str


class _Found(NamedTuple):
    principal: Principal
    last_used_at: datetime | None


async def authenticate(database: Database, header: str | None, secret: ServerSecret) -> Principal:
    """Turn an Authorization header into the caller, or raise why it opens nothing."""
    key = read_key(_bearer(header))
    found = await _find(database, key, key.digest(secret))
    await _note_use(database, found)
    return found.principal


async def check_still_welcome(database: Database, principal: Principal) -> None:
    """Raise if the key was revoked or the tenant suspended since: for streams that stay open."""
    mine = exists().where(
        ApiKey.tenant_id == principal.tenant_id,
        ApiKey.id == principal.key_id,
        ApiKey.revoked_at.is_(None),
    )
    query = select(mine, Tenant.suspended_at.is_not(None)).where(Tenant.id == principal.tenant_id)
    async with database.tenant_session(principal.tenant_id) as session:
        is_live, is_suspended = (await session.execute(query)).one()
    if not is_live:
        raise ApiKeyRejectedError("This API key opens nothing any more.")
    if is_suspended:
        raise TenantSuspendedError(principal.tenant_id)


def _bearer(header: str | None) -> str:
    scheme, _, credentials = (header or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not credentials:
        raise ApiKeyRejectedError("Send your API key as 'Authorization: Bearer dw_live_…'.")
    return credentials.strip()


async def _find(database: Database, key: KeyText, digest: bytes) -> _Found:
    async with database.operator_session() as session:
        rows = (await session.execute(_FIND, {"public_id": key.public_id})).all()
    # Public ids are random, not unique: every key that shares one is compared.
    found = [row for row in rows if hmac.compare_digest(row.secret_hash, digest)]
    if not found:
        raise ApiKeyRejectedError("This API key opens nothing: it is unknown or was revoked.")
    return _welcome(found[0])


def _welcome(row: Row[tuple[object, ...]]) -> _Found:
    if row.is_suspended:
        raise TenantSuspendedError(row.tenant_id)
    principal = Principal(tenant_id=row.tenant_id, key_id=row.key_id, name=row.key_name)
    return _Found(principal, row.last_used_at)


async def _note_use(database: Database, found: _Found) -> None:
    """Write down that the key was used, but not at every request."""
    stale_before = datetime.now(UTC) - USE_IS_NOTED_EVERY
    if found.last_used_at is not None and found.last_used_at > stale_before:
        return
    principal = found.principal
    touch = (
        update(ApiKey)
        .where(ApiKey.tenant_id == principal.tenant_id, ApiKey.id == principal.key_id)
        .values(last_used_at=now())
    )
    async with database.tenant_session(principal.tenant_id) as session:
        await session.execute(touch, execution_options={"synchronize_session": False})
