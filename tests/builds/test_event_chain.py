"""A build's events are a chain that anybody can follow, and it opens with the sealed root."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import select

from backend.builds.models import BuildEvent
from backend.proof.event_chain import RecordedEvent, chained_event
from draftworks._verifying.history import check_chain
from draftworks._verifying.statement import Event, Events
from tenants.database import Database
from tests.builds.conftest import Caller
from tests.builds.test_api import start

Client = AsyncTestClient[Litestar]
VALUES = st.text(max_size=8) | st.integers(-9, 9)
_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def as_read(events: list[RecordedEvent]) -> Events:
    entries = tuple(
        Event(sequence=e.sequence, type=e.type, at=e.at, data=dict(e.data), hash=e.hash)
        for e in events
    )
    return Events(length=len(entries), head=entries[-1].hash, entries=entries)


async def events_of(door: Database, caller: Caller) -> list[RecordedEvent]:
    async with door.tenant_session(caller.tenant_id) as session:  # type: ignore[arg-type]
        rows = await session.execute(select(BuildEvent).order_by(BuildEvent.sequence))
        return [row.recorded for row in rows.scalars()]


async def test_what_the_database_kept_is_a_whole_chain(
    client: Client, caller: Caller, door: Database
) -> None:
    build = await start(client, caller)
    await client.post(f"/v1/builds/{build['id']}/cancel", headers=caller.headers)

    events = await events_of(door, caller)

    assert [event.data["status"] for event in events] == ["queued", "canceled"]
    assert len(events[0].data["holdout_root"]) == 64
    assert list(check_chain(as_read(events))) == []


@pytest.mark.parametrize("missing", range(4))
def test_an_event_that_was_taken_out_is_missed(missing: int) -> None:
    events = _chain([{"n": number} for number in range(5)])
    whole = as_read(events)
    del events[missing]

    assert list(check_chain(whole)) == []
    assert list(check_chain(as_read(events)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=2), min_size=1, max_size=5)
)
def test_any_events_can_be_followed_by_who_has_only_the_statement(
    told: list[dict[str, Any]],
) -> None:
    assert list(check_chain(as_read(_chain(told)))) == []


def _chain(told: list[dict[str, Any]]) -> list[RecordedEvent]:
    events: list[RecordedEvent] = []
    for number, data in enumerate(told, start=1):
        previous = events[-1].hash if events else ""
        events.append(chained_event(previous, sequence=number, kind="x", at=_AT, data=data))
    return events
