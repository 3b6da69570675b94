"""The door: what a session sees, what it cannot do, and that it fails closed."""

import asyncio
from typing import cast
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import async_sessionmaker

from backend.embedded import EmbeddedPostgres
from backend.migrations.provision import DatabaseUrls
from tenants.database import Database, TenantSession, psycopg_url, tenant_of
from tenants.errors import MissingTenantError, UnsafeDatabaseRoleError
from tenants.ids import new_id
from tenants.models import ApiKey, Tenant
from tests.tenants.parts import Someone, make_someone, opened

NAMES = select(Tenant.name)


async def test_tenant_sees_its_own_rows_only(works: Database, ada: Someone, bob: Someone) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        assert (await session.scalars(NAMES)).all() == ["Ada's bicycles"]
        assert await session.get(Tenant, bob.tenant_id) is None
        assert {key.tenant_id for key in await session.scalars(select(ApiKey))} == {ada.tenant_id}


async def test_operator_session_sees_no_rows(works: Database, ada: Someone) -> None:
    async with works.operator_session() as session:
        assert (await session.scalars(NAMES)).all() == []
        with pytest.raises(MissingTenantError):
            tenant_of(session)


async def test_raw_connection_sees_no_rows_even_after_a_tenant(
    database: DatabaseUrls,
) -> None:
    async with opened(database.app, pool_size=1, max_overflow=0) as works:
        await make_someone(works)
        async with works.engine.connect() as connection:
            assert (await connection.execute(NAMES)).all() == []
            assert (await connection.scalar(text("show app.tenant_id"))) == ""


async def test_session_without_tenant_fails_at_its_first_statement(works: Database) -> None:
    make_session = async_sessionmaker(works.engine, sync_session_class=TenantSession)
    async with make_session() as session:
        with pytest.raises(MissingTenantError):
            await session.scalars(NAMES)


@pytest.mark.parametrize("nobody", [None, "", "01a207b3-c3a4-7f3a-b776-8674d7b847b5"])
async def test_only_a_real_id_opens_a_session(works: Database, nobody: object) -> None:
    with pytest.raises(MissingTenantError):
        async with works.tenant_session(cast("UUID", nobody)):
            pass


async def test_tenant_survives_commit_and_savepoints(works: Database, ada: Someone) -> None:
    async with works._tenant_sessions(info={"tenant_id": ada.tenant_id}) as session:  # noqa: SLF001 - the door itself gives one transaction only
        for _ in range(2):
            async with session.begin_nested() as savepoint:
                await savepoint.rollback()
            assert len((await session.scalars(NAMES)).all()) == 1
            await session.commit()


async def test_error_rolls_everything_back(works: Database, ada: Someone) -> None:
    async def rename_and_fail() -> None:
        async with works.tenant_session(ada.tenant_id) as session:
            await session.execute(text("update tenants set name = 'gone'"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await rename_and_fail()

    async with works.tenant_session(ada.tenant_id) as session:
        assert (await session.scalars(NAMES)).all() == ["Ada's bicycles"]


async def test_cancelled_session_gives_its_connection_back(database: DatabaseUrls) -> None:
    async with opened(database.app, pool_size=1, max_overflow=0) as works:
        ada = await make_someone(works)

        async def sleep_inside() -> None:
            async with works.tenant_session(ada.tenant_id) as session:
                await session.execute(text("select pg_sleep(60)"))

        task = asyncio.create_task(sleep_inside())
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5), works.tenant_session(ada.tenant_id) as session:
            assert len((await session.scalars(NAMES)).all()) == 1


async def test_row_for_another_tenant_is_refused(
    works: Database, ada: Someone, bob: Someone
) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with works.tenant_session(ada.tenant_id) as session:
            session.add(ApiKey(tenant_id=bob.tenant_id, name="x", public_id="x", secret_hash=b"x"))


async def test_reference_to_another_tenants_row_is_refused(
    works: Database, ada: Someone, bob: Someone
) -> None:
    hold = new_id()
    insert_hold = text(
        "insert into holds (tenant_id, id, build_id, amount_micros) values (:t, :id, :id, 1)"
    )
    refer = text(
        "insert into ledger_entries (tenant_id, id, kind, amount_micros, held_micros, hold_id)"
        " values (:t, :id, 'hold', -1, 1, :id)"
    )
    async with works.tenant_session(bob.tenant_id) as session:
        await session.execute(insert_hold, {"t": bob.tenant_id, "id": hold})

    with pytest.raises(IntegrityError, match="foreign key"):
        async with works.tenant_session(ada.tenant_id) as session:
            await session.execute(refer, {"t": ada.tenant_id, "id": hold})


@pytest.mark.parametrize(
    "attempt",
    [
        "set role postgres",
        "set role draftworks_owner",
        "set role draftworks_system",
        "set session authorization postgres",
        "alter table tenants disable row level security",
        "alter table ledger_entries disable trigger all",
        "drop policy tenant on tenants",
        "create policy mine on tenants using (true)",
        "create table mine (id int)",
        "truncate audit_entries",
        "delete from tenants",
        "update tenants set suspended_at = null",
        "update alembic_version set version_num = 'x'",
        "set row_security = off; select * from tenants",
        "copy (select 1) to program 'id'",
    ],
)
async def test_way_around_the_policies_is_refused(
    works: Database, ada: Someone, attempt: str
) -> None:
    with pytest.raises(ProgrammingError):
        async with works.tenant_session(ada.tenant_id) as session:
            await session.execute(text(attempt))


async def test_superuser_and_owner_are_refused_at_the_start(
    database: DatabaseUrls, postgres: EmbeddedPostgres
) -> None:
    superuser = psycopg_url(postgres.superuser_url).set(database=psycopg_url(database.app).database)
    for url in (superuser.render_as_string(hide_password=False), database.owner):
        with pytest.raises(UnsafeDatabaseRoleError):
            async with opened(url):
                pass


async def test_role_that_may_become_mighty_is_refused(
    database: DatabaseUrls, postgres: EmbeddedPostgres
) -> None:
    with psycopg.connect(postgres.superuser_url, autocommit=True) as superuser:
        superuser.execute("create role tests_mighty bypassrls")
        superuser.execute("create role tests_climber login password 'x'")
        try:
            superuser.execute("grant tests_mighty to tests_climber")
            name = psycopg_url(database.app).database
            superuser.execute(f"grant connect on database {name} to tests_climber")
            url = psycopg_url(database.app).set(username="tests_climber", password="x")
            with pytest.raises(UnsafeDatabaseRoleError, match="tests_mighty"):
                async with opened(url.render_as_string(hide_password=False)):
                    pass
        finally:
            superuser.execute(f"revoke connect on database {name} from tests_climber")
            superuser.execute("drop role tests_climber; drop role tests_mighty")


async def test_ids_sort_by_age() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
