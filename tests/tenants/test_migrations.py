"""From a bare cluster to a schema: repeatable, and safe when several do it at once."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from backend.embedded import EmbeddedPostgres
from backend.migrations.provision import DatabaseUrls, provision
from backend.migrations.upgrade import is_current, upgrade
from tests.conftest import _APP_PASSWORD, _OWNER_PASSWORD


@pytest.fixture
def names(postgres: EmbeddedPostgres) -> Iterator[list[str]]:
    names = [f"tests_{secrets.token_hex(4)}" for _ in range(4)]
    yield names
    with psycopg.connect(postgres.superuser_url, autocommit=True) as superuser:
        for name in names:
            superuser.execute(f"drop database if exists {name} with (force)")


def make(postgres: EmbeddedPostgres, name: str) -> DatabaseUrls:
    urls = provision(
        postgres.superuser_url,
        database=name,
        owner_password=_OWNER_PASSWORD,
        app_password=_APP_PASSWORD,
    )
    upgrade(urls.owner)
    return urls


def test_again_changes_nothing(postgres: EmbeddedPostgres, names: list[str]) -> None:
    first = make(postgres, names[0])
    with psycopg.connect(first.owner) as owner:
        before = owner.execute("select version_num, now() from alembic_version").fetchone()
    second = make(postgres, names[0])
    with psycopg.connect(second.owner) as owner:
        after = owner.execute("select version_num, now() from alembic_version").fetchone()

    assert first == second
    assert before is not None
    assert after is not None
    assert before[0] == after[0]


def test_four_databases_and_four_callers_at_once(
    postgres: EmbeddedPostgres, names: list[str]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda name: make(postgres, name), names * 2))

    assert all(is_current(urls.app) for urls in made)


def test_database_without_migrations_is_not_current(
    postgres: EmbeddedPostgres, names: list[str]
) -> None:
    urls = provision(
        postgres.superuser_url,
        database=names[0],
        owner_password=_OWNER_PASSWORD,
        app_password=_APP_PASSWORD,
    )

    assert not is_current(urls.app)


def test_strangers_may_not_connect(postgres: EmbeddedPostgres, names: list[str]) -> None:
    make(postgres, names[0])
    with psycopg.connect(postgres.superuser_url) as superuser:
        may = superuser.execute(
            "select has_database_privilege('public', %s, 'connect')", [names[0]]
        ).fetchone()

    assert may == (False,)


def test_any_password_makes_a_working_address(postgres: EmbeddedPostgres, names: list[str]) -> None:
    odd = "p@ss/w:rd' \"%20+é"
    try:
        urls = provision(
            postgres.superuser_url, database=names[0], owner_password=odd, app_password=odd
        )
        upgrade(urls.owner)
        assert is_current(urls.app)
        assert odd not in repr(urls)
    finally:
        make(postgres, names[0])  # the cluster's other databases share the roles


def test_failing_migration_leaves_no_trace(postgres: EmbeddedPostgres, names: list[str]) -> None:
    urls = provision(
        postgres.superuser_url,
        database=names[0],
        owner_password=_OWNER_PASSWORD,
        app_password=_APP_PASSWORD,
    )
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute("create table ledger_entries (in_the_way int)")
        with pytest.raises(Exception, match="ledger_entries"):
            upgrade(urls.owner)
        rows = owner.execute("select relname from pg_class where relname = 'tenants'").fetchall()

    assert rows == []
    assert not is_current(urls.app)
