"""What happens to the money when a build ends."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.builds.models import Build
from backend.builds.status import UNBILLED
from billing import ledger


async def settle_ended(session: AsyncSession, build: Build) -> None:
    """Turn the build's hold into what it used; what the works is to blame for costs nothing."""
    if build.hold_id is None:
        return
    settlement = await ledger.settle(session, build.hold_id, billable=build.reason not in UNBILLED)
    build.cost_micros = settlement.charged_micros
