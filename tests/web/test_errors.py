"""Every error a route may raise has a row in the table, and nothing of the inside leaks."""

import inspect
from types import ModuleType

import pytest
from litestar import Litestar, get
from litestar.testing import AsyncTestClient

import backend.artifacts.errors
import backend.blueprints.errors
import backend.builds.errors
import billing.errors
import tenants.errors
from backend.web.errors import STATUS_OF, render

# Raised only inside workers, at start-up or by stores: a request that meets one is a 500, rightly.
INSIDE = {
    "ArchiveError",
    "BuildEndedError",
    "HoldNotFoundError",
    "InvalidAmountError",
    "InvalidKeyError",
    "LeaseLostError",
    "MissingTenantError",
    "ObjectCorruptError",
    "ObjectExistsError",
    "StageFailedError",
    "StaleBundleError",
    "StoreUnavailableError",
    "UnknownPriceError",
    "UnreadableArchiveError",
    "UnsafeArchiveError",
    "ArchiveLimitError",
    "UnsafeDatabaseRoleError",
    "UsageConflictError",
    "UsageInvalidError",
    "WeakServerSecretError",
}
MODULES = (
    backend.artifacts.errors,
    backend.blueprints.errors,
    backend.builds.errors,
    billing.errors,
    tenants.errors,
)


def leaves(module: ModuleType) -> set[type[Exception]]:
    """Return the module's errors that nothing derives from."""
    found = {
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == module.__name__
    }
    return {kind for kind in found if not kind.__subclasses__()}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_error_has_a_status_or_a_reason_to_have_none(module: ModuleType) -> None:
    missing = {
        kind.__name__ for kind in leaves(module) - set(STATUS_OF) if kind.__name__ not in INSIDE
    }

    assert missing == set()


async def test_an_unexpected_error_says_nothing_of_the_inside() -> None:
    @get("/")
    async def broken() -> None:
        raise RuntimeError("password=hunter2")

    async with AsyncTestClient(
        Litestar([broken], exception_handlers={Exception: render}), raise_server_exceptions=False
    ) as client:
        answer = await client.get("/")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal"
    assert "hunter2" not in answer.text
