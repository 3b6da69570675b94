"""What things cost, on which day, and that nothing is priced by guessing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import BudgetCapError, OutOfCreditsError, UnknownPriceError, dollars
from billing.meters import Meter
from billing.prices import PRICES, START, Price, price_micros, price_of, quote_micros

NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("meter", Meter)
def test_every_meter_has_a_price(meter: Meter) -> None:
    assert price_micros(meter, 10**12) > 0


def test_before_the_first_price_nothing_is_priced() -> None:
    with pytest.raises(UnknownPriceError, match="2025-12-31"):
        price_micros(Meter.BUILDS, 1, datetime(2025, 12, 31, tzinfo=UTC))


def test_unknown_meter_is_refused() -> None:
    without = tuple(price for price in PRICES if price.meter != Meter.BUILDS)

    with pytest.raises(UnknownPriceError, match="builds"):
        price_of(Meter.BUILDS, NEXT_YEAR, without)


def test_old_usage_keeps_its_old_price() -> None:
    dearer = Price(meter=Meter.BUILDS, micros=70_000, units=1, valid_from=NEXT_YEAR)
    prices = (dearer, *PRICES)

    assert price_of(Meter.BUILDS, START, prices).micros == 50_000
    assert price_of(Meter.BUILDS, NEXT_YEAR, prices) == dearer


@given(st.sampled_from(Meter), st.lists(st.integers(0, 10**13), min_size=1))
def test_parts_never_cost_more_than_the_whole(meter: Meter, parts: list[int]) -> None:
    assert sum(price_micros(meter, part) for part in parts) <= price_micros(meter, sum(parts))


def test_quote_adds_up() -> None:
    quantities = {Meter.SANDBOX_MILLISECONDS: 60_000, Meter.BROWSER_MILLISECONDS: 1000}

    assert quote_micros(quantities) == 60 * 50 + 100


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "$0.00"), (19_999, "$0.01"), (1_500_000, "$1.50"), (-2_000_000, "-$2.00")],
)
def test_dollars_are_written_as_people_read_them(micros: int, text: str) -> None:
    assert dollars(micros) == text


def test_refusals_say_how_much_is_missing() -> None:
    cap = BudgetCapError(
        "tenant", needed_micros=2_000_000, cap_micros=3_000_000, used_micros=1_500_000
    )

    assert str(OutOfCreditsError(5_000_000, 1_250_000)) == (
        "This needs $5.00 in credits; $1.25 are left."
    )
    assert "$3.00" in str(cap)
    assert "$1.50" in str(cap)
