"""Where the time of a warm build goes: every stage, from the order to the hand-over."""

import asyncio
import itertools
import tempfile
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

from backend.cli.local_works import RunningWorks, use_works
from bench.prove import EXAMPLE
from draftworks import BuildStatus, Draftworks

ROUNDS = 3
STAGES = ("plan", "code", "verify", "review", "prove", "deliver")


async def run() -> tuple[Table, dict[str, Any]]:
    """Build the example through the API several times and take the stages from its events."""
    return await asyncio.to_thread(measure)


def measure() -> tuple[Table, dict[str, Any]]:
    """Start a works of its own, warm it up with one build, then measure."""
    with tempfile.TemporaryDirectory() as folder, use_works(Path(folder)) as works:
        build_once(works)
        rounds = [build_once(works) for _ in range(ROUNDS)]
    seconds = {name: median(times[name] for times in rounds) for name in rounds[0]}
    return report(seconds)


def build_once(works: RunningWorks) -> dict[str, float]:
    """Return the seconds of each stage, and of the queue around them."""
    with Draftworks(works.api_key, base_url=works.address) as client:
        blueprint = client.blueprints.submit(EXAMPLE)
        build = client.builds.start(blueprint.id)
        seconds = dict.fromkeys(STAGES, 0.0)
        moments: list[tuple[datetime, BuildStatus | None]] = []
        waited = 0.0
        for event in client.builds.events(build.id):
            if event.at is not None:
                moments.append((event.at, event.status))
            if event.type == "status" and "stage" in event.data:
                seconds[event.data["stage"]] += event.data["seconds"]
            if event.status is not None and event.status.awaits_person:
                found = client.builds.get(build.id)
                if found.gate is not None:
                    client.builds.decide(
                        build.id,
                        gate=str(found.gate.kind),
                        decision="accept",
                        proof_digest=found.gate.proof_digest,
                        blanket=True,
                    )
        for (before, status), (after, _) in itertools.pairwise(moments):
            if status is not None and status.awaits_person:
                waited += (after - before).total_seconds()
    whole = (moments[-1][0] - moments[0][0]).total_seconds() - waited
    return seconds | {"queue and database": whole - sum(seconds.values())}


def report(seconds: dict[str, float]) -> tuple[Table, dict[str, Any]]:
    """Show each part and how everything but proving compares with proving."""
    other = sum(seconds.values()) - seconds["prove"]
    ratio = other / seconds["prove"]
    table = Table(title=f"A warm build of {EXAMPLE.name}, median of {ROUNDS}")
    table.add_column("part")
    table.add_column("seconds", justify="right")
    for name, value in seconds.items():
        table.add_row(name, f"{value:.2f}")
    table.add_row("everything but proving ÷ proving", f"{ratio:.2f} (below 1)")
    return table, {"seconds": seconds, "other_over_prove": ratio, "is_met": ratio < 1}
