"""A build's events arrive once each and in order, whatever happens to the connections."""

import asyncio

import pytest

from draftworks import (
    APIConnectionError,
    APIResponseValidationError,
    APITimeoutError,
    BuildStatus,
    EventType,
    NotFoundError,
)
from tests.sdk.answers import a_build
from tests.sdk.conftest import EitherClient, MakeClient
from tests.sdk.scripted_server import (
    Received,
    Reply,
    ScriptedServer,
    as_json,
    content,
    event,
    events,
    problem,
)

FAST = b"retry: 5\n\n"
DELIVERED = event(3, "status", status="delivered")


def resumed_at(server: ScriptedServer) -> list[str | None]:
    """Return the Last-Event-ID of each connection to the stream."""
    streams = [request for request in server.received if request.path.endswith("/events")]
    return [request.headers.get("last-event-id") for request in streams]


async def test_events_end_with_the_build(client: EitherClient, server: ScriptedServer) -> None:
    # The server holds the connection open: the terminal event is what ends the stream.
    server.script = lambda _: events(
        event(1, "status", status="coding"), event(2, "stage", stage="code"), DELIVERED, 30.0
    )
    told = await client.events("b1")

    assert [e.seq for e in told] == [1, 2, 3]
    assert [e.type for e in told] == [EventType.STATUS, EventType.STAGE, EventType.STATUS]
    assert (told[1].data["stage"], told[1].status) == ("code", None)
    assert told[2].status == BuildStatus.DELIVERED
    assert told[2].is_terminal
    assert told[0].at is not None
    assert server.received[0].headers["accept"] == "text/event-stream"


async def test_a_cut_stream_goes_on_where_it_stopped(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.in_turn(
        events(FAST, event(1), event(2)[:-9]),
        Reply(hangs_up_before=True),
        problem(503, "restarting", retry_after_ms="1"),
        events(event(2), DELIVERED),
    )
    told = await client.events("b1")

    assert [e.seq for e in told] == [1, 2, 3]
    assert resumed_at(server) == [None, "1", "1", "1"]


async def test_events_after_one_are_asked_for(client: EitherClient, server: ScriptedServer) -> None:
    server.script = lambda _: events(DELIVERED)

    assert [e.seq for e in await client.events("b1", after=2)] == [3]
    assert resumed_at(server) == ["2"]


async def test_events_that_come_twice_are_told_once(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.in_turn(
        events(FAST, event(1), event(2)), events(event(1), event(2), event(2), DELIVERED)
    )

    assert [e.seq for e in await client.events("b1")] == [1, 2, 3]


async def test_pings_and_reconnects_are_not_told(
    client: EitherClient, server: ScriptedServer
) -> None:
    reconnect = b"event: reconnect\ndata: {}\n\n"
    server.in_turn(
        events(b": ping\n\n", event(1), b"data:\n\n", reconnect), events(b":\n\n", DELIVERED)
    )

    assert [e.seq for e in await client.events("b1")] == [1, 3]
    assert resumed_at(server) == [None, "1"]


async def test_silence_opens_a_new_connection(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    server.in_turn(events(FAST, event(1), 30.0), events(DELIVERED))

    assert [e.seq for e in await make_client(stream_timeout=0.2).events("b1")] == [1, 3]


async def test_pings_keep_a_connection_alive(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    pings = (b": ping\n\n", 0.2) * 5
    server.script = lambda _: events(*pings, DELIVERED)

    assert [e.seq for e in await make_client(stream_timeout=0.6).events("b1")] == [3]
    assert len(server.received) == 1


async def test_a_stream_without_news_asks_whether_the_build_has_ended(
    client: EitherClient, server: ScriptedServer
) -> None:
    def script(request: Received) -> Reply:
        ended = as_json(a_build("delivered", finished_at="2026-03-12T15:00:00Z"))
        return events(b": ping\n\n") if request.path.endswith("/events") else ended

    server.script = script

    assert await client.events("b1", after=3) == []
    assert server.paths() == ["GET /v1/builds/b1/events", "GET /v1/builds/b1"]


async def test_an_end_that_this_client_does_not_know_is_an_end(
    client: EitherClient, server: ScriptedServer
) -> None:
    def script(request: Received) -> Reply:
        if not request.path.endswith("/events"):
            return as_json(a_build("archived", finished_at="2026-03-12T15:00:00Z"))
        is_first = "last-event-id" not in request.headers
        return events(FAST, event(1, "status", status="archived")) if is_first else events()

    server.script = script

    assert [e.status for e in await client.events("b1")] == [BuildStatus("archived")]


async def test_a_stream_that_never_works_is_given_up(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    def script(request: Received) -> Reply:
        is_stream = request.path.endswith("/events")
        return Reply(hangs_up_before=True) if is_stream else as_json(a_build())

    server.script = script
    with pytest.raises(APIConnectionError):
        await make_client(max_reconnects=1).events("b1")

    assert len(server.received) == 2


async def test_a_silent_server_is_given_up(make_client: MakeClient, server: ScriptedServer) -> None:
    server.script = lambda r: events(30.0) if r.path.endswith("/events") else as_json(a_build())
    with pytest.raises(APITimeoutError):
        await make_client(stream_timeout=0.1, max_reconnects=1).events("b1")


async def test_a_build_that_is_not_there_is_an_error_at_once(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = lambda _: problem(404, "not_found")
    with pytest.raises(NotFoundError):
        await client.events("b1")

    assert len(server.received) == 1


@pytest.mark.parametrize(
    "reply",
    [
        content(b"<html>", "text/html"),
        as_json({}),
        events(b"id: 1\nevent: status\ndata: {\n\n"),
        events(b"id: 1\nevent: status\ndata: []\n\n"),
        events(b'id: 1\nevent: status\ndata: {"type": "status"}\n\n'),
        events(b"data: " + b"x" * 1_100_000),
    ],
)
async def test_an_unreadable_stream_is_named(
    client: EitherClient, server: ScriptedServer, reply: Reply
) -> None:
    server.script = lambda _: reply
    with pytest.raises(APIResponseValidationError):
        await client.events("b1")

    assert len(server.received) == 1


async def test_a_reader_that_stops_gives_the_connection_back(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = lambda _: events(event(1), event(2), 30.0)
    told = await client.events("b1", most=1)
    for _ in range(100):
        if server.open_connections == 0:
            break
        await asyncio.sleep(0.02)

    assert [e.seq for e in told] == [1]
    assert server.open_connections == 0


async def test_a_closed_stream_tells_nothing_more(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = lambda _: events(event(1), DELIVERED)
    stream = await client.call("builds.events", "b1")
    closing = stream.close()
    if client.is_async:
        await closing

    assert await client.items(stream) == []
    assert server.received == []
