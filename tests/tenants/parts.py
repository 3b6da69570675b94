"""What the tests of tenants and of billing both start from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from litestar import Litestar, Request, Response
from litestar.di import NamedDependency, Provide
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.api import REQUEST_DEPENDENCIES
from tenants.auth import Principal, authenticate
from tenants.database import Database, open_database
from tenants.errors import TenantError
from tenants.service import NewTenant, create_tenant
from tenants.signing import ServerSecret

SECRET = ServerSecret("a server secret that is long enough to be one")


@dataclass(frozen=True)
class Someone:
    """A tenant with a live key, as a test needs it."""

    tenant_id: UUID
    principal: Principal
    header: str


@asynccontextmanager
async def opened(
    url: str, *, pool_size: int = 10, max_overflow: int = 20
) -> AsyncIterator[Database]:
    """Open a database for one test."""
    database = await open_database(url, pool_size=pool_size, max_overflow=max_overflow)
    try:
        yield database
    finally:
        await database.close()


async def make_someone(database: Database, name: str = "Spoke & Chain") -> Someone:
    """Make a tenant without credits."""
    return as_someone(await create_tenant(database, name=name, secret=SECRET))


def as_someone(made: NewTenant) -> Someone:
    """Show a new tenant as the caller it can be."""
    principal = Principal(tenant_id=made.tenant_id, key_id=made.key_id, name="first key")
    return Someone(made.tenant_id, principal, f"Bearer {made.key.text}")


def make_app(database: Database, controllers: list[ControllerRouterHandler]) -> Litestar:
    """Hold controllers as the real app does: the session commits before the response leaves."""

    async def provide_principal(request: Request) -> Principal:
        return await authenticate(database, request.headers.get("authorization"), SECRET)

    async def provide_session(
        principal: NamedDependency[Principal],
    ) -> AsyncIterator[AsyncSession]:
        async with database.tenant_session(principal.tenant_id) as session:
            yield session

    async def provide_secret() -> ServerSecret:
        return SECRET

    return Litestar(
        controllers,
        dependencies={
            "principal": Provide(provide_principal),
            "session": Provide(provide_session),
            "server_secret": Provide(provide_secret),
            **REQUEST_DEPENDENCIES,
        },
        exception_handlers={TenantError: _name_of_error},
    )


def _name_of_error(request: Request, error: TenantError) -> Response[dict[str, str]]:
    return Response({"error": type(error).__name__}, status_code=400)
