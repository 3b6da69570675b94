"""Each method sends the request that the API describes and returns what it answers."""

from pathlib import Path
from uuid import UUID

import pytest

from draftworks import (
    BlueprintUnreadableError,
    BuildStatus,
    CreatedApiKey,
    CriterionVerdict,
    GateKind,
    Severity,
)
from tests.sdk.answers import NOW, a_blueprint, a_build, a_gate, a_key, a_page
from tests.sdk.conftest import KEY, EitherClient, MakeClient
from tests.sdk.scripted_server import Reply, ScriptedServer, as_json


async def test_every_request_says_who_asks(client: EitherClient, server: ScriptedServer) -> None:
    server.script = lambda _: as_json(a_build())
    await client.call("builds.get", "b1")
    [request] = server.received

    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"].startswith("draftworks-python/")
    assert "idempotency-key" not in request.headers
    assert (request.method, request.target) == ("GET", "/v1/builds/b1")


async def test_tenant(client: EitherClient, server: ScriptedServer) -> None:
    tenant = {"id": "t1", "name": "Spoke", "created_at": NOW}
    server.script = lambda _: as_json({**tenant, "balance_micros": 5, "held_micros": 2})
    answer = await client.call("tenant")

    assert (answer.name, answer.balance_micros, answer.held_micros) == ("Spoke", 5, 2)
    assert answer.created_at.utcoffset() is not None
    assert server.paths() == ["GET /v1/tenant"]


