"""The routes of blueprints."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.blueprints.schemas import BlueprintView, CheckedBlueprint, SubmitBlueprint
from backend.blueprints.service import BlueprintService
from tenants.idempotency import IdempotentRequest
from tenants.pages import Page, PageRequest


class Blueprints(Controller):
    """Submit specifications and read what the linter says of them."""

    path = "/v1/blueprints"
    tags = ("blueprints",)

    @post(status_code=201)
    async def submit(
        self,
        data: JSONBody[SubmitBlueprint],
        once: NamedDependency[IdempotentRequest],
        blueprints: NamedDependency[BlueprintService],
    ) -> Response[BlueprintView]:
        """Store a blueprint; its findings say whether it can be ordered."""
        return await once.run(lambda: blueprints.submit(data), status=201)

    @post("/check", status_code=200)
    async def check(
        self, data: JSONBody[SubmitBlueprint], blueprints: NamedDependency[BlueprintService]
    ) -> CheckedBlueprint:
        """Say what the check finds in a blueprint, and store nothing."""
        return await blueprints.check(data)

    @get("/{blueprint_id:uuid}")
    async def read(
        self, blueprint_id: FromPath[UUID], blueprints: NamedDependency[BlueprintService]
    ) -> BlueprintView:
        """Return one blueprint with its findings."""
        return await blueprints.get(blueprint_id)

    @get()
    async def list_all(
        self, page: NamedDependency[PageRequest], blueprints: NamedDependency[BlueprintService]
    ) -> Page[BlueprintView]:
        """Return the newest blueprints first."""
        return await blueprints.list(page)
