"""Streams a build's events to a caller as they are written, resumable by sequence number."""

import time
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
from litestar.response import ServerSentEventMessage

from backend.builds import repository
from backend.builds.models import BuildEvent
from backend.builds.notifications import Notifications, wait_for
from backend.builds.status import TERMINAL, BuildStatus
from tenants.auth import Principal, check_still_welcome
from tenants.database import Database
from tenants.errors import ApiKeyRejectedError, TenantSuspendedError

CHANNEL = "build_events"
LOOK_SECONDS = 15.0
LIFE_SECONDS = 600.0
CHECK_SECONDS = 60.0


def message(event: BuildEvent) -> ServerSentEventMessage:
    """Write one event for the wire; its id is what `Last-Event-ID` names."""
    body = {"seq": event.sequence, "type": event.type, "at": event.at, **event.data}
    return ServerSentEventMessage(
        id=str(event.sequence), event=event.type, data=msgspec.json.encode(body).decode()
    )


def ends(event: BuildEvent) -> bool:
    """Whether nothing follows this event."""
    return event.type == "status" and BuildStatus(event.data["status"]) in TERMINAL


async def stream(
    database: Database,
    notifications: Notifications,
    principal: Principal,
    build_id: UUID,
    *,
    after: int,
    check_seconds: float = CHECK_SECONDS,
) -> AsyncIterator[ServerSentEventMessage]:
    """Yield events until the terminal one, with pings between; sessions are short, never held.

    A key that was revoked meanwhile, or a tenant that was suspended, is noticed within
    `check_seconds`: the stream ends, and who asks again is refused.
    """
    tenant_id = principal.tenant_id
    deadline = time.monotonic() + LIFE_SECONDS
    checked_at = time.monotonic()
    with notifications.subscribe(CHANNEL, str(build_id)) as bell:
        while True:
            bell.clear()
            if time.monotonic() - checked_at > check_seconds:
                if not await _is_welcome(database, principal):
                    return
                checked_at = time.monotonic()
            async with database.tenant_session(tenant_id) as session:
                events = await repository.list_events(session, tenant_id, build_id, after=after)
            for event in events:
                yield message(event)
                after = event.sequence
                if ends(event):
                    return
            if events:
                continue
            if time.monotonic() > deadline:
                yield ServerSentEventMessage(event="reconnect", data="{}")
                return
            if not await wait_for(bell, min(LOOK_SECONDS, check_seconds)):
                # `data=None` matters: an empty data line would be dispatched as an event.
                yield ServerSentEventMessage(comment="ping", data=None)


async def _is_welcome(database: Database, principal: Principal) -> bool:
    try:
        await check_still_welcome(database, principal)
    except (ApiKeyRejectedError, TenantSuspendedError):
        return False
    return True
