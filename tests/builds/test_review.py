"""A product that the review refuses: the build says so, and not that the works broke down."""

import dataclasses
from pathlib import Path

import pytest

from backend.blueprints.document import compile_blueprint
from backend.builds import conductor
from backend.builds.products import Review
from backend.builds.stage_ending import Ending
from backend.builds.stages import review
from backend.builds.status import UNBILLED, BuildStatus, FailureReason
from backend.builds.workbench import Workbench
from backend.kit import build
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import Toolchain
from tests.builds.conftest import BLUEPRINT
from tests.builds.test_allowance import bench as bench_without_parts
from tests.builds.test_allowance import make_job
from tests.builds.test_other_data import store

bench = bench_without_parts


@pytest.fixture
def kit_product() -> dict[str, bytes]:
    blueprint = compile_blueprint(BLUEPRINT.encode(), "tools.md").blueprint
    assert blueprint is not None
    return build(blueprint.data)


async def reviewed(
    files: dict[str, bytes], bench: Workbench, toolchain: Toolchain, folder: Path
) -> Ending:
    """Perform the stage on a product, in a real sandbox."""
    job = make_job(folder, hold_micros=1_000_000, status=BuildStatus.REVIEWING)
    job = await store(job, bench, files)
    async with BubblewrapSandbox() as driver:
        bench = dataclasses.replace(bench, driver=driver, toolchain=toolchain)
        return await conductor.perform(job, bench)


async def test_a_product_that_looks_for_its_prover_ends_as_refused_and_is_not_billed(
    kit_product: dict[str, bytes], bench: Workbench, toolchain: Toolchain, tmp_path: Path
) -> None:
    kit_product["app/web.py"] += b"\nPROVEN = 'HeadlessChrome'\n"

    ending = await reviewed(kit_product, bench, toolchain, tmp_path)

    assert (ending.next_status, ending.reason) == (BuildStatus.FAILED, FailureReason.REFUSED)
    assert ending.reason in UNBILLED
    line = kit_product["app/web.py"].count(b"\n")
    assert f"In app/web.py, line {line}: " in ending.message
    assert "neither delivered nor billed" in ending.message
    assert "whether it is being proven" in ending.message
    assert isinstance(ending.product, Review)
    assert ending.product.blocking


async def test_a_honest_product_goes_on_to_its_proof(
    kit_product: dict[str, bytes], bench: Workbench, toolchain: Toolchain, tmp_path: Path
) -> None:
    ending = await reviewed(kit_product, bench, toolchain, tmp_path)

    assert ending.next_status is BuildStatus.PROVING, ending.message


async def test_a_tool_without_a_verdict_is_the_works_own_fault(
    kit_product: dict[str, bytes],
    bench: Workbench,
    toolchain: Toolchain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(review, "RUFF", "ruff check --no-such-flag")

    ending = await reviewed(kit_product, bench, toolchain, tmp_path)

    assert ending.reason is FailureReason.INTERNAL
