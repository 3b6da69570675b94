"""The routes of keys, over HTTP."""

from collections.abc import AsyncIterator

import pytest
from litestar.testing import AsyncTestClient

from tenants.api import Keys
from tenants.auth import authenticate
from tenants.database import Database
from tests.tenants.parts import SECRET, Someone, make_app


@pytest.fixture
async def client(works: Database, ada: Someone) -> AsyncIterator[AsyncTestClient]:
    async with AsyncTestClient(make_app(works, [Keys])) as client:
        client.headers["authorization"] = ada.header
        yield client


async def test_new_key_opens_the_door_and_is_shown_once(
    client: AsyncTestClient, works: Database, ada: Someone
) -> None:
    made = await client.post("/v1/keys", json={"name": "CI"})
    listed = await client.get("/v1/keys")

    assert made.status_code == 201
    assert set(made.json()) == {"id", "name", "public_id", "created_at", "last_used_at", "secret"}
    caller = await authenticate(works, f"Bearer {made.json()['secret']}", SECRET)
    assert (caller.tenant_id, caller.name) == (ada.tenant_id, "CI")
    assert [key["name"] for key in listed.json()["data"]] == ["CI", "first key"]
    assert "secret" not in listed.text


async def test_replayed_key_is_the_same_key_without_its_secret(client: AsyncTestClient) -> None:
    again = {"Idempotency-Key": "one"}
    first = await client.post("/v1/keys", json={"name": "CI"}, headers=again)
    second = await client.post("/v1/keys", json={"name": "CI"}, headers=again)

    assert "idempotent-replayed" not in first.headers
    assert second.status_code == 201
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == "application/json"
    assert second.json() == first.json() | {"secret": None}


async def test_same_idempotency_key_with_another_body_is_refused(client: AsyncTestClient) -> None:
    again = {"Idempotency-Key": "one"}
    await client.post("/v1/keys", json={"name": "CI"}, headers=again)
    second = await client.post("/v1/keys", json={"name": "CD"}, headers=again)

    assert second.json() == {"error": "IdempotencyKeyReusedError"}


async def test_pages_lead_through_all_keys(client: AsyncTestClient) -> None:
    for number in range(4):
        await client.post("/v1/keys", json={"name": f"key {number}"})
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/keys", params=query)).json()
        seen += [key["name"] for key in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == ["key 3", "key 2", "key 1", "key 0", "first key"]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "many"}])
async def test_limit_out_of_range_is_refused(
    client: AsyncTestClient, query: dict[str, object]
) -> None:
    assert (await client.get("/v1/keys", params=query)).status_code == 400


async def test_strange_cursor_is_refused(client: AsyncTestClient) -> None:
    answer = await client.get("/v1/keys", params={"cursor": "ünsinn"})

    assert answer.json() == {"error": "InvalidCursorError"}


async def test_revoked_key_is_gone_from_list_and_door(client: AsyncTestClient) -> None:
    made = (await client.post("/v1/keys", json={"name": "CI"})).json()
    revoked = await client.delete(f"/v1/keys/{made['id']}")
    refused = await client.get("/v1/keys", headers={"authorization": f"Bearer {made['secret']}"})
    again = await client.delete(f"/v1/keys/{made['id']}")

    assert revoked.status_code == 204
    assert refused.json() == {"error": "ApiKeyRejectedError"}
    assert again.json() == {"error": "ApiKeyNotFoundError"}


async def test_last_key_stays(client: AsyncTestClient, ada: Someone) -> None:
    answer = await client.delete(f"/v1/keys/{ada.principal.key_id}")

    assert answer.json() == {"error": "LastApiKeyError"}


async def test_key_of_another_tenant_does_not_exist(client: AsyncTestClient, bob: Someone) -> None:
    answer = await client.delete(f"/v1/keys/{bob.principal.key_id}")

    assert answer.json() == {"error": "ApiKeyNotFoundError"}


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 201}, {"name": "a", "is": 1}])
async def test_malformed_body_is_refused(client: AsyncTestClient, body: dict[str, object]) -> None:
    assert (await client.post("/v1/keys", json=body)).status_code == 400


async def test_openapi_names_the_views(works: Database) -> None:
    schema = make_app(works, [Keys]).openapi_schema.to_schema()

    post = schema["paths"]["/v1/keys"]["post"]
    assert "NewKeyView" in str(post["responses"]["201"])
    assert "Idempotency-Key" in {parameter["name"] for parameter in post["parameters"]}
    listed = schema["paths"]["/v1/keys"]["get"]
    assert {parameter["name"] for parameter in listed["parameters"]} == {"limit", "cursor"}
