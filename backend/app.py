"""The API process: routes, dependencies and error rendering around one set of resources."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from backend.artifacts.api import Downloads
from backend.artifacts.links import LinkSigner
from backend.artifacts.store import ObjectStore
from backend.blueprints.api import Blueprints
from backend.blueprints.service import BlueprintService
from backend.builds.api import BuildEvents, Builds
from backend.builds.doorbell import relay
from backend.builds.file_links import FileLinks
from backend.builds.notifications import Notifications
from backend.builds.quote import quote_scenarios
from backend.builds.service import BuildService
from backend.resources import Resources, open_resources
from backend.settings import Settings
from backend.web.errors import render
from backend.web.health import Health
from backend.web.openapi import describe_problems
from backend.web.request_id import name_requests
from backend.web.session import provide_principal, provide_session
from billing.api import Account
from tenants.api import REQUEST_DEPENDENCIES, Keys
from tenants.auth import Principal
from tenants.database import Database
from tenants.signing import ServerSecret

ROUTES: tuple[ControllerRouterHandler, ...] = (
    Health,
    Account,
    Keys,
    Blueprints,
    Builds,
    BuildEvents,
    Downloads,
)
# A blueprint of 1 MB in JSON, where every character may be escaped.
MAX_BODY_BYTES = 8_000_000


async def provide_blueprints(
    session: NamedDependency[AsyncSession], principal: NamedDependency[Principal]
) -> BlueprintService:
    """Give the caller their blueprints."""
    return BlueprintService(session, principal, quote_scenarios)


def make_app(settings: Settings) -> Litestar:
    """Assemble the API; its resources open when it starts and close when it stops."""
    opened: list[Resources] = []

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with open_resources(settings) as resources:
            opened.append(resources)
            bell = asyncio.create_task(
                relay(resources.database, resources.redis_url, resources.notifications)
            )
            try:
                yield
            finally:
                bell.cancel()
                await asyncio.gather(bell, return_exceptions=True)

    async def provide_database() -> Database:
        return opened[-1].database

    async def provide_notifications() -> Notifications:
        return opened[-1].notifications

    async def provide_store() -> ObjectStore:
        return opened[-1].store

    async def provide_links() -> LinkSigner:
        return opened[-1].links

    async def provide_server_secret() -> ServerSecret:
        return opened[-1].server_secret

    async def provide_builds(
        session: NamedDependency[AsyncSession], principal: NamedDependency[Principal]
    ) -> BuildService:
        files = FileLinks(
            store=opened[-1].store,
            seconds=settings.link_seconds,
            viewer=settings.trace_viewer_origin,
            api=settings.api_origin,
        )
        return BuildService(session, principal, files)

    async def provide_trace_viewer() -> str | None:
        return settings.trace_viewer_origin

    app = Litestar(
        route_handlers=ROUTES,
        lifespan=[lifespan],
        dependencies=REQUEST_DEPENDENCIES
        | {
            "database": Provide(provide_database),
            "notifications": Provide(provide_notifications),
            "store": Provide(provide_store),
            "links": Provide(provide_links),
            "trace_viewer": Provide(provide_trace_viewer),
            "server_secret": Provide(provide_server_secret),
            "principal": Provide(provide_principal),
            "session": Provide(provide_session),
            "blueprints": Provide(provide_blueprints),
            "builds": Provide(provide_builds),
        },
        exception_handlers={HTTPException: render, Exception: render},
        middleware=[name_requests],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="Draftworks",
            version="1",
            description="You draft it, the works builds it.",
            path="/v1/schema",
            components=Components(
                security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}
            ),
            security=[{"key": []}],
        ),
    )
    describe_problems(app)
    return app
