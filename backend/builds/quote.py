"""Says what a build may cost before anything is spent: the least to expect and the worst case."""

from backend.blueprints.blueprint import Blueprint, Finding, Severity
from backend.blueprints.variation.data_sets import DATA_SETS
from billing.meters import Meter
from billing.prices import quote_micros

# What a scenario takes when all goes well, and the most that its time limits allow.
TYPICAL_SCENARIO_SECONDS = 3  # to verify and to prove it
TYPICAL_DATA_RUN_SECONDS = 1  # without video
TYPICAL_SECOND_LOOK_SECONDS = 1
TYPICAL_NARRATION_SECONDS = 5  # at a pace that people can follow
LONGEST_SCENARIO_SECONDS = 60
ATTEMPTS = 2
DATA_RUNS = len(DATA_SETS)
# To verify, to prove and on other data, twice each; a second look and a narration have one try.
RUNS = ATTEMPTS * (2 + DATA_RUNS) + 2
SANDBOXES = 3
FIXED_SECONDS = 60
STORED_BYTES = 64 * 1024 * 1024


def quote(blueprint: Blueprint) -> tuple[int, int]:
    """Return the expected and the greatest cost of a build in micro-dollars."""
    return quote_scenarios(len(blueprint.scenarios))


def quote_scenarios(scenarios: int) -> tuple[int, int]:
    """Return the same where only the number of scenarios is known, as of a stored blueprint."""
    count = max(scenarios, 1)
    typical = (
        TYPICAL_SCENARIO_SECONDS
        + DATA_RUNS * TYPICAL_DATA_RUN_SECONDS
        + TYPICAL_SECOND_LOOK_SECONDS
        + TYPICAL_NARRATION_SECONDS
    )
    low = _cost(FIXED_SECONDS // 4 + count * typical)
    high = _cost(FIXED_SECONDS + count * LONGEST_SCENARIO_SECONDS * RUNS)
    return low, high


def budget_finding(file: str, text: str, expected_micros: int) -> Finding:
    """Blame a budget that does not even cover what is to be expected."""
    keys = [line.lstrip(" '\"") for line in text.splitlines()]
    line = next((number for number, key in enumerate(keys, 1) if key.startswith("budget")), 1)
    dollars = -(-expected_micros // 10_000) / 100
    return Finding(
        file=file,
        line=line,
        rule="BP019",
        severity=Severity.ERROR,
        message=f"The budget is too small: building this costs about ${dollars:.2f}.",
        remedy=f"Write at least budget: {dollars:.2f}, better twice that, or leave the line out.",
    )


def _cost(seconds: int) -> int:
    return quote_micros(
        {
            Meter.BUILDS: 1,
            Meter.BROWSER_MILLISECONDS: seconds * 1000,
            Meter.SANDBOX_MILLISECONDS: seconds * 1000 * SANDBOXES,
            Meter.STORED_BYTES: STORED_BYTES,
        }
    )
