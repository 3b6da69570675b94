"""A build never costs more than was set aside for it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.artifacts.local_store import LocalStore
from backend.blueprints.document import compile_blueprint
from backend.builds import conductor
from backend.builds.allowance import affordable_seconds
from backend.builds.products import Delivery
from backend.builds.quote import STORED_BYTES, budget_finding, quote
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Consumption, Job, Outcome, Workbench
from backend.proof.environment import Environment
from backend.proof.signing import Signer
from billing.meters import Meter
from billing.prices import quote_micros
from tenants.ids import new_id
from tests.builds.conftest import BLUEPRINT

LANES = 2


def make_job(
    folder: Path,
    *,
    hold_micros: int,
    spent_micros: int = 0,
    status: BuildStatus = BuildStatus.VERIFYING,
) -> Job:
    async def progress(_kind: str, _data: Mapping[str, Any]) -> None:
        return None

    blueprint = compile_blueprint(BLUEPRINT.encode(), "tools.md").blueprint
    assert blueprint is not None
    return Job(
        tenant_id=new_id(),
        build_id=new_id(),
        status=status,
        attempt=1,
        fence=1,
        blueprint=blueprint,
        blueprint_text=BLUEPRINT,
        holdout_root="",
        folder=folder,
        progress=progress,
        hold_micros=hold_micros,
        spent_micros=spent_micros,
    )


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Make a bench with a store for the report; the stages of these tests use nothing else."""
    return Workbench(
        driver=None,  # type: ignore[arg-type]
        toolchain=None,  # type: ignore[arg-type]
        store=LocalStore(tmp_path / "artifacts", link_secret=b"s" * 32),
        prover=None,  # type: ignore[arg-type]
        environment=Environment(
            browser="none",
            playwright="none",
            fonts_sha256="",
            renderer_sha256="",
            viewport="",
            clock="",
            locale="",
            isolation="",
        ),
        signer=Signer(Ed25519PrivateKey.generate()),
        lanes=LANES,
        faketime_library=None,
    )


def test_what_the_dearest_stage_takes_in_the_allowed_time_stays_below_the_hold() -> None:
    hold_micros = 200_000

    seconds = affordable_seconds(left_micros=hold_micros, lanes=LANES)

    milliseconds = round(seconds * 1000)
    used = {
        Meter.BUILDS: 1,
        Meter.STORED_BYTES: STORED_BYTES,
        Meter.BROWSER_MILLISECONDS: milliseconds,
        Meter.SANDBOX_MILLISECONDS: milliseconds * (LANES + 2),
    }
    assert hold_micros * 0.95 < quote_micros(used) <= hold_micros


def test_nothing_left_allows_no_time() -> None:
    assert affordable_seconds(left_micros=-1, lanes=LANES) == 0


def test_the_expected_cost_of_any_blueprint_leaves_time_for_its_stages() -> None:
    blueprint = compile_blueprint(BLUEPRINT.encode(), "tools.md").blueprint
    assert blueprint is not None
    expected, _ = quote(blueprint)

    assert affordable_seconds(left_micros=expected, lanes=LANES) > 0


async def test_a_stage_that_would_cost_more_than_the_hold_is_stopped_and_metered(
    tmp_path: Path, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(job: Job, _bench: Workbench) -> Outcome:
        try:
            await asyncio.Event().wait()
        finally:
            job.consumption.add(Meter.BROWSER_MILLISECONDS, 7)
        raise AssertionError

    monkeypatch.setitem(conductor.STAGES, BuildStatus.VERIFYING, endless)  # type: ignore[arg-type]
    job = make_job(tmp_path, hold_micros=80_000, spent_micros=21_000)

    ending = await conductor.perform(job, bench)

    assert (ending.next_status, ending.reason) == (BuildStatus.FAILED, FailureReason.OUT_OF_BUDGET)
    assert "$0.08" in ending.message
    assert "budget" in ending.message
    assert job.consumption == Consumption({Meter.BROWSER_MILLISECONDS: 7})


async def test_a_proof_that_used_up_its_time_is_still_delivered(
    tmp_path: Path, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hand_over(_job: Job, _bench: Workbench) -> Outcome:
        await asyncio.sleep(0.01)
        handed = Delivery(tree_digest="", proof_digest="", product_files=0, proof_files=0)
        return Outcome(next_status=BuildStatus.DELIVERED, product=handed)

    monkeypatch.setitem(conductor.STAGES, BuildStatus.DELIVERING, hand_over)  # type: ignore[arg-type]
    job = make_job(tmp_path, hold_micros=80_000, spent_micros=24_000, status=BuildStatus.DELIVERING)

    assert (await conductor.perform(job, bench)).next_status is BuildStatus.DELIVERED


async def test_a_time_limit_inside_a_stage_is_not_taken_for_the_budget(
    tmp_path: Path, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(_job: Job, _bench: Workbench) -> Outcome:
        raise TimeoutError

    monkeypatch.setitem(conductor.STAGES, BuildStatus.VERIFYING, late)  # type: ignore[arg-type]

    ending = await conductor.perform(make_job(tmp_path, hold_micros=1_000_000), bench)

    assert ending.reason is FailureReason.INTERNAL


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nname: A\nbudget: 0.01\n---\n", 3),
        ('---\n"budget": 0.01\n---\n', 2),
        ("---\n{budget: 0.01}\n---\n", 1),
    ],
)
def test_a_budget_that_is_too_small_is_blamed_where_it_stands(text: str, line: int) -> None:
    finding = budget_finding("shop.md", text, 61_650)

    assert (finding.line, finding.rule) == (line, "BP019")
    assert "$0.07" in finding.message
