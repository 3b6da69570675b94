"""The routes of money, over HTTP."""

from collections.abc import AsyncIterator

import pytest
from litestar.testing import AsyncTestClient

from billing.api import Account
from tenants.api import Keys
from tenants.database import Database
from tenants.ids import new_id
from tests.billing.parts import hold_for, record, settle_now, used
from tests.tenants.parts import Someone, make_app


@pytest.fixture
async def client(works: Database, ada: Someone) -> AsyncIterator[AsyncTestClient]:
    async with AsyncTestClient(make_app(works, [Account, Keys])) as client:
        client.headers["authorization"] = ada.header
        yield client


async def test_tenant_is_told_its_balance(
    client: AsyncTestClient, works: Database, ada: Someone
) -> None:
    await hold_for(works, ada.tenant_id, new_id(), 250_000)
    answer = (await client.get("/v1/tenant")).json()

    assert answer.pop("created_at").endswith("Z")
    assert answer == {
        "id": str(ada.tenant_id),
        "name": "Ada",
        "balance_micros": 750_000,
        "held_micros": 250_000,
    }


async def test_ledger_shows_every_line_newest_first(
    client: AsyncTestClient, works: Database, ada: Someone, bob: Someone
) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 1000)
    await record(works, ada.tenant_id, used(build_id, 1500))
    await settle_now(works, ada.tenant_id, hold_id)
    first = (await client.get("/v1/ledger", params={"limit": 3})).json()
    rest = await client.get("/v1/ledger", params={"limit": 3, "cursor": first["next_cursor"]})

    shown = first["data"] + rest.json()["data"]
    assert [line["kind"] for line in shown] == ["usage", "release", "hold", "grant"]
    assert shown[0] | {"id": "", "created_at": ""} == {
        "id": "",
        "kind": "usage",
        "amount_micros": -1000,
        "held_micros": 0,
        "works_micros": 500,
        "works_reason": "above_hold",
        "build_id": str(build_id),
        "meter": "sandbox_milliseconds",
        "quantity": 30_000,
        "note": "",
        "created_at": "",
    }
    assert sum(line["amount_micros"] for line in shown) == 999_000
    assert rest.json()["next_cursor"] is None


async def test_cursor_of_one_list_opens_no_other(client: AsyncTestClient) -> None:
    for name in ("a", "b"):
        await client.post("/v1/keys", json={"name": name})
    cursor = (await client.get("/v1/keys", params={"limit": 1})).json()["next_cursor"]
    answer = await client.get("/v1/ledger", params={"cursor": cursor})

    assert answer.json() == {"error": "InvalidCursorError"}


async def test_openapi_keeps_the_two_pages_apart(works: Database) -> None:
    schema = make_app(works, [Account, Keys]).openapi_schema.to_schema()

    shown = {
        path: schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        for path in ("/v1/keys", "/v1/ledger")
    }
    assert shown["/v1/keys"] != shown["/v1/ledger"]
