"""Runs the benchmarks that are named, or all; prints tables and writes JSON to bench/results.

Without a name, those that take minutes are run; `defects`, `good` and `tampering` take longer and
want to be named. `good:20` makes twenty runs instead of the usual number, `defects:1` takes the
defects of seed 1.
"""

import asyncio
import json
import platform
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import known_good, line, prove, seeded_defects, smells, tampering, verdict, visual

BENCHMARKS: dict[str, Callable[..., Coroutine[None, None, tuple[Table, dict[str, Any]]]]] = {
    "verdict": verdict.run,
    "prove": prove.run,
    "line": line.run,
    "visual": visual.run,
    "defects": seeded_defects.run,
    "good": known_good.run,
    "smells": smells.run,
    "tampering": tampering.run,
}
LONG = frozenset({"defects", "good", "tampering"})
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run what was asked for; exit status 1 says which does not exist or missed its limit."""
    wanted = [name.partition(":") for name in sys.argv[1:] or _usual()]
    if unknown := [name for name, _, _ in wanted if name not in BENCHMARKS]:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 1
    console = Console()
    RESULTS.mkdir(exist_ok=True)
    missed = []
    for name, _, number in wanted:
        table, figures = asyncio.run(BENCHMARKS[name](*([int(number)] if number else [])))
        console.print(table)
        # Each knows its own limit; one that only shows figures has none to miss.
        if not figures.get("is_met", True):
            missed.append(name)
        figures["machine"] = platform.platform()
        (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    if missed:
        print(f"not within its limit: {', '.join(missed)}")
        return 1
    return 0


def _usual() -> list[str]:
    return [name for name in BENCHMARKS if name not in LONG]


if __name__ == "__main__":
    sys.exit(main())
