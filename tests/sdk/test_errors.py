"""What went wrong arrives as one of this package's errors, with what is needed to act on it."""

import asyncio
import pickle

import pytest

import draftworks
from draftworks import (
    APIConnectionError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DraftworksError,
    InternalServerError,
    NotFoundError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from tests.sdk.answers import a_build
from tests.sdk.conftest import KEY, EitherClient, MakeClient
from tests.sdk.scripted_server import Reply, ScriptedServer, as_json, content, problem


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, PaymentRequiredError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, APIStatusError),
        (418, APIStatusError),
        (422, UnprocessableEntityError),
        (429, RateLimitError),
        (500, InternalServerError),
        (503, InternalServerError),
    ],
)
async def test_each_status_has_its_error(
    make_client: MakeClient, server: ScriptedServer, status: int, expected: type[APIStatusError]
) -> None:
    server.script = lambda _: problem(status, "some_code", "Some detail.", request_id="req_9")
    with pytest.raises(APIStatusError) as caught:
        await make_client(max_retries=0).call("builds.get", "b1")
    error = caught.value

    assert type(error) is expected
    assert (error.status_code, error.code, error.detail) == (status, "some_code", "Some detail.")
    assert error.request_id == "req_9"
    assert error.body["title"] == "some_code"
    assert str(error) == (f"{status} some_code: Some detail. (GET /v1/builds/b1, request req_9)")


async def test_errors_of_fields_are_told(client: EitherClient, server: ScriptedServer) -> None:
    errors = [{"key": "text", "message": "is too long"}, {"message": "and more"}, "odd"]
    server.script = lambda _: as_json({"code": "invalid_request", "errors": errors}, 400)
    with pytest.raises(BadRequestError, match="text: is too long; and more") as caught:
        await client.call("keys.create", "")

    assert caught.value.errors == errors[:2]


@pytest.mark.parametrize(
    "body", [b"<html>Bad gateway</html>", b"", b"\xff\xfe", b"[1]", b"null", b'"text"', b"{"]
)
async def test_an_answer_of_a_machine_in_between_is_an_error_too(
    make_client: MakeClient, server: ScriptedServer, body: bytes
) -> None:
    reply = content(body, "text/html")
    server.script = lambda _: Reply(
        status=502, headers=reply.headers, chunks=reply.chunks, declared_bytes=len(body)
    )
    with pytest.raises(InternalServerError) as caught:
        await make_client(max_retries=0).call("builds.get", "b1")

    assert caught.value.code == "http_502"
    assert caught.value.response.content == body


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(
    client: EitherClient, server: ScriptedServer, status: int
) -> None:
    server.script = lambda _: Reply(
        status=status, headers={"location": f"{server.url}/elsewhere"}, declared_bytes=0
    )
    with pytest.raises(APIStatusError, match="give that one as base_url"):
        await client.call("builds.start", "bp1")

    assert len(server.received) == 1


@pytest.mark.parametrize(
    "reply",
    [
        content(b"<html>Hello</html>", "text/html"),
        content(b'{"id": "b1"', "application/json"),
        content(b'{"id": "b1"}', "application/json"),
        content(b'{"id": 1, "blueprint_id": "x", "status": "coding"}', "application/json"),
        content(b"[]", "application/json"),
        content(b"\xff\xfe", "application/json"),
        content(b"", "application/json"),
        content(b"{}", ""),
    ],
)
async def test_an_unreadable_answer_is_named(
    client: EitherClient, server: ScriptedServer, reply: Reply
) -> None:
    server.script = lambda _: reply
    with pytest.raises(
        APIResponseValidationError, match="GET /v1/builds/b1 answered 200"
    ) as caught:
        await client.call("builds.get", "b1")

    assert caught.value.response is not None
    assert caught.value.response.content == reply.chunks[0]


async def test_a_server_that_is_away_is_a_connection_error(
    make_client: MakeClient, unused_tcp_port: int
) -> None:
    client = make_client(base_url=f"http://127.0.0.1:{unused_tcp_port}", max_retries=0)
    with pytest.raises(APIConnectionError, match=f"127.0.0.1:{unused_tcp_port}/v1/builds/b1"):
        await client.call("builds.get", "b1")


async def test_a_server_that_says_nothing_is_a_timeout(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    server.script = lambda _: Reply(chunks=(b"{", 5.0), declared_bytes=99)
    with pytest.raises(APITimeoutError) as caught:
        await make_client(timeout=0.2, max_retries=0).call("builds.get", "b1")

    assert isinstance(caught.value, APIConnectionError)


async def test_an_answer_that_is_cut_is_a_connection_error(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    server.script = lambda _: Reply(chunks=(b'{"id"',), declared_bytes=99)
    with pytest.raises(APIConnectionError):
        await make_client(max_retries=0).call("builds.get", "b1")


async def test_no_error_tells_the_key(client: EitherClient, server: ScriptedServer) -> None:
    server.script = lambda _: problem(401, "unauthorized")
    with pytest.raises(AuthenticationError) as caught:
        await client.call("builds.get", "b1")

    assert KEY not in repr(caught.value) + str(caught.value) + repr(caught.value.__dict__)


async def test_errors_survive_being_sent_to_another_process(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.in_turn(problem(404, "not_found", "No such build."), as_json({}))
    caught = []
    for _ in range(2):
        with pytest.raises(DraftworksError) as error:
            await client.call("builds.get", "b1")
        caught.append(error.value)
    build = draftworks.Build(id="b1", blueprint_id="x", status=draftworks.BuildStatus("odd"))
    caught += [draftworks.BuildFailedError(build), draftworks.WaitTimeoutError(build, 2.0)]
    caught += [draftworks.UnsafePathError("../a", "climbs")]

    for original in caught:
        copy = pickle.loads(pickle.dumps(original))  # noqa: S301 - our own bytes
        assert (type(copy), str(copy)) == (type(original), str(original))


async def test_canceling_a_call_gives_its_connection_back(server: ScriptedServer) -> None:
    server.script = lambda _: Reply(chunks=(b"{", 30.0), declared_bytes=99)
    async with draftworks.AsyncDraftworks(KEY, base_url=server.url) as client:
        task = asyncio.create_task(client.builds.get("b1"))
        await server.was_asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.script = lambda _: as_json(a_build())

        assert (await client.builds.get("b1")).id == "b1"
