"""Brings a database to the newest schema, in one transaction and one caller at a time."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text

from backend.migrations.roles import MIGRATION_LOCK
from tenants.database import psycopg_url

_alembic = threading.Lock()  # its `op` is one per process, whichever database a thread upgrades


def upgrade(owner_url: str) -> None:
    """Run every migration that is missing; all of them happen, or none."""
    engine = create_engine(psycopg_url(owner_url), poolclass=NullPool)
    with _alembic, engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        configuration = migration_config()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def is_current(url: str) -> bool:
    """Say whether a database is at the newest schema; any role may ask."""
    engine = create_engine(psycopg_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(migration_config()).get_heads())


def migration_config() -> Config:
    """Tell Alembic where the migrations are, without a file of its own."""
    configuration = Config()
    folder = str(Path(__file__).parent).replace("%", "%%")  # a ConfigParser reads it
    configuration.set_main_option("script_location", folder)
    configuration.set_main_option("path_separator", "os")
    return configuration