async def test_submit_reads_a_file(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script = lambda _: as_json(a_blueprint(), 201)
    path = tmp_path / "bicycle-repair.md"
    path.write_bytes("# Größe\r\n".encode())
    for given in (path, str(path)):
        answer = await client.call("blueprints.submit", given)
        assert (answer.id, answer.orderable, answer.criteria) == ("bp1", True, 8)

    assert server.received[0].json == {"file": "bicycle-repair.md", "text": "# Größe\r\n"}
    assert server.received[0].headers["content-type"] == "application/json"
    assert server.received[1].json == server.received[0].json


async def test_submit_takes_text_and_a_name(client: EitherClient, server: ScriptedServer) -> None:
    server.script = lambda _: as_json(a_blueprint(), 201)
    await client.call("blueprints.submit", "# Title\n")
    await client.call("blueprints.submit", "# Title\n", file="shop.md")

    assert [request.json["file"] for request in server.received] == ["blueprint.md", "shop.md"]


async def test_submit_returns_findings(client: EitherClient, server: ScriptedServer) -> None:
    finding = {"file": "a.md", "line": 3, "rule": "BP004", "severity": "error"}
    finding |= {"message": "unknown step", "remedy": "write a known one"}
    server.script = lambda _: as_json(a_blueprint(orderable=False, findings=[finding]), 201)
    answer = await client.call("blueprints.submit", "#\n")

    assert not answer.orderable
    assert (answer.findings[0].line, answer.findings[0].severity) == (3, Severity.ERROR)


async def test_a_file_that_is_no_text_is_not_sent(
    client: EitherClient, server: ScriptedServer, tmp_path: Path
) -> None:
    path = tmp_path / "photo.md"
    path.write_bytes(b"# ok\n\xff\xd8")
    with pytest.raises(BlueprintUnreadableError, match=r"photo\.md is not UTF-8 text \(byte 5\)"):
        await client.call("blueprints.submit", path)
    with pytest.raises(FileNotFoundError):
        await client.call("blueprints.submit", "no-such-file.md")

    assert server.received == []


async def test_start_orders_once_with_a_key_of_its_own(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = lambda _: as_json(a_build("queued"), 202)
    blueprint_id = UUID("0192f7a0-0000-7000-8000-00000000000b")
    build = await client.call("builds.start", blueprint_id)
    await client.call("builds.start", blueprint_id)
    await client.call("builds.start", blueprint_id, idempotency_key="order-7")
    keys = [request.headers["idempotency-key"] for request in server.received]

    assert build.status == BuildStatus.QUEUED
    assert server.received[0].json == {"blueprint_id": str(blueprint_id)}
    assert keys[0] != keys[1]
    assert keys[2] == "order-7"


async def test_decide_sends_the_whole_decision(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = lambda _: as_json(a_build("awaiting_acceptance", gate=a_gate()))
    await client.call(
        "builds.decide",
        "b1",
        gate="acceptance",
        decision="reject",
        criteria=("R1/a",),
        comment="wrong colour",
        proof_digest="d1",
    )
    [request] = server.received

    assert request.path == "/v1/builds/b1/decisions"
    assert request.json == {
        "gate": "acceptance",
        "decision": "reject",
        "criteria": ["R1/a"],
        "comment": "wrong colour",
        "proof_digest": "d1",
        "blanket": False,
    }
    with pytest.raises(TypeError, match="not one string"):
        await client.call("builds.decide", "b1", gate="plan", decision="accept", criteria="R1")


async def test_a_build_is_read_whole(client: EitherClient, server: ScriptedServer) -> None:
    criterion = {"id": "R1/a", "requirement": "R1", "name": "A", "verdict": "unstable"}
    criterion |= {"holdout": False, "critical": True, "evidence": ["proof/a.png"]}
    approval = {"gate": "plan", "decision": "accept", "criteria": [], "comment": "go"}
    approval |= {"blanket": True, "actor": "key", "proof_digest": None, "decided_at": NOW}
    answer = a_build(
        "awaiting_acceptance", gate=a_gate(), criteria=[criterion], approvals=[approval]
    )
    server.script = lambda _: as_json(answer)
    build = await client.call("builds.get", "b1")

    assert build.gate.kind == GateKind.ACCEPTANCE
    assert build.gate.criteria[0].evidence == ("proof/a.png",)
    assert build.criteria[0].verdict is CriterionVerdict.UNSTABLE
    assert build.approvals[0].blanket
    assert build.needs_person
    assert not build.is_finished


async def test_cancel_keys_and_blueprint(client: EitherClient, server: ScriptedServer) -> None:
    server.in_turn(
        as_json(a_build("canceled")),
        as_json(a_blueprint()),
        as_json(a_key(secret="dw_live_x_y"), 201),
        Reply(status=204),
    )
    build = await client.call("builds.cancel", "b1")
    blueprint = await client.call("blueprints.get", "bp1")
    key = await client.call("keys.create", "ci")
    revoked = await client.call("keys.revoke", "k1")

    assert (build.status, blueprint.slug, revoked) == (BuildStatus.CANCELED, "job-book", None)
    assert isinstance(key, CreatedApiKey)
    assert key.secret == "dw_live_x_y"
    assert "dw_live_x_y" not in repr(key)
    assert server.paths() == [
        "POST /v1/builds/b1/cancel",
        "GET /v1/blueprints/bp1",
        "POST /v1/keys",
        "DELETE /v1/keys/k1",
    ]
    assert server.received[0].body == b""


async def test_lists_go_on_page_by_page(client: EitherClient, server: ScriptedServer) -> None:
    server.in_turn(
        as_json(a_page(a_key(id="k1"), a_key(id="k2"), next_cursor="after k2&=")),
        as_json(a_page(a_key(id="k3"))),
    )
    page = await client.call("keys.list", limit=2)

    assert page.has_next_page
    assert [key.id for key in page.data] == ["k1", "k2"]
    assert [key.id for key in await client.items(page)] == ["k1", "k2", "k3"]
    assert server.received[0].target == "/v1/keys?limit=2"
    assert server.received[1].target == "/v1/keys?limit=2&cursor=after+k2%26%3D"


async def test_every_list_can_start_at_a_cursor(
    client: EitherClient, server: ScriptedServer
) -> None:
    server.script = lambda _: as_json(a_page())
    for name in ("blueprints.list", "builds.list", "keys.list"):
        page = await client.call(name, cursor="c")
        assert not page.has_next_page
    await client.call("builds.artifacts", "b1", cursor="c")

    assert [request.target for request in server.received] == [
        "/v1/blueprints?cursor=c",
        "/v1/builds?cursor=c",
        "/v1/keys?cursor=c",
        "/v1/builds/b1/artifacts?cursor=c",
    ]


async def test_the_last_page_has_no_next(client: EitherClient, server: ScriptedServer) -> None:
    server.script = lambda _: as_json(a_page(a_build()))
    page = await client.call("builds.list")

    assert repr(page).endswith("(1 items, has_next_page=False)")
    next_page = page.next_page()
    assert (await next_page if client.is_async else next_page) is None


@pytest.mark.parametrize("bad_id", ["", "..", "a/b", "a?b", "a b", "é", "a" * 201])
async def test_an_id_that_is_none_asks_nothing(
    client: EitherClient, server: ScriptedServer, bad_id: str
) -> None:
    for name in ("builds.get", "blueprints.get", "builds.start", "keys.revoke", "builds.wait"):
        with pytest.raises(ValueError, match="is no id"):
            await client.call(name, bad_id)

    assert server.received == []


async def test_words_and_fields_of_a_newer_server_are_taken(
    client: EitherClient, server: ScriptedServer
) -> None:
    gate = {**a_gate("budget"), "new": [1]}
    server.script = lambda _: as_json(a_build("simmering", gate=gate, verdict="odd", heat=9000))
    build = await client.call("builds.get", "b1")

    assert build.status == "simmering"
    assert not build.status.is_known
    assert not build.is_finished
    assert build.gate.kind == "budget"
    assert build.verdict.value == "odd"


async def test_an_address_below_a_path_is_kept(
    make_client: MakeClient, server: ScriptedServer
) -> None:
    server.script = lambda _: as_json(a_build())
    await make_client(base_url=f"{server.url}/works/").call("builds.get", "b1")

    assert server.paths() == ["GET /works/v1/builds/b1"]


async def test_a_hook_sees_every_answer(make_client: MakeClient, server: ScriptedServer) -> None:
    seen = []
    server.in_turn(
        as_json({}, 500, retry_after_ms="1", request_id="req_1"),
        as_json(a_build(), 202, idempotent_replayed="true", request_id="req_2"),
    )
    await make_client(on_response=seen.append).call("builds.start", "bp1")

    assert [(r.status_code, r.request_id, r.is_replay) for r in seen] == [
        (500, "req_1", False),
        (202, "req_2", True),
    ]


async def test_changed_options_leave_the_client_as_it_was(
    client: EitherClient, server: ScriptedServer
) -> None:
    seen = []
    server.script = lambda _: as_json(a_build())
    changed = client.with_options(on_response=seen.append, max_retries=0)
    await changed.call("builds.get", "b1")
    await changed.call("close")
    await client.call("builds.get", "b1")

    assert len(seen) == 1
    assert len(server.received) == 2
