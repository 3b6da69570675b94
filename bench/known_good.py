"""How often the proof refuses what is right: known-good products, proven again and again."""

import asyncio
import os
import time
from typing import Any

from rich.table import Table

from bench.proving_ground import (
    AT_ONCE,
    BLUEPRINTS,
    MORE_BLUEPRINTS,
    KnownGood,
    ProvingGround,
    load_known_good,
    open_proving_ground,
)

RUNS = 200
MOST_REFUSED = 0
# Where to go on when the runs are made in several calls: each run has a seed of its own.
FIRST_RUN = int(os.environ.get("BENCH_FIRST_RUN", "1"))


async def run(runs: int = RUNS) -> tuple[Table, dict[str, Any]]:
    """Prove the known-good products in turn; each run boots a product and proves it whole."""
    goods = list(load_known_good([*BLUEPRINTS, *MORE_BLUEPRINTS]).values())
    began = time.perf_counter()
    async with open_proving_ground(goods) as ground:
        refused = await _refusals(ground, goods, runs)
    seconds = time.perf_counter() - began
    table = Table(title=f"{runs} runs of known-good products in {seconds / 60:.0f} min")
    for heading in ("product", "scenarios", "runs", "refused"):
        table.add_column(heading)
    for number, good in enumerate(goods):
        own = len([run for run in _numbers(runs) if run % len(goods) == number])
        wrong = [text for name, text in refused if name == good.name]
        table.add_row(good.name, str(len(good.scenarios)), str(own), "\n".join(wrong) or "0")
    return table, {
        "runs": runs,
        "refused": refused,
        "seconds": seconds,
        "most": MOST_REFUSED,
        "is_met": len(refused) <= MOST_REFUSED,
    }


async def _refusals(
    ground: ProvingGround, goods: list[KnownGood], runs: int
) -> list[tuple[str, str]]:
    lanes = asyncio.Semaphore(AT_ONCE)
    refused: list[tuple[str, str]] = []

    async def one(number: int) -> None:
        good = goods[number % len(goods)]
        async with lanes:
            refusal = await ground.first_refusal(good, good.files, f"run-{number}")
        if refusal is not None:
            refused.append((good.name, f"{refusal.criterion}: {refusal.message}"))
        print(f"run {number + 1}, {good.name}: {refusal or 'passed'}", flush=True)

    await asyncio.gather(*(one(number) for number in _numbers(runs)))
    return refused


def _numbers(runs: int) -> range:
    return range(FIRST_RUN - 1, FIRST_RUN - 1 + runs)
