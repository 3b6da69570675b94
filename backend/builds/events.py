"""Streams a build's events to a caller as they are written, resumable by sequence number."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar.response import ServerSentEventMessage

from backend.builds import repository
from backend.builds.models import BuildEvent
from backend.builds.notifications import Notifications, wait_for
from backend.builds.status import TERMINAL, BuildStatus
from tenants.database import Database

CHANNEL = "build_events"
LOOK_SECONDS = 15.0
LIFE_SECONDS = 600.0


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
    tenant_id: UUID,
    build_id: UUID,
    *,
    after: int,
) -> AsyncIterator[ServerSentEventMessage]:
    """Yield events until the terminal one, with pings between; sessions are short, never held."""
    deadline = datetime.now(UTC).timestamp() + LIFE_SECONDS
    with notifications.subscribe(CHANNEL, str(build_id)) as bell:
        while True:
            bell.clear()
            async with database.tenant_session(tenant_id) as session:
                events = await repository.list_events(session, tenant_id, build_id, after=after)
            for event in events:
                yield message(event)
                after = event.sequence
                if ends(event):
                    return
            if events:
                continue
            if datetime.now(UTC).timestamp() > deadline:
                yield ServerSentEventMessage(event="reconnect", data="{}")
                return
            if not await wait_for(bell, LOOK_SECONDS):
                # `data=None` matters: an empty data line would be dispatched as an event.
                yield ServerSentEventMessage(comment="ping", data=None)
