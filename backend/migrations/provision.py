"""Makes roles and database on a bare cluster, so that no installation starts by hand-typed SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from backend.migrations.roles import APP, MIGRATION_LOCK, OWNER, SYSTEM
from tenants.database import psycopg_url

# Roles belong to the cluster: whoever provisions takes turns on this number.
_LOCK_NUMBER = 0x0D12AF7
_ATTRIBUTES = "noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls"


@dataclass(frozen=True, kw_only=True)
class DatabaseUrls:
    """The two addresses of a provisioned database; `repr` keeps the passwords to itself."""

    owner: str
    app: str

    def __repr__(self) -> str:
        return "DatabaseUrls(…)"


def provision(
    superuser_url: str,
    *,
    database: str,
    owner_password: str,
    app_password: str,
    template: str = "template1",
) -> DatabaseUrls:
    """Make what is missing and set both passwords; running it again changes nothing else.

    Roles are shared by all databases of a cluster, so all of them need the same passwords.
    """
    url = psycopg_url(superuser_url)
    with _connect(url) as cluster:
        # Advisory locks live in one database, so every caller must come by the same URL's.
        cluster.execute("select pg_advisory_lock(%s)", [_LOCK_NUMBER])
        _ensure_login_role(cluster, OWNER, owner_password)
        _ensure_login_role(cluster, APP, app_password)
        _ensure_role(cluster, SYSTEM, login="nologin")
        cluster.execute(_format("grant {} to {}", SYSTEM, OWNER))
        _ensure_database(cluster, database, template)
        with _connect(url.set(database=database)) as inside:
            _secure_schema(inside, database)
    return DatabaseUrls(
        owner=_address(url, database, OWNER, owner_password),
        app=_address(url, database, APP, app_password),
    )


def _ensure_login_role(cluster: psycopg.Connection, role: str, password: str) -> None:
    _ensure_role(cluster, role, login="login")
    # Hashed on our side, so that no server log ever holds the password.
    verifier = cluster.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    cluster.execute(
        sql.SQL("alter role {} password {}").format(
            sql.Identifier(role), sql.Literal(verifier.decode())
        )
    )


def _ensure_role(cluster: psycopg.Connection, role: str, *, login: str) -> None:
    if cluster.execute("select from pg_roles where rolname = %s", [role]).rowcount == 0:
        cluster.execute(_format(f"create role {{}} {login} {_ATTRIBUTES}", role))


def _ensure_database(cluster: psycopg.Connection, database: str, template: str) -> None:
    if cluster.execute("select from pg_database where datname = %s", [database]).rowcount == 0:
        cluster.execute(
            _format("create database {} owner {} template {}", database, OWNER, template)
        )
    cluster.execute(_format("alter database {} owner to {}", database, OWNER))


def _secure_schema(inside: psycopg.Connection, database: str) -> None:
    # Migrations grant on the schema too: whoever changes it takes turns, or one of them fails.
    inside.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
    inside.execute(_format("alter schema public owner to {}", OWNER))
    inside.execute("revoke create on schema public from public")
    inside.execute(_format("grant usage on schema public to {}, {}", APP, SYSTEM))
    inside.execute(_format("revoke all on database {} from public", database))
    inside.execute(_format("grant connect on database {} to {}", database, APP))


def _format(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


@contextmanager
def _connect(url: URL) -> Iterator[psycopg.Connection]:
    arguments: dict[str, Any] = url.translate_connect_args(username="user", database="dbname")
    arguments |= url.query
    with psycopg.connect(**arguments, autocommit=True) as connection:
        yield connection


def _address(url: URL, database: str, role: str, password: str) -> str:
    address = url.set(drivername="postgresql", username=role, password=password, database=database)
    return address.render_as_string(hide_password=False)
