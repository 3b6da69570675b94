"""The prove stage of an example against the same scenarios in bare Playwright."""

import os
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import Browser, async_playwright
from rich.table import Table

from backend.artifacts.local_store import LocalStore
from backend.blueprints.blueprint import Blueprint
from backend.blueprints.document import compile_blueprint
from backend.blueprints.holdouts import DATA_SEED
from backend.builds.clean_room import load_tree, open_products
from backend.builds.phases import DATA_RUNS, NARRATIONS, SECOND_LOOKS
from backend.builds.products import Proof, Workspace
from backend.builds.stages.code import code
from backend.builds.stages.prove import prove
from backend.builds.status import BuildStatus
from backend.builds.workbench import Job, Workbench
from backend.proof.browser import BrowserSettings
from backend.proof.chromium import FLAGS, find_chromium, link_ffmpeg
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.environment import describe_environment
from backend.proof.opening import OpenedProduct
from backend.proof.product import RunningProduct
from backend.proof.prover import open_prover
from backend.resources import find_toolchain, open_driver, open_own_signer
from backend.settings import read_settings
from bench.bare_browser import run_bare
from tenants.ids import new_id

EXAMPLE = Path(__file__).parent.parent / "examples" / "bicycle-repair.md"
ROUNDS = 3
LIMIT = 1.5
APART = (DATA_RUNS, SECOND_LOOKS, NARRATIONS)  # what bare Playwright has no like of


async def run() -> tuple[Table, dict[str, Any]]:
    """Alternate ours and bare, each in a warm browser, and compare the medians."""
    compiled = compile_blueprint(EXAMPLE.read_bytes(), EXAMPLE.name)
    if compiled.blueprint is None:
        raise SystemExit("the example does not compile")
    ours: list[float] = []
    phases: list[Mapping[str, float]] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with open_bench(Path(folder)) as bench, open_bare_browser(Path(folder)) as browser:
            workspace = await build(compiled.blueprint, bench, Path(folder))
            for number in range(ROUNDS):
                job = make_job(compiled.blueprint, Path(folder) / f"proof-{number}", workspace)
                began = time.perf_counter()
                outcome = await prove(job, bench)
                ours.append(time.perf_counter() - began)
                if not isinstance(outcome.product, Proof):
                    raise SystemExit("the stage left no proof")
                phases.append(outcome.product.phases)
                bare.append(await run_bare_round(job, bench, browser))
    return report(ours, phases, bare)


@asynccontextmanager
async def open_bench(folder: Path) -> AsyncIterator[Workbench]:
    """Open what a worker has."""
    settings = read_settings({"DRAFTWORKS_DATA": str(folder / "data")})
    browser = BrowserSettings(folder=folder / "browser", lanes=settings.lanes)
    async with open_driver() as driver, open_prover(browser) as prover:
        yield Workbench(
            driver=driver,
            toolchain=find_toolchain(settings),
            store=LocalStore(folder / "artifacts", link_secret=b"b" * 32),
            prover=prover,
            environment=await describe_environment(prover.browser),
            signer=open_own_signer(settings),
            lanes=settings.lanes,
            faketime_library=None,
        )


@asynccontextmanager
async def open_bare_browser(folder: Path) -> AsyncIterator[Browser]:
    """Open a warm browser as a script would; root needs Chromium's own sandbox off."""
    os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(link_ffmpeg(folder / "browser"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=[*FLAGS, "--no-sandbox"]
        )
        yield browser
        await browser.close()


def make_job(blueprint: Blueprint, folder: Path, workspace: Workspace | None = None) -> Job:
    """Describe a build that is about to be proven, telling nobody of progress."""

    async def progress(_kind: str, _data: Mapping[str, Any]) -> None:
        return None

    folder.mkdir(parents=True)
    return Job(
        tenant_id=new_id(),
        build_id=new_id(),
        status=BuildStatus.PROVING,
        attempt=1,
        fence=1,
        blueprint=blueprint,
        blueprint_text=EXAMPLE.read_text(),
        seeds={DATA_SEED: "bench"},
        holdout_root="",
        folder=folder,
        progress=progress,
        workspace=workspace,
    )


async def build(blueprint: Blueprint, bench: Workbench, folder: Path) -> Workspace:
    """Let the kit build the example."""
    outcome = await code(make_job(blueprint, folder / "code"), bench)
    if not isinstance(outcome.product, Workspace):
        raise SystemExit("the kit built nothing")
    return outcome.product


async def run_bare_round(job: Job, bench: Workbench, browser: Browser) -> float:
    """Run the scenarios bare, on a product that runs already."""
    files = await load_tree(job, bench)
    contract = read_contract(files[CONTRACT_FILE])
    videos = job.folder / "bare"
    async with open_products(job, bench, files, contract) as products:
        product, *_ = served(products)
        return await run_bare(browser, product, job.blueprint.scenarios, videos)


def served(products: Sequence[OpenedProduct]) -> list[RunningProduct]:
    """Return the products that have an address, as those of the examples do."""
    return [product for product in products if isinstance(product, RunningProduct)]


def report(
    whole: list[float], phases: list[Mapping[str, float]], bare: list[float]
) -> tuple[Table, dict[str, Any]]:
    """Show the medians, and the ratio of what the stage is beside the parts told apart."""
    apart = {name: [found[name] for found in phases] for name in APART}
    ours = [
        seconds - sum(found[name] for name in APART)
        for seconds, found in zip(whole, phases, strict=True)
    ]
    ratio = median(ours) / median(bare)
    table = Table(title=f"Prove stage of {EXAMPLE.name} against bare Playwright, {ROUNDS} rounds")
    for heading in ("", "seconds (median)", "all rounds"):
        table.add_column(heading)
    for name, seconds in {
        "the prove stage without the three below": ours,
        "bare Playwright": bare,
        **apart,
    }.items():
        rounds = ", ".join(f"{value:.1f}" for value in seconds)
        table.add_row(name, f"{median(seconds):.2f}", rounds)
    table.add_row("ratio", f"{ratio:.2f}", f"may be at most {LIMIT}")
    return table, {
        "ours_seconds": ours,
        "bare_seconds": bare,
        "apart_seconds": apart,
        "ratio": ratio,
        "limit": LIMIT,
        "is_met": ratio <= LIMIT,
    }
