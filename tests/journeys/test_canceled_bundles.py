"""A build that was canceled ends with a bundle too: what was found, and what was sealed."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.cli.local_works import RunningWorks
from draftworks import BuildCanceledError, Draftworks, Verification, verify_bundle
from tests.journeys.conftest import CRITICAL, SMALL
from tests.journeys.test_customers import kill_worker, wait_for_status

SECONDS = 300
LOOK_SECONDS = 0.2


def start(client: Draftworks, text: str) -> str:
    return client.builds.start(client.blueprints.submit(text, file="tools.md").id).id


def wait_for_the_bundle(client: Draftworks, build_id: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not client.builds.get(build_id).bundle_is_final:
        assert time.monotonic() < deadline, "nobody wrote the bundle"
        time.sleep(LOOK_SECONDS)


def fetched(client: Draftworks, build_id: str, folder: Path) -> Verification:
    wait_for_the_bundle(client, build_id)
    client.builds.download(build_id, folder)
    return verify_bundle(folder)


def predicate(folder: Path) -> dict[str, Any]:
    manifest = msgspec.json.decode((folder / "proof/manifest.json").read_bytes())
    found: dict[str, Any] = manifest["predicate"]
    return found


def check_canceled(client: Draftworks, build_id: str, folder: Path) -> Verification:
    """Check what every canceled bundle has in common."""
    found = fetched(client, build_id, folder)
    assert found.is_verified, found.faults
    assert found.status == "canceled"
    said = predicate(folder)
    assert said["events"]["entries"][-1]["data"]["status"] == "canceled"
    assert [leaf["name"] for leaf in said["revealed"]] == ["R1/a-tool-needs-a-name", "data"]
    build = client.builds.get(build_id)
    assert found.counts == build.counts
    assert "The build was canceled" in (folder / "proof/report.html").read_text()
    assert not (folder / "product").exists()
    return found


def test_canceled_while_a_worker_holds_it(
    works: RunningWorks, customer: Draftworks, tmp_path: Path
) -> None:
    build_id = start(customer, SMALL)
    wait_for_status(customer, build_id, "verifying")

    customer.builds.cancel(build_id)

    with pytest.raises(BuildCanceledError) as canceled:
        customer.builds.wait(build_id, timeout=SECONDS)
    assert canceled.value.build.bundle_is_final
    check_canceled(customer, build_id, tmp_path / "out")


def test_canceled_at_the_gate_keeps_what_was_proven(
    works: RunningWorks, customer: Draftworks, tmp_path: Path
) -> None:
    build_id = start(customer, CRITICAL)
    waiting = customer.builds.wait(build_id, timeout=SECONDS, until="gate")
    balance = customer.tenant().balance_micros

    canceled = customer.builds.cancel(build_id)

    assert canceled.status == "canceled"
    assert customer.tenant().held_micros == 0
    paid = customer.tenant().balance_micros
    found = check_canceled(customer, build_id, tmp_path / "out")
    assert found.counts["passed"] == 2
    assert predicate(tmp_path / "out")["proof_digest"] == waiting.proof_digest
    assert list((tmp_path / "out/proof/videos").iterdir())
    assert customer.tenant().balance_micros == paid >= balance
    assert customer.builds.get(build_id).cost_micros == canceled.cost_micros


def test_canceled_in_line_is_over_at_once_and_written_down_by_the_next_free_worker(
    works: RunningWorks, customer: Draftworks, tmp_path: Path
) -> None:
    busy = start(customer, SMALL)
    wait_for_status(customer, busy, "planning")
    waiting = start(customer, SMALL)

    canceled = customer.builds.cancel(waiting)

    assert canceled.status == "canceled"
    assert (canceled.cost_micros, canceled.held_micros) == (0, 0)
    found = check_canceled(customer, waiting, tmp_path / "out")
    assert found.counts["not_run"] == 2
    assert customer.builds.wait(busy, timeout=SECONDS).status == "delivered"


def test_the_bundle_is_written_though_the_worker_is_killed(
    works: RunningWorks, customer: Draftworks, tmp_path: Path
) -> None:
    build_id = start(customer, CRITICAL)
    customer.builds.wait(build_id, timeout=SECONDS, until="gate")

    customer.builds.cancel(build_id)
    kill_worker(works)

    check_canceled(customer, build_id, tmp_path / "out")
