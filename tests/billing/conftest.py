"""A tenant with credits, in the database that the tests of tenants share too."""

import pytest

from billing.accounts import open_account
from tenants.database import Database
from tests.tenants.conftest import bob, shared_database, works
from tests.tenants.parts import SECRET, Someone, as_someone

__all__ = ["bob", "shared_database", "works"]

CREDITS = 1_000_000


@pytest.fixture
async def ada(works: Database) -> Someone:
    """Return a tenant with one dollar."""
    made = await open_account(works, name="Ada", secret=SECRET, starting_credits_micros=CREDITS)
    return as_someone(made)
