"""Runs the benchmarks that are named, or all; prints tables and writes JSON to bench/results."""

import asyncio
import json
import platform
import sys
from pathlib import Path

from rich.console import Console

from bench import line, prove, smells, visual

BENCHMARKS = {"prove": prove.run, "line": line.run, "visual": visual.run, "smells": smells.run}
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run what was asked for; exit status 1 names a benchmark that does not exist."""
    wanted = sys.argv[1:] or list(BENCHMARKS)
    if unknown := [name for name in wanted if name not in BENCHMARKS]:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 1
    console = Console()
    RESULTS.mkdir(exist_ok=True)
    for name in wanted:
        table, figures = asyncio.run(BENCHMARKS[name]())
        console.print(table)
        figures["machine"] = platform.platform()
        (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
