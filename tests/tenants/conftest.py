"""A database that tests share, and two tenants who must never meet in it."""

from collections.abc import AsyncIterator

import pytest

from backend.embedded import EmbeddedPostgres
from backend.migrations.provision import DatabaseUrls
from tenants.database import Database
from tests.conftest import _provision
from tests.tenants.parts import Someone, make_someone, opened


@pytest.fixture(scope="session")
def shared_database(postgres: EmbeddedPostgres, migrated_template: str) -> DatabaseUrls:
    """Return one database for all: tests with tenants of their own do not meet in it."""
    return _provision(postgres, "tests_shared", template=migrated_template)


@pytest.fixture
async def works(shared_database: DatabaseUrls) -> AsyncIterator[Database]:
    """Return the shared database, open as the role that serves."""
    async with opened(shared_database.app) as works:
        yield works


@pytest.fixture
async def empty_works(database: DatabaseUrls) -> AsyncIterator[Database]:
    """Return a database that nobody used before, for tests that look at all of it."""
    async with opened(database.app) as works:
        yield works


@pytest.fixture
async def ada(works: Database) -> Someone:
    """Return a tenant."""
    return await make_someone(works, "Ada's bicycles")


@pytest.fixture
async def bob(works: Database) -> Someone:
    """Return another tenant."""
    return await make_someone(works, "Bob's brewery")
