"""A call is tried again when that can help, at the pace that the server asks for."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draftworks import (
    APIConnectionError,
    APIStatusError,
    ConflictError,
    InternalServerError,
    RateLimitError,
)
from draftworks._retries import asked_delay_seconds, backoff_seconds
from tests.sdk.answers import a_build
from tests.sdk.conftest import EitherClient, MakeClient
from tests.sdk.scripted_server import Reply, ScriptedServer, as_json, problem

SOON = {"retry_after_ms": "1"}


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_passing_trouble_is_tried_again_under_one_idempotency_key(
    client: EitherClient, server: ScriptedServer, status: int
) -> None:
    trouble = problem(status, "trouble", **SOON)
    server.in_turn(trouble, trouble, as_json(a_build(), 202))
    build = await client.call("builds.start", "bp1")
    keys = {request.headers["idempotency-key"] for request in server.received}

    assert build.id == "b1"
    assert len(server.received) == 3
    assert len(keys) == 1
    assert len({request.body for request in server.received}) == 1


async def test_trouble_that_stays_is_raised_after_the_last_try(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    server.script = lambda _: problem(503, "down", **SOON)
    for max_retries in (0, 1, 4):
        server.received.clear()
        with pytest.raises(InternalServerError):
            await make_client(max_retries=max_retries).call("builds.get", "b1")
        assert len(server.received) == max_retries + 1


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 413, 422])
async def test_an_answer_that_stays_the_same_is_not_asked_for_again(
    client: EitherClient, server: ScriptedServer, status: int
) -> None:
    server.script = lambda _: problem(status, "no")
    with pytest.raises(APIStatusError):
        await client.call("builds.start", "bp1")

    assert len(server.received) == 1


@pytest.mark.parametrize(("status", "said", "tries"), [(503, "false", 1), (400, "true", 3)])
async def test_the_server_may_say_whether_to_try_again(
    client: EitherClient, server: ScriptedServer, status: int, said: str, tries: int
) -> None:
    server.script = lambda _: problem(status, "x", x_should_retry=said, **SOON)
    with pytest.raises(APIStatusError):
        await client.call("builds.get", "b1")

    assert len(server.received) == tries


async def test_a_conflict_is_tried_again_only_while_the_first_is_in_flight(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.in_turn(problem(409, "in_flight", **SOON), problem(409, "not_waiting"))
    with pytest.raises(ConflictError, match="not_waiting"):
        await client.call("builds.cancel", "b1")

    assert len(server.received) == 2


async def test_a_lost_connection_is_tried_again(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.in_turn(
        Reply(hangs_up_before=True),
        Reply(chunks=(b'{"id"',), declared_bytes=99),
        as_json(a_build(), 202),
    )
    build = await client.call("builds.start", "bp1")
    keys = {request.headers["idempotency-key"] for request in server.received}

    assert (build.id, len(server.received), len(keys)) == ("b1", 3, 1)


async def test_a_lost_connection_is_given_up_after_the_last_try(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    server.script = lambda _: Reply(hangs_up_before=True)
    with pytest.raises(APIConnectionError):
        await make_client(max_retries=1).call("builds.get", "b1")

    assert len(server.received) == 2


async def test_the_asked_pause_is_kept(client: EitherClient, server: ScriptedServer) -> None:
    server.in_turn(problem(429, "slow_down", retry_after="1"), as_json(a_build()))
    started = time.monotonic()
    await client.call("builds.get", "b1")

    assert 1.0 <= time.monotonic() - started < 3.0


async def test_a_pause_of_minutes_is_the_callers_to_decide(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = lambda _: problem(429, "slow_down", retry_after="600")
    with pytest.raises(RateLimitError) as caught:
        await client.call("builds.get", "b1")

    assert len(server.received) == 1
    assert caught.value.response.headers["retry-after"] == "600"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "3"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 99 Oct 2015 07:28:00 GMT"}, None),
    ],
)
def test_the_asked_pause_is_read(headers: dict[str, Any], expected: float | None) -> None:
    assert asked_delay_seconds(headers) == expected


def test_the_asked_pause_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    asked = asked_delay_seconds({"retry-after": later})

    assert asked is not None
    assert 28 < asked <= 30


@given(st.integers(min_value=0, max_value=10_000))
def test_pauses_double_up_to_8_seconds_and_spread(retries_done: int) -> None:
    longest = min(0.5 * 2**retries_done, 8.0) if retries_done < 10 else 8.0

    assert longest * 0.75 <= backoff_seconds(retries_done) <= longest
