"""Every table, whoever adds it, keeps tenants apart: asked of the catalog, not of the code."""

import importlib
import pkgutil
import warnings

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import NullPool, create_engine

import backend
import billing
import tenants
from backend.migrations.provision import DatabaseUrls
from tenants.database import Base, psycopg_url
from tests.tenants.catalog import CHECKS, VIEWS

# One thing wrong for each check: (statements, the offender's name as the check tells it).
WRONG = {
    "belongs to a tenant": ("create table bad (id int primary key)", "bad"),
    "row-level security is on and forced": (
        "create table bad (tenant_id uuid); alter table bad enable row level security",
        "bad",
    ),
    "has the tenant policy, for reading and writing": (
        """create table bad (tenant_id uuid); create policy tenant on bad for select
           using (tenant_id = current_setting('app.tenant_id', true)::uuid)""",
        "bad",
    ),
    "no other policy widens it, except for the system role": (
        "create policy support on tenants for select using (true)",
        "tenants: support",
    ),
    "unique keys start with the tenant": (
        "create unique index bad on tenants (name, id)",
        "bad",
    ),
    "an index starts with the tenant": ("create table bad (tenant_id uuid)", "bad"),
    "references carry the tenant along": (
        "create table bad (tenant_id uuid, other uuid constraint bad_key references tenants (id))",
        "bad_key of bad",
    ),
    "views ask as their caller": ("create view bad as select * from tenants", "bad"),
    "functions with another's rights are the system role's, closed and pinned": (
        "create function bad() returns int language sql security definer as 'select 1'",
        "bad()",
    ),
    "the app owns nothing and may not empty tables": (
        "grant truncate on tenants to draftworks_app",
        "tenants",
    ),
    "append-only tables stay so": (
        "grant update on ledger_entries to draftworks_app",
        "ledger_entries",
    ),
}


def offenders_of(owner: psycopg.Connection, check: str) -> list[str]:
    owner.execute(VIEWS.encode())
    return [row[0] for row in owner.execute(CHECKS[check].query.encode())]


@pytest.mark.parametrize("check", CHECKS)
def test_no_table_offends(shared_database: DatabaseUrls, check: str) -> None:
    with psycopg.connect(shared_database.owner) as owner:
        offenders = offenders_of(owner, check)

    assert offenders == [], CHECKS[check].remedy


@pytest.mark.parametrize("check", CHECKS)
def test_offence_would_be_seen(shared_database: DatabaseUrls, check: str) -> None:
    statements, offender = WRONG[check]
    with psycopg.connect(shared_database.owner) as owner:
        owner.execute(statements.encode())
        offenders = offenders_of(owner, check)
        owner.rollback()

    assert offenders == [offender]


def test_models_and_migrations_say_the_same(shared_database: DatabaseUrls) -> None:
    for package in (tenants, billing, backend):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".models"):
                importlib.import_module(module.name)
    engine = create_engine(psycopg_url(shared_database.owner), poolclass=NullPool)
    with engine.connect() as connection, warnings.catch_warnings():
        # Alembic cannot compare an index with an expression and says so
        warnings.filterwarnings("ignore", message="autogenerate skipping", category=UserWarning)
        context = MigrationContext.configure(connection, opts={"include_object": _is_compared})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def _is_compared(
    item: object,
    name: str | None,
    kind: str,
    reflected: bool,  # noqa: FBT001 - Alembic's signature
    other: object,
) -> bool:
    """Leave indexes that only a migration knows alone: they change speed, not meaning."""
    return not (kind == "index" and reflected and other is None)
