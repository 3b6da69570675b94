"""How many seeded defects the proof catches, of a list that was committed before."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bench.proving_ground import (
    AT_ONCE,
    KnownGood,
    ProvingGround,
    Refusal,
    load_known_good,
    open_proving_ground,
)
from bench.seeded_manifest import Expectation, Manifest, read_manifest

FINAL_SEED = 2
LEAST_CAUGHT = 0.95
# As 1/2 and then 2/2, when the defects are proven in two calls: every second one, from the first.
PART = os.environ.get("BENCH_PART", "1/1")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of proving one product with one defect; no refusal: the defect survived."""

    defect: Expectation
    refusal: Refusal | None
    seconds: float


async def run(seed: int = FINAL_SEED) -> tuple[Table, dict[str, Any]]:
    """Prove a product with each defect that was written down for a seed."""
    manifest = read_manifest(seed)
    goods = load_known_good()
    needed = sorted({defect.blueprint for defect in manifest.defects})
    began = time.perf_counter()
    async with open_proving_ground([goods[name] for name in needed]) as ground:
        outcomes = await prove_all(ground, goods, part_of(manifest.defects))
    return report(manifest, outcomes, time.perf_counter() - began)


def part_of(defects: Sequence[Expectation]) -> Sequence[Expectation]:
    """Return the defects that this call proves."""
    first, calls = map(int, PART.split("/"))
    return defects[first - 1 :: calls]


async def prove_all(
    ground: ProvingGround, goods: dict[str, KnownGood], defects: Sequence[Expectation]
) -> list[Outcome]:
    """Prove several products at a time, each on a sandbox of its own."""
    lanes = asyncio.Semaphore(AT_ONCE)

    async def one(defect: Expectation) -> Outcome:
        async with lanes:
            return await prove_one(ground, goods[defect.blueprint], defect)

    return await asyncio.gather(*(one(defect) for defect in defects))


async def prove_one(ground: ProvingGround, good: KnownGood, defect: Expectation) -> Outcome:
    """Put one defect into the product and prove it until something is refused."""
    began = time.perf_counter()
    files = defect.site.applied_to(dict(good.files))
    refusal = await ground.first_refusal(good, files, defect.name)
    outcome = Outcome(defect=defect, refusal=refusal, seconds=time.perf_counter() - began)
    said = f"{refusal.criterion} {refusal.verdict}: {refusal.message}" if refusal else "SURVIVED"
    print(f"{defect.name} {defect.operator}: {said} ({outcome.seconds:.0f} s)", flush=True)
    return outcome


def report(
    manifest: Manifest, outcomes: list[Outcome], seconds: float
) -> tuple[Table, dict[str, Any]]:
    """Show what was caught by operator, and every survivor."""
    caught = sum(outcome.refusal is not None for outcome in outcomes)
    share = caught / len(outcomes)
    limit = "of the whole program" if manifest.is_unscoped else f"at least {LEAST_CAUGHT:.0%}"
    table = Table(
        title=f"Seeded defects of seed {manifest.seed}: {caught} of {len(outcomes)} caught "
        f"({share:.1%}; {limit}) in {seconds / 60:.0f} min"
    )
    for heading in ("operator", "seeded", "caught", "survivors"):
        table.add_column(heading)
    for row in _rows(outcomes):
        table.add_row(*row)
    return table, {
        "seed": manifest.seed,
        "part": PART,
        "is_unscoped": manifest.is_unscoped,
        "seeded": len(outcomes),
        "caught": caught,
        "share": share,
        "is_met": manifest.is_unscoped or share >= LEAST_CAUGHT,
        "seconds": seconds,
        "outcomes": [_figures(outcome) for outcome in outcomes],
    }


def _rows(outcomes: list[Outcome]) -> Iterator[tuple[str, ...]]:
    groups = {"by hand": [o for o in outcomes if o.defect.is_handmade]}
    for outcome in outcomes:
        if not outcome.defect.is_handmade:
            groups.setdefault(outcome.defect.operator, []).append(outcome)
    for name, group in sorted(groups.items()):
        lost = [o.defect for o in group if o.refusal is None]
        yield (
            name,
            str(len(group)),
            str(len(group) - len(lost)),
            ", ".join(f"{d.name} {d.path}:{d.line}" for d in lost),
        )


def _figures(outcome: Outcome) -> dict[str, Any]:
    return {
        "defect": outcome.defect.name,
        "operator": outcome.defect.operator,
        "blueprint": outcome.defect.blueprint,
        "place": f"{outcome.defect.path}:{outcome.defect.line}",
        "seconds": round(outcome.seconds, 1),
        "relabelled": outcome.defect.relabelled,
        "caught_by": outcome.refusal.criterion if outcome.refusal else None,
        "verdict": outcome.refusal.verdict if outcome.refusal else "survived",
        "message": outcome.refusal.message if outcome.refusal else "",
    }
