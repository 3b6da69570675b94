"""Waiting ends with the build, at a gate when asked to, or in time, and says which."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from draftworks import (
    APIResponseValidationError,
    BuildCanceledError,
    BuildEvent,
    BuildFailedError,
    BuildStatus,
    WaitTimeoutError,
)
from tests.sdk.answers import a_build, a_gate
from tests.sdk.conftest import EitherClient
from tests.sdk.scripted_server import Chunk, Received, Reply, ScriptedServer, as_json, event, events

ENDED = {"finished_at": "2026-03-12T15:00:00Z"}


def a_works(*chunks: Chunk, build: dict[str, Any]) -> Callable[[Received], Reply]:
    """Return a script of a works whose stream says this and whose build stands so."""
    return lambda request: events(*chunks) if request.path.endswith("/events") else as_json(build)


async def test_a_delivered_build_is_returned(client: EitherClient, server: ScriptedServer) -> None:
    server.script = a_works(
        event(1), event(2, "status", status="delivered"), build=a_build("delivered", **ENDED)
    )
    seen: list[int] = []
    build = await client.call("builds.wait", "b1", on_event=lambda e: seen.append(e.seq))

    assert build.status == BuildStatus.DELIVERED
    assert seen == [1, 2]


async def test_a_failed_build_is_an_error_that_says_why(
    client: EitherClient, server: ScriptedServer
) -> None:
    criterion = {"id": "R2/b", "requirement": "R2", "name": "B", "verdict": "failed"}
    build = a_build(
        "failed",
        failure_reason="needs_model",
        failure_message="R2 wants more than the kit has",
        criteria=[criterion],
        **ENDED,
    )
    server.script = a_works(event(1, "status", status="failed"), build=build)
    with pytest.raises(BuildFailedError, match=r"needs_model.*R2 wants more.*R2/b") as caught:
        await client.call("builds.wait", "b1")

    assert caught.value.build.failure_reason == "needs_model"


async def test_a_canceled_build_is_an_error(client: EitherClient, server: ScriptedServer) -> None:
    server.script = a_works(
        event(1, "status", status="canceled"), build=a_build("canceled", **ENDED)
    )
    with pytest.raises(BuildCanceledError):
        await client.call("builds.wait", "b1")


@pytest.mark.parametrize(
    "asked",
    [
        event(1, "gate", gate="acceptance"),
        event(1, "status", status="awaiting_acceptance"),
    ],
)
async def test_a_gate_ends_the_waiting_when_asked_to(
    client: EitherClient, server: ScriptedServer, asked: bytes
) -> None:
    build = a_build("awaiting_acceptance", gate=a_gate(), proof_digest="d1")
    server.script = a_works(asked, 30.0, build=build)
    rests = await client.call("builds.wait", "b1", until="gate")

    assert rests.gate.proof_digest == "d1"
    assert rests.needs_person


async def test_a_gate_that_was_passed_does_not_end_the_waiting(
    client: EitherClient, server: ScriptedServer
) -> None:
    builds = [a_build("coding"), a_build("delivered", **ENDED)]

    def script(request: Received) -> Reply:
        if request.path.endswith("/events"):
            return events(event(1, "gate"), event(2), event(3, "status", status="delivered"))
        return as_json(builds.pop(0))

    server.script = script
    build = await client.call("builds.wait", "b1", until="gate")

    assert build.status == BuildStatus.DELIVERED


async def test_a_gate_is_passed_over_when_waiting_for_the_end(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = a_works(
        event(1, "status", status="awaiting_acceptance"),
        event(2, "gate"),
        event(3, "status", status="delivered"),
        build=a_build("delivered", **ENDED),
    )

    assert (await client.call("builds.wait", "b1")).is_finished


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param((30.0,), id="silence"),
        pytest.param((b": ping\n\n", 0.25) * 40, id="pings"),
        pytest.param((), id="cut at once"),
        pytest.param(tuple(c for n in range(1, 99) for c in (event(n), 0.05)), id="events"),
    ],
)
async def test_waiting_ends_in_time_whatever_comes(
    client: EitherClient, server: ScriptedServer, chunks: tuple[Chunk, ...]
) -> None:
    server.script = a_works(*chunks, build=a_build("proving"))
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError, match=r"b1 is proving after 0\.6 seconds") as caught:
        await client.call("builds.wait", "b1", timeout=0.6)

    assert 0.6 <= time.monotonic() - started < 2.0
    assert caught.value.build.status == BuildStatus.PROVING


async def test_the_last_look_may_find_the_build_delivered(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = a_works(30.0, build=a_build("delivered", **ENDED))

    assert (await client.call("builds.wait", "b1", timeout=0.0)).is_finished
    assert server.paths() == ["GET /v1/builds/b1"]


async def test_a_stream_that_says_more_than_the_build_is_not_believed(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = a_works(event(1, "status", status="delivered"), build=a_build("coding"))
    with pytest.raises(APIResponseValidationError, match="said it ended"):
        await client.call("builds.wait", "b1")


async def test_an_error_of_the_callback_ends_the_waiting(
    client: EitherClient, server: ScriptedServer
) -> None:
    def refuse(_: BuildEvent) -> None:
        raise EnoughError

    server.script = a_works(event(1), 30.0, build=a_build())
    with pytest.raises(EnoughError):
        await client.call("builds.wait", "b1", on_event=refuse)


class EnoughError(Exception):
    """A callback's own error."""


async def test_a_callback_may_await_on_an_event_loop_only(
    client: EitherClient, server: ScriptedServer
) -> None:
    seen: list[int] = []

    async def note(told: BuildEvent) -> None:
        await asyncio.sleep(0)
        seen.append(told.seq)

    server.script = a_works(
        event(1, "status", status="delivered"), build=a_build("delivered", **ENDED)
    )
    if client.is_async:
        await client.call("builds.wait", "b1", on_event=note)
        assert seen == [1]
    else:
        with pytest.raises(RuntimeError, match="use AsyncDraftworks"):
            await client.call("builds.wait", "b1", on_event=note)


async def test_another_end_than_these_is_refused(
    client: EitherClient, server: ScriptedServer
) -> None:
    with pytest.raises(ValueError, match="'end' or 'gate'"):
        await client.call("builds.wait", "b1", until="finished")

    assert server.received == []
