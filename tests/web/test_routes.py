"""What holds for every route: a key, problems as answers, and no way to another tenant's things."""

import asyncio
import gc
import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from backend.migrations.provision import DatabaseUrls
from tests.builds.conftest import Caller
from tests.builds.test_api import start, submit

Client = AsyncTestClient[Litestar]
OPEN = {"/health/live", "/health/ready"}


def routes(client: Client) -> list[tuple[str, str]]:
    """Return method and path of every route in the OpenAPI document."""
    schema = client.app.openapi_schema.to_schema()
    return [
        (method, path)
        for path, item in schema["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    ]


async def test_every_route_but_health_and_signed_links_wants_a_key(client: Client) -> None:
    for method, path in routes(client):
        address = re.sub(r"\{[^}]+\}", str(uuid4()), path)
        answer = await client.request(method, address, json={} if method == "post" else None)

        if path in OPEN:
            assert answer.status_code == 200
        elif path.startswith("/v1/artifacts/"):
            assert answer.status_code in {400, 403}
        else:
            assert answer.status_code == 401, (method, path, answer.text)


async def test_an_id_of_another_tenant_is_answered_like_one_that_nobody_has(
    client: Client, caller: Caller, make_caller: Any
) -> None:
    blueprint = await submit(client, caller)
    build = await start(client, caller)
    keys = (await client.get("/v1/keys", headers=caller.headers)).json()["data"]
    stranger = await make_caller("Stranger")
    owned = {"blueprint_id": blueprint["id"], "build_id": build["id"], "key_id": keys[0]["id"]}
    bodies = {"decisions": {"gate": "plan", "decision": "accept"}}
    tried = 0

    for method, path in routes(client):
        names = re.findall(r"\{(\w+)\}", path)
        if not names or names[0] not in owned:
            continue
        body = bodies.get(path.rsplit("/", 1)[-1])
        answers = []
        for value in (owned[names[0]], str(uuid4())):
            address = re.sub(r"\{[^}]+\}", value, path)
            answer = await client.request(method, address, json=body, headers=stranger.headers)
            told = answer.json() | {"request_id": ""}
            answers.append((answer.status_code, str(told).replace(value, "ID")))
        assert answers[0] == answers[1], (method, path)
        assert answers[0][0] == 404
        tried += 1

    assert tried >= 7


async def test_lists_show_a_tenants_own_things_only(
    client: Client, caller: Caller, make_caller: Any
) -> None:
    await start(client, caller)
    stranger = await make_caller("Stranger")

    for path in ("/v1/blueprints", "/v1/builds"):
        assert (await client.get(path, headers=stranger.headers)).json()["data"] == []


async def test_a_cursor_of_one_tenant_opens_nothing_for_another(
    client: Client, caller: Caller, make_caller: Any
) -> None:
    for _ in range(3):
        await submit(client, caller)
    stranger = await make_caller("Stranger")
    page = (await client.get("/v1/blueprints?limit=2", headers=caller.headers)).json()
    cursor = page["next_cursor"]

    rest = await client.get(f"/v1/blueprints?limit=2&cursor={cursor}", headers=caller.headers)
    theirs = await client.get(f"/v1/blueprints?limit=2&cursor={cursor}", headers=stranger.headers)

    assert len(page["data"]) == 2
    assert len(rest.json()["data"]) == 1
    assert (theirs.status_code, theirs.json()["code"]) == (400, "invalid_cursor")


REFUSE_COMMIT = """
create function refuse_commit() returns trigger language plpgsql as
$$ begin raise exception 'the disk is full'; end $$;
create constraint trigger refuse_commit after insert on builds
deferrable initially deferred for each row execute function refuse_commit();
"""


async def test_a_commit_that_fails_is_a_500_and_stores_nothing(
    client: Client, caller: Caller, database: DatabaseUrls
) -> None:
    blueprint = await submit(client, caller)
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute(REFUSE_COMMIT)

    answer = await client.post(
        "/v1/builds", json={"blueprint_id": blueprint["id"]}, headers=caller.headers
    )

    tenant = (await client.get("/v1/tenant", headers=caller.headers)).json()
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "disk" not in answer.text
    assert (await client.get("/v1/builds", headers=caller.headers)).json()["data"] == []
    assert tenant["held_micros"] == 0


async def test_wrong_methods_and_paths_are_problems_too(client: Client, caller: Caller) -> None:
    for method, path, status in (
        ("delete", "/v1/builds", 405),
        ("get", "/v1/nothing", 404),
        ("get", "/v1/builds/not-an-id", 404),
    ):
        answer = await client.request(method, path, headers=caller.headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "changed"),
    [
        ("GET", "/v1/builds", {"params": {"limit": "many"}}),
        ("POST", "/v1/keys", {"headers": {"Idempotency-Key": "x" * 300}, "json": {"name": "a"}}),
    ],
)
async def test_a_request_refused_while_it_is_read_leaves_no_transaction_behind(
    client: Client,
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    changed: dict[str, Any],
) -> None:
    headers = caller.headers | changed.pop("headers", {})
    for _ in range(30):  # more than the pool has connections
        answer = await client.request(method, path, headers=headers, **changed)
        assert answer.status_code == 400

    gc.collect()
    await asyncio.sleep(0.1)
    assert (await client.get("/v1/builds", headers=caller.headers)).status_code == 200
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


async def test_a_text_that_the_database_cannot_hold_is_refused_and_stores_nothing(
    client: Client, caller: Caller
) -> None:
    requests = (
        ("/v1/keys", {"name": "a\0b"}),
        ("/v1/blueprints", {"text": "a", "file": "a\0b.md"}),
    )
    for path, body in requests:
        answer = await client.post(path, json=body, headers=caller.headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
        assert "U+0000" in answer.json()["detail"]

    assert (await client.get("/v1/blueprints", headers=caller.headers)).json()["data"] == []
