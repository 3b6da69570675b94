"""The verdict run of ten scenarios against the same ten in bare Playwright with video."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import Browser
from rich.table import Table

from backend.blueprints.blueprint import Scenario
from backend.blueprints.document import compile_blueprint
from backend.builds.clean_room import Occasion, load_tree, open_products, run_scenarios
from backend.builds.workbench import Job, Workbench
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.product import RunningProduct
from backend.proof.results import Verdict
from backend.proof.subject_pool import open_pool
from bench.bare_browser import play, run_bare, seed
from bench.prove import EXAMPLE, build, make_job, open_bare_browser, open_bench, served

SCENARIOS = 10
ROUNDS = 5
LIMIT = 1.3


async def run() -> tuple[Table, dict[str, Any]]:
    """Alternate ours and bare on the same products, each in a warm browser; compare the medians."""
    compiled = compile_blueprint(EXAMPLE.read_bytes(), EXAMPLE.name)
    if compiled.blueprint is None:
        raise SystemExit("the example does not compile")
    scenarios = compiled.blueprint.scenarios[:SCENARIOS]
    rounds: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with open_bench(folder) as bench, open_bare_browser(folder) as browser:
            workspace = await build(compiled.blueprint, bench, folder)
            for number in range(ROUNDS + 1):
                job = make_job(compiled.blueprint, folder / f"round-{number}", workspace)
                files = await load_tree(job, bench)
                contract = read_contract(files[CONTRACT_FILE])
                async with open_products(job, bench, files, contract) as opened:
                    products = served(opened)
                    ours = await prove_once(job, bench, products, scenarios)
                    alone = await run_bare(browser, products[0], scenarios, job.folder / "bare")
                    paired = await run_bare_paired(browser, products, scenarios, job.folder / "two")
                if number:  # the first warms everything up
                    rounds.append((ours, alone, paired))
    return report(rounds)


async def prove_once(
    job: Job, bench: Workbench, products: Sequence[RunningProduct], scenarios: Sequence[Scenario]
) -> float:
    """Return the seconds of the verdict run: steps, pictures and plain video, all kept."""
    began = time.perf_counter()
    async with open_pool(products) as pool:
        results = await run_scenarios(
            job, bench, pool, scenarios=scenarios, occasion=Occasion.PROOF
        )
    seconds = time.perf_counter() - began
    if any(result.verdict is not Verdict.PASSED for result in results):
        raise SystemExit("a scenario of the example did not pass")
    return seconds


async def run_bare_paired(
    browser: Browser,
    products: Sequence[RunningProduct],
    scenarios: Sequence[Scenario],
    videos: Path,
) -> float:
    """Run the same ten bare, two at a time, as a tester with two workers would.

    Data is put back and loaded within the time: with two at a time the one's waiting is the
    other's work, so it cannot be left out.
    """
    waiting = list(scenarios)

    async def work(product: RunningProduct) -> None:
        while waiting:
            scenario = waiting.pop(0)
            await product.reset()
            for step in scenario.steps:
                if step.expression == "W05":
                    await seed(product, step)
            await play(browser, product.address, scenario, videos)

    began = time.perf_counter()
    await asyncio.gather(*(work(product) for product in products[:2]))
    return time.perf_counter() - began


def report(rounds: Sequence[tuple[float, float, float]]) -> tuple[Table, dict[str, Any]]:
    """Show the medians, and ours as a ratio of each."""
    ours, alone, paired = (list(column) for column in zip(*rounds, strict=True))
    table = Table(title=f"The verdict run of {SCENARIOS} scenarios, {ROUNDS} rounds")
    for heading in ("", "seconds (median)", "ours ÷ this", "all rounds"):
        table.add_column(heading)
    for name, seconds in (
        ("the verdict run", ours),
        ("bare Playwright with video", alone),
        ("the same, two at a time", paired),
    ):
        listed = ", ".join(f"{value:.1f}" for value in seconds)
        ratio = median(ours) / median(seconds)
        table.add_row(name, f"{median(seconds):.2f}", f"{ratio:.2f}", listed)
    ratio = median(ours) / median(alone)
    table.add_row("limit", "", f"{LIMIT}", "against bare Playwright with video")
    return table, {
        "ours_seconds": ours,
        "bare_seconds": alone,
        "bare_paired_seconds": paired,
        "ratio": ratio,
        "ratio_paired": median(ours) / median(paired),
        "limit": LIMIT,
        "is_met": ratio <= LIMIT,
    }
