"""Says what a build may cost before anything is spent: the least to expect and the worst case."""

from backend.blueprints.blueprint import Blueprint
from billing.meters import Meter
from billing.prices import quote_micros

# What a scenario takes when all goes well, and the most that its time limits allow.
TYPICAL_SCENARIO_SECONDS = 3
LONGEST_SCENARIO_SECONDS = 60
ATTEMPTS = 2
RUNS = 2  # once to verify, once to prove
SANDBOXES = 3
FIXED_SECONDS = 60
STORED_BYTES = 64 * 1024 * 1024


def quote(blueprint: Blueprint) -> tuple[int, int]:
    """Return the expected and the greatest cost of a build in micro-dollars."""
    count = max(len(blueprint.scenarios), 1)
    low = _cost(FIXED_SECONDS // 4 + count * TYPICAL_SCENARIO_SECONDS)
    high = _cost(FIXED_SECONDS + count * LONGEST_SCENARIO_SECONDS * ATTEMPTS * RUNS)
    return low, high


def _cost(seconds: int) -> int:
    return quote_micros(
        {
            Meter.BUILDS: 1,
            Meter.BROWSER_MILLISECONDS: seconds * 1000,
            Meter.SANDBOX_MILLISECONDS: seconds * 1000 * SANDBOXES,
            Meter.STORED_BYTES: STORED_BYTES,
        }
    )
