"""Says whether the process lives, and whether it can do its work."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tenants.database import Database


class Health(Controller):
    """For load balancers and operators; needs no key."""

    path = "/health"
    tags = ("health",)
    security = ({},)  # open to everybody

    @get("/live")
    async def live(self) -> dict[str, str]:
        """Answer as long as the process runs."""
        return {"status": "live"}

    @get("/ready")
    async def ready(self, database: NamedDependency[Database]) -> Response[dict[str, str]]:
        """Answer 200 when the database does, else 503."""
        try:
            async with database.operator_session() as session:
                await session.execute(text("select 1"))
        except DBAPIError:
            return Response({"status": "no database"}, status_code=503)
        return Response({"status": "ready"})
