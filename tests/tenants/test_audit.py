"""The audit trail: written once, chained, and any change to it is seen."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from backend.embedded import EmbeddedPostgres
from backend.migrations.provision import DatabaseUrls
from tenants import audit
from tenants.database import Database, psycopg_url
from tests.tenants.parts import Someone, make_someone


async def act(works: Database, someone: Someone, action: str) -> None:
    async with works.tenant_session(someone.tenant_id) as session:
        await audit.record(
            session, action, "build:1", by=someone.principal, request_id="r", after={"b": 1, "a": 2}
        )


async def first_broken(works: Database, someone: Someone) -> int | None:
    async with works.tenant_session(someone.tenant_id) as session:
        return await audit.first_broken(session)


async def test_chain_holds_with_many_writers(works: Database, ada: Someone, bob: Someone) -> None:
    await asyncio.gather(*(act(works, someone, "act") for someone in (ada, bob) * 10))

    async with works.tenant_session(ada.tenant_id) as session:
        seqs = (await session.scalars(text("select seq from audit_entries order by seq"))).all()
    assert seqs == list(range(1, 12))
    assert await first_broken(works, ada) is None
    assert await first_broken(works, bob) is None


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("update audit_entries set actor = 'somebody else' where seq = 3", 3),
        ("update audit_entries set after_hash = null where seq = 2", 2),
        ("update audit_entries set at = at - interval '1 day' where seq = 4", 4),
        ("delete from audit_entries where seq = 3", 3),
        ("delete from audit_entries where seq = 1", 1),
        ("update audit_entries set seq = seq + 10 where seq > 2", 3),
    ],
)
async def test_tampering_is_seen(
    empty_works: Database,
    database: DatabaseUrls,
    postgres: EmbeddedPostgres,
    tampering: str,
    broken: int,
) -> None:
    ada = await make_someone(empty_works)
    for number in range(4):
        await act(empty_works, ada, f"act {number}")
    assert await first_broken(empty_works, ada) is None
    arguments = psycopg_url(postgres.superuser_url).set(
        drivername="postgresql", database=psycopg_url(database.app).database
    )
    with psycopg.connect(arguments.render_as_string(hide_password=False)) as superuser:
        superuser.execute("alter table audit_entries disable trigger append_only")
        superuser.execute(tampering)
        superuser.execute("alter table audit_entries enable trigger append_only")

    assert await first_broken(empty_works, ada) == broken


@pytest.mark.parametrize(
    "change", ["update audit_entries set actor = ''", "delete from audit_entries"]
)
async def test_app_cannot_change_it(works: Database, ada: Someone, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with works.tenant_session(ada.tenant_id) as session:
            await session.execute(text(change))
