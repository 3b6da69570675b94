"""A stream of events that stays open keeps asking whether its reader may still read."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from backend.builds.events import stream
from backend.builds.notifications import Notifications, open_notifications
from backend.settings import Settings
from tenants.auth import authenticate
from tenants.database import Database
from tenants.service import KeyService, add_key
from tenants.signing import ServerSecret
from tests.builds.conftest import SECRET, Caller
from tests.builds.test_api import start

CHECK_SECONDS = 0.2


@pytest.fixture
async def notifications(settings: Settings) -> AsyncIterator[Notifications]:
    assert settings.database_url is not None
    async with open_notifications(settings.database_url) as opened:
        yield opened


async def test_a_stream_goes_on_for_a_welcome_reader_and_ends_when_the_key_is_revoked(
    client: AsyncTestClient[Litestar], door: Database, notifications: Notifications, caller: Caller
) -> None:
    build = await start(client, caller)
    secret = ServerSecret(SECRET.encode())
    principal = await authenticate(door, caller.headers["Authorization"], secret)
    events = stream(
        door, notifications, principal, UUID(build["id"]), after=0, check_seconds=CHECK_SECONDS
    )

    while (await anext(events)).comment != "ping":
        pass
    assert (await anext(events)).comment == "ping"
    async with door.tenant_session(principal.tenant_id) as session:
        await add_key(session, name="new", secret=secret)
        await KeyService(session, principal, secret).revoke(principal.key_id)
    rest = [event async for event in events]

    assert all(event.comment == "ping" for event in rest)
