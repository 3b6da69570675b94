"""What fails once and then holds is never silently green: it is told and accepted by name."""

from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from backend import worker
from backend.proof.browser import BrowserSettings
from backend.settings import Settings
from draftworks import verify_bundle
from tests.builds.conftest import BLUEPRINT, Caller
from tests.builds.test_api import submit
from tests.builds.working import Files, change_product, fetch, open_worker, wait_until

Client = AsyncTestClient[Litestar]

ADDED, ANOTHER = "R1/a-tool-is-added", "R1/another-tool-is-added"
TWO = BLUEPRINT.replace("@critical\n", "").replace(
    "@holdout",
    """Scenario: Another tool is added
  Given I am on the "Tools" page
  When I follow the "New tool" link
  And I fill in "Name" with "Short ladder"
  And I press "Save"
  Then I should see the message "Tool saved"

@holdout""",
)
# The words are loaded when they are first asked for, and whoever asks first does not wait.
RACE = b"""
import threading
import time

_loaded = threading.Event()


def _load() -> None:
    time.sleep(0.5)
    _loaded.set()


def read(request: AnyRequest) -> str:
    words = _read(request)
    if words and not _loaded.is_set():
        threading.Thread(target=_load, daemon=True).start()
        return ""
    return words
"""


def with_a_race(files: Files) -> Files:
    """Return a product that says nothing after the first save of each of its processes."""
    messages = files["app/messages.py"].replace(b"def read(", b"def _read(") + RACE
    contract = files["product.toml"].replace(b"pytest -q", b"pytest -q tests/test_safety.py")
    return files | {"app/messages.py": messages, "product.toml": contract}


async def accept(client: Client, caller: Caller, build: dict[str, Any], **how: object) -> Any:
    return await client.post(
        f"/v1/builds/{build['id']}/decisions",
        json={
            "gate": "acceptance",
            "decision": "accept",
            "proof_digest": build["gate"]["proof_digest"],
            **how,
        },
        headers=caller.headers,
    )


async def test_a_race_is_told_kept_and_delivered_only_when_accepted_by_name(
    client: Client,
    caller: Caller,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change_product(monkeypatch, with_a_race)
    # The race is the product's: a busy machine must not add another one.
    patient = partial(BrowserSettings, step_seconds=20.0, scenario_seconds=120.0)
    monkeypatch.setattr(worker, "BrowserSettings", patient)
    one_lane = msgspec.structs.replace(settings, lanes=1)
    async with open_worker(one_lane, tmp_path / "scratch"):
        blueprint = await submit(client, caller, TWO)
        started = await client.post(
            "/v1/builds", json={"blueprint_id": blueprint["id"]}, headers=caller.headers
        )
        build_id = started.json()["id"]
        waiting = await wait_until(client, caller, build_id, lambda build: bool(build["gate"]))

        assert waiting["status"] == "awaiting_acceptance", waiting["failure_message"]
        verdicts = {c["id"]: (c["verdict"], c["rehearsal"]) for c in waiting["criteria"]}
        assert verdicts[ADDED] == verdicts[ANOTHER] == ("unstable", "unstable")
        assert (waiting["counts"]["unstable"], waiting["counts"]["passed"]) == (2, 1)
        asked = {item["id"]: item for item in waiting["gate"]["criteria"]}
        assert {item["why"] for item in asked.values()} == {"unstable"}
        # The rehearsal's second run and both runs of the proof: a failure with its picture.
        videos = [path for path in asked[ADDED]["evidence"] if path.startswith("proof/videos/")]
        assert [path.partition(".attempt-")[2][0] for path in videos] == ["2", "3", "4"]
        assert any("screenshots/" in p and "attempt-3" in p for p in asked[ADDED]["evidence"])

        blanket = await accept(client, caller, waiting, blanket=True)
        assert blanket.status_code == 409
        assert f"by name: {ADDED} (unstable), {ANOTHER} (unstable)" in blanket.json()["detail"]
        half = await accept(client, caller, waiting, blanket=True, criteria=[ADDED])
        assert half.status_code == 409
        named = await accept(client, caller, waiting, criteria=[ADDED, ANOTHER])
        assert named.status_code == 200, named.text
        done = await wait_until(client, caller, build_id, lambda build: build["bundle_is_final"])

    assert done["status"] == "delivered"
    folder = await fetch(client, caller, build_id, tmp_path / "out")
    found = verify_bundle(folder)
    assert found.is_verified, found.faults
    assert found.counts == done["counts"]
    assert any("2 held only when tried again" in line for line in found.shown), found.shown
    said = msgspec.json.decode((folder / "proof/manifest.json").read_bytes())["predicate"]
    told = [event["data"] for event in said["events"]["entries"]]
    assert [data["verdict"] for data in told if data.get("rehearsal")] == ["unstable"] * 2
    assert [data["unstable_criteria"] for data in told if "unstable_criteria" in data]
    result = next(r for r in said["proof"]["results"] if r["criterion"] == ADDED)
    ends = [attempt["verdict"] for attempt in result["attempts"]]
    assert ends == ["failed", "passed", "failed", "passed"]
    for path in asked[ADDED]["evidence"]:
        assert (folder / path).is_file()
    assert "held only at the second try" in (folder / "proof/report.html").read_text()
