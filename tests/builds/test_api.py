"""The routes of blueprints and builds, on a real database."""

from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import select

from backend.builds.models import Build, BuildEvent
from tenants.database import Database
from tests.builds.conftest import BLUEPRINT, Caller

Client = AsyncTestClient[Litestar]


async def submit(client: Client, caller: Caller, text: str = BLUEPRINT) -> dict[str, Any]:
    answer = await client.post(
        "/v1/blueprints", json={"text": text, "file": "tools.md"}, headers=caller.headers
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def start(client: Client, caller: Caller, text: str = BLUEPRINT) -> dict[str, Any]:
    blueprint = await submit(client, caller, text)
    answer = await client.post(
        "/v1/builds", json={"blueprint_id": blueprint["id"]}, headers=caller.headers
    )
    assert answer.status_code == 202, answer.text
    return answer.json()


async def test_a_clean_blueprint_is_stored_and_orderable(client: Client, caller: Caller) -> None:
    blueprint = await submit(client, caller)

    assert blueprint["orderable"], blueprint["findings"]
    assert (blueprint["slug"], blueprint["criteria"]) == ("tool-library", 2)


async def test_a_broken_blueprint_is_stored_with_findings_and_cannot_be_built(
    client: Client, caller: Caller
) -> None:
    blueprint = await submit(client, caller, BLUEPRINT.replace("I press", "I smash"))

    answer = await client.post(
        "/v1/builds", json={"blueprint_id": blueprint["id"]}, headers=caller.headers
    )

    assert not blueprint["orderable"]
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "blueprint_rejected"
    assert answer.json()["errors"][0]["rule"] == "BP004"


async def test_starting_a_build_holds_credits_and_commits_the_sealed_root(
    client: Client, caller: Caller
) -> None:
    build = await start(client, caller)

    tenant = (await client.get("/v1/tenant", headers=caller.headers)).json()
    assert build["status"] == "queued"
    assert build["held_micros"] == tenant["held_micros"] > 0
    assert [criterion["verdict"] for criterion in build["criteria"]] == ["not_run", "not_run"]


async def test_a_build_without_credits_is_refused(client: Client, make_caller: Any) -> None:
    caller = await make_caller("Broke", 10)
    blueprint = await submit(client, caller)

    answer = await client.post(
        "/v1/builds", json={"blueprint_id": blueprint["id"]}, headers=caller.headers
    )

    assert (answer.status_code, answer.json()["code"]) == (402, "out_of_credits")
    assert (await client.get("/v1/builds", headers=caller.headers)).json()["data"] == []


async def test_canceling_a_waiting_build_releases_its_credits(
    client: Client, caller: Caller
) -> None:
    build = await start(client, caller)

    canceled = (
        await client.post(f"/v1/builds/{build['id']}/cancel", headers=caller.headers)
    ).json()
    again = await client.post(f"/v1/builds/{build['id']}/cancel", headers=caller.headers)

    tenant = (await client.get("/v1/tenant", headers=caller.headers)).json()
    assert (canceled["status"], canceled["verdict"]) == ("canceled", "canceled")
    assert again.json()["status"] == "canceled"
    assert tenant["held_micros"] == 0
    assert tenant["balance_micros"] == 20_000_000


async def test_the_same_idempotency_key_starts_one_build(client: Client, caller: Caller) -> None:
    blueprint = await submit(client, caller)
    headers = caller.headers | {"Idempotency-Key": "once"}
    body = {"blueprint_id": blueprint["id"]}

    first = await client.post("/v1/builds", json=body, headers=headers)
    second = await client.post("/v1/builds", json=body, headers=headers)

    builds = (await client.get("/v1/builds", headers=caller.headers)).json()["data"]
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(builds) == 1


async def test_a_decision_on_a_build_that_does_not_wait_is_refused(
    client: Client, caller: Caller
) -> None:
    build = await start(client, caller)

    answer = await client.post(
        f"/v1/builds/{build['id']}/decisions",
        json={"gate": "acceptance", "decision": "accept", "blanket": True},
        headers=caller.headers,
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "decision_refused")


@pytest.mark.parametrize("path", ["", "/events", "/artifacts"])
async def test_another_tenants_build_looks_like_one_that_does_not_exist(
    client: Client, caller: Caller, make_caller: Any, path: str
) -> None:
    build = await start(client, caller)
    stranger = await make_caller("Stranger")

    theirs = await client.get(f"/v1/builds/{build['id']}{path}", headers=stranger.headers)
    nobodys = await client.get(f"/v1/builds/{uuid4()}{path}", headers=stranger.headers)

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json() | {"request_id": ""} == nobodys.json() | {"request_id": ""}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b'{"text": 5}', 400),
        (b'{"text": "x", "colour": "red"}', 400),
        (b'{"text": "' + b"x" * 1_000_001 + b'"}', 413),
        (b'{"text": "' + b"x" * 9_000_000 + b'"}', 413),
    ],
)
async def test_broken_requests_get_a_problem_and_the_server_lives(
    client: Client, caller: Caller, body: bytes, status: int
) -> None:
    answer = await client.post(
        "/v1/blueprints",
        content=body,
        headers=caller.headers | {"Content-Type": "application/json"},
    )

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["Request-Id"]
    assert (await client.get("/health/ready")).status_code == 200


async def test_without_a_key_nothing_is_shown(client: Client) -> None:
    answer = await client.get("/v1/builds")

    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_rejected")


async def test_a_text_with_a_nul_is_stored_and_refused_by_a_finding(
    client: Client, caller: Caller
) -> None:
    blueprint = await submit(client, caller, BLUEPRINT.replace("Neighbours", "Neigh\0bours"))

    assert not blueprint["orderable"]
    assert blueprint["findings"][0]["rule"] == "BP000"


async def test_a_budget_below_what_is_to_be_expected_is_refused_with_its_line(
    client: Client, caller: Caller
) -> None:
    text = BLUEPRINT.replace("kind: web app", "kind: web app\nbudget: 0.05")
    blueprint = await submit(client, caller, text)

    answer = await client.post(
        "/v1/builds", json={"blueprint_id": blueprint["id"]}, headers=caller.headers
    )

    assert answer.status_code == 422
    [finding] = answer.json()["errors"]
    assert (finding["line"], finding["rule"]) == (4, "BP019")


async def test_the_seed_of_other_data_is_made_with_the_order_and_told_to_nobody(
    client: Client, caller: Caller, door: Database
) -> None:
    build = await start(client, caller)
    async with door.tenant_session(cast("UUID", caller.tenant_id)) as session:
        row = await session.scalar(select(Build))
        assert row is not None
        seed, salts = row.seeds["data"], row.holdout_salts
        told = [event.data for event in await session.scalars(select(BuildEvent))]

    assert len(bytes.fromhex(seed)) == 32
    assert set(salts) == {"R1/a-tool-needs-a-name", "data"}
    shown = await client.get(f"/v1/builds/{build['id']}", headers=caller.headers)
    assert seed not in shown.text + str(told)
    assert salts["data"] not in shown.text + str(told)
