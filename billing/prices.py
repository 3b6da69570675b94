"""The price table: dated data in whole micro-dollars; what has no price is refused.

A price changes by a new row with a later date; old rows stay, since old usage is priced by them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from billing.errors import UnknownPriceError
from billing.meters import Meter


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """So many micro-dollars for so many units of a meter, from a day on."""

    meter: Meter
    micros: int
    units: int
    valid_from: datetime

    def cost_micros(self, quantity: int) -> int:
        """Price a quantity, rounded down, so that parts never cost more than the whole."""
        return quantity * self.micros // self.units


MEBIBYTE = 1024 * 1024
START = datetime(2026, 1, 1, tzinfo=UTC)

PRICES: tuple[Price, ...] = (
    Price(meter=Meter.SANDBOX_MILLISECONDS, micros=50, units=1000, valid_from=START),
    Price(meter=Meter.BROWSER_MILLISECONDS, micros=100, units=1000, valid_from=START),
    Price(meter=Meter.STORED_BYTES, micros=100, units=MEBIBYTE, valid_from=START),
    Price(meter=Meter.BUILDS, micros=50_000, units=1, valid_from=START),
)


def price_of(meter: Meter, at: datetime, prices: tuple[Price, ...] = PRICES) -> Price:
    """Return the price in force at a moment, or raise UnknownPriceError."""
    known = [price for price in prices if price.meter == meter and price.valid_from <= at]
    if not known:
        raise UnknownPriceError(meter, at)
    return max(known, key=lambda price: price.valid_from)


def price_micros(meter: Meter, quantity: int, at: datetime | None = None) -> int:
    """Say what a quantity costs, at today's price unless told otherwise."""
    return price_of(meter, at or datetime.now(UTC)).cost_micros(quantity)


def quote_micros(quantities: Mapping[Meter, int], at: datetime | None = None) -> int:
    """Say what several quantities cost together."""
    return sum(price_micros(meter, quantity, at) for meter, quantity in quantities.items())
