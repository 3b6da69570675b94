"""Tenants and their keys, made and ended."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.auth import authenticate
from tenants.database import Database, tenant_of
from tenants.errors import ApiKeyNotFoundError, LastApiKeyError, TenantNotFoundError
from tenants.ids import new_id
from tenants.models import ApiKey, AuditEntry
from tenants.service import KeyService, add_key, create_tenant, load_tenant
from tests.tenants.parts import SECRET, Someone


async def test_new_tenant_has_a_key_that_works(works: Database) -> None:
    made = await create_tenant(works, name="Ada", secret=SECRET, key_name="laptop")
    caller = await authenticate(works, f"Bearer {made.key.text}", SECRET)

    assert (caller.tenant_id, caller.key_id, caller.name) == (
        made.tenant_id,
        made.key_id,
        "laptop",
    )
    assert made.key.text not in repr(made)


async def test_welcome_happens_in_the_tenants_own_transaction(works: Database) -> None:
    welcomed = []

    async def refuse(session: AsyncSession) -> None:
        welcomed.append(tenant_of(session))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await create_tenant(works, name="Ada", secret=SECRET, welcome=refuse)

    async with works.tenant_session(welcomed[0]) as session:
        with pytest.raises(TenantNotFoundError):
            await load_tenant(session)


async def test_key_text_is_nowhere_in_the_database(works: Database, ada: Someone) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        rows = (await session.execute(select(ApiKey.__table__))).all()

    assert ada.header.removeprefix("Bearer ").encode() not in str(rows).encode()


async def test_unknown_and_foreign_keys_are_not_found(
    works: Database, ada: Someone, bob: Someone
) -> None:
    for key_id in (new_id(), bob.principal.key_id):
        async with works.tenant_session(ada.tenant_id) as session:
            with pytest.raises(ApiKeyNotFoundError):
                await KeyService(session, ada.principal, SECRET).revoke(key_id)


async def test_of_two_who_revoke_the_last_two_keys_one_is_refused(
    works: Database, ada: Someone
) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        row, _ = await add_key(session, name="second", secret=SECRET)

    async def revoke_second() -> None:
        async with works.tenant_session(ada.tenant_id) as session:
            await KeyService(session, ada.principal, SECRET).revoke(row.id)

    async with works.tenant_session(ada.tenant_id) as session:
        await KeyService(session, ada.principal, SECRET).revoke(ada.principal.key_id)
        other = asyncio.create_task(revoke_second())
        await asyncio.sleep(0.3)  # it gets as far as it can while this one has not committed

    with pytest.raises(LastApiKeyError):
        await other


async def test_last_key_error_says_what_to_do(works: Database, ada: Someone) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        with pytest.raises(LastApiKeyError, match="make another one"):
            await KeyService(session, ada.principal, SECRET).revoke(ada.principal.key_id)


async def test_making_and_ending_keys_is_audited(works: Database, ada: Someone) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        made = await KeyService(session, ada.principal, SECRET).create("CI")
        await KeyService(session, ada.principal, SECRET).revoke(made.id)
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.seq))).all()

    assert [(entry.action, entry.object) for entry in entries] == [
        ("tenant.created", f"tenant:{ada.tenant_id}"),
        ("key.created", f"key:{made.id}"),
        ("key.revoked", f"key:{made.id}"),
    ]
    assert entries[1].key_id == ada.principal.key_id
