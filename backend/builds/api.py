"""The routes of builds."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.response import ServerSentEvent

from backend.builds.events import stream
from backend.builds.notifications import Notifications
from backend.builds.repository import get_build
from backend.builds.schemas import ArtifactView, BuildSummary, BuildView, Decide, StartBuild
from backend.builds.service import BuildService
from tenants.auth import Principal
from tenants.database import Database
from tenants.idempotency import IdempotentRequest
from tenants.pages import Page, PageRequest


class Builds(Controller):
    """Start builds, follow them, decide at their gates and fetch what they made."""

    path = "/v1/builds"
    tags = ("builds",)

    @post(status_code=202)
    async def start(
        self,
        data: JSONBody[StartBuild],
        once: NamedDependency[IdempotentRequest],
        builds: NamedDependency[BuildService],
    ) -> Response[BuildView]:
        """Put a blueprint in line to be built."""
        return await once.run(lambda: builds.start(data.blueprint_id), status=202)

    @get()
    async def list_all(
        self, page: NamedDependency[PageRequest], builds: NamedDependency[BuildService]
    ) -> Page[BuildSummary]:
        """Return the newest builds first."""
        return await builds.list(page)

    @get("/{build_id:uuid}")
    async def read(
        self, build_id: FromPath[UUID], builds: NamedDependency[BuildService]
    ) -> BuildView:
        """Return one build with its criteria, open gate and decisions."""
        return await builds.get(build_id)

    @post("/{build_id:uuid}/cancel", status_code=200)
    async def cancel(
        self,
        build_id: FromPath[UUID],
        once: NamedDependency[IdempotentRequest],
        builds: NamedDependency[BuildService],
    ) -> Response[BuildView]:
        """Stop a build; on one that has ended this changes nothing."""
        return await once.run(lambda: builds.cancel(build_id), status=200)

    @post("/{build_id:uuid}/decisions", status_code=200)
    async def decide(
        self,
        build_id: FromPath[UUID],
        data: JSONBody[Decide],
        once: NamedDependency[IdempotentRequest],
        builds: NamedDependency[BuildService],
    ) -> Response[BuildView]:
        """Accept or reject what waits for a person."""
        return await once.run(lambda: builds.decide(build_id, data), status=200)

    @get("/{build_id:uuid}/artifacts")
    async def artifacts(
        self, build_id: FromPath[UUID], builds: NamedDependency[BuildService]
    ) -> Page[ArtifactView]:
        """Return all files of a build, with short-lived signed links."""
        return Page(data=list(await builds.artifacts(build_id)), next_cursor=None)


class BuildEvents(Controller):
    """Follow a build as it goes."""

    path = "/v1/builds"
    tags = ("builds",)

    @get("/{build_id:uuid}/events")
    async def follow(
        self,
        build_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        notifications: NamedDependency[Notifications],
        last_event_id: Annotated[int | None, HeaderParameter(name="Last-Event-ID", ge=0)] = None,
    ) -> ServerSentEvent:
        """Stream the build's events; `Last-Event-ID` resumes after the one it names."""
        # Before the first byte: afterwards there is no 404 any more.
        async with database.tenant_session(principal.tenant_id) as session:
            await get_build(session, principal.tenant_id, build_id)
        return ServerSentEvent(
            stream(
                database,
                notifications,
                principal,
                build_id,
                after=last_event_id or 0,
            )
        )
