"""Who is calling and their one transaction, for every route that asks for them."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.auth import Principal, authenticate
from tenants.database import Database
from tenants.signing import ServerSecret


async def provide_principal(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    server_secret: NamedDependency[ServerSecret],
) -> Principal:
    """Turn the Authorization header into the caller, or refuse."""
    return await authenticate(database, request.headers.get("Authorization"), server_secret)


async def provide_session(
    principal: NamedDependency[Principal], database: NamedDependency[Database]
) -> AsyncIterator[AsyncSession]:
    """Give the caller's transaction; it commits before the response leaves.

    It is idle until its first statement: when another dependency refuses the request, the framework
    forgets this generator without closing it, and nothing may be held by then.
    """
    session = database.idle_tenant_session(principal.tenant_id)
    try:
        yield session
        await session.commit()
    finally:
        await session.close()
