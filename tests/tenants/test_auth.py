"""Who gets in by which key."""

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import create_async_engine

from backend.migrations.provision import DatabaseUrls
from tenants.auth import authenticate, check_still_welcome
from tenants.database import Database
from tenants.errors import ApiKeyRejectedError, TenantSuspendedError
from tenants.keys import make_key
from tenants.models import ApiKey
from tenants.service import KeyService, add_key
from tenants.signing import ServerSecret
from tests.tenants.parts import SECRET, Someone


async def test_key_names_its_tenant(works: Database, ada: Someone, bob: Someone) -> None:
    assert await authenticate(works, ada.header, SECRET) == ada.principal
    assert await authenticate(works, bob.header, SECRET) == bob.principal


async def test_scheme_is_read_in_any_case(works: Database, ada: Someone) -> None:
    header = ada.header.replace("Bearer ", "bearer   ")

    assert await authenticate(works, header, SECRET) == ada.principal


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "dw_live_x"])
async def test_without_bearer_key_nobody_gets_in(works: Database, header: str | None) -> None:
    with pytest.raises(ApiKeyRejectedError):
        await authenticate(works, header, SECRET)


async def test_mistyped_key_is_refused_before_any_query() -> None:
    nowhere = Database(create_async_engine("postgresql://nobody@127.0.0.1:1/nothing"))

    with pytest.raises(ApiKeyRejectedError, match="checksum"):
        await authenticate(nowhere, f"Bearer {make_key().text[:-6]}000000", SECRET)


async def test_well_formed_key_of_nobody_is_refused(works: Database) -> None:
    with pytest.raises(ApiKeyRejectedError, match="opens nothing"):
        await authenticate(works, f"Bearer {make_key().text}", SECRET)


async def test_key_under_another_server_secret_is_refused(works: Database, ada: Someone) -> None:
    with pytest.raises(ApiKeyRejectedError):
        await authenticate(works, ada.header, ServerSecret("x" * 32))


async def test_old_and_new_key_both_work_until_the_old_is_revoked(
    works: Database, ada: Someone
) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        row, key = await add_key(session, name="new", secret=SECRET)
    rotated = await authenticate(works, f"Bearer {key.text}", SECRET)
    assert (await authenticate(works, ada.header, SECRET)) == ada.principal

    async with works.tenant_session(ada.tenant_id) as session:
        await KeyService(session, rotated, SECRET).revoke(ada.principal.key_id)

    assert (await authenticate(works, f"Bearer {key.text}", SECRET)).key_id == row.id
    with pytest.raises(ApiKeyRejectedError):
        await authenticate(works, ada.header, SECRET)
    with pytest.raises(ApiKeyRejectedError):
        await check_still_welcome(works, ada.principal)


async def test_suspended_tenant_is_told_so(
    works: Database, shared_database: DatabaseUrls, ada: Someone, bob: Someone
) -> None:
    await check_still_welcome(works, ada.principal)
    with psycopg.connect(shared_database.owner) as owner:
        owner.execute("select set_config('app.tenant_id', %s, true)", [str(ada.tenant_id)])
        owner.execute("update tenants set suspended_at = now()")

    with pytest.raises(TenantSuspendedError):
        await authenticate(works, ada.header, SECRET)
    with pytest.raises(TenantSuspendedError):
        await check_still_welcome(works, ada.principal)
    await authenticate(works, bob.header, SECRET)


async def test_keys_that_share_a_public_id_open_their_own_doors(
    works: Database, ada: Someone, bob: Someone
) -> None:
    shared = ada.header.removeprefix("Bearer dw_live_")[:8]
    twin = ApiKey(tenant_id=bob.tenant_id, name="twin", public_id=shared, secret_hash=b"other")
    async with works.tenant_session(bob.tenant_id) as session:
        session.add(twin)

    assert (await authenticate(works, ada.header, SECRET)) == ada.principal


async def test_use_is_noted_once_a_minute(works: Database, ada: Someone) -> None:
    assert await _last_used(works, ada) is None
    await authenticate(works, ada.header, SECRET)
    first = await _last_used(works, ada)
    await authenticate(works, ada.header, SECRET)
    assert first is not None
    assert await _last_used(works, ada) == first

    async with works.tenant_session(ada.tenant_id) as session:
        await session.execute(update(ApiKey).values(last_used_at=first.replace(year=2020)))
    await authenticate(works, ada.header, SECRET)

    assert (await _last_used(works, ada)) > first


async def _last_used(works: Database, someone: Someone) -> object:
    async with works.tenant_session(someone.tenant_id) as session:
        return await session.scalar(
            select(ApiKey.last_used_at).where(ApiKey.id == someone.principal.key_id)
        )
