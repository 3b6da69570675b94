"""What language models cost: one dated table; a model that is not in it is not asked.

Prices are whole micro-dollars for a million tokens, as
https://platform.claude.com/docs/en/about-claude/pricing lists them. A price changes by a new row
with a later date; old rows stay, since old usage is priced by them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from billing.errors import UnknownPriceError

_MILLION = 1_000_000


class ModelPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What a model costs from a day on, by kind of token.

    `cache_written` is the price of keeping a prefix for five minutes. A row with `longest_prompt`
    holds for prompts up to so many tokens, cached ones included; the row without for longer ones.
    """

    model: str
    fresh: int
    cache_written: int
    cache_read: int
    output: int
    valid_from: datetime
    longest_prompt: int | None = None

    def cost_micros(self, *, fresh: int, cache_written: int, cache_read: int, output: int) -> int:
        """Price one call, rounded up: what is set aside for it must be enough."""
        micros = (
            fresh * self.fresh
            + cache_written * self.cache_written
            + cache_read * self.cache_read
            + output * self.output
        )
        return -(-micros // _MILLION)

    def most_micros(self, *, prompt: int, output: int) -> int:
        """Price the worst case of a call: nothing is cached yet, and every word is used."""
        dearest = max(self.fresh, self.cache_written, self.cache_read)
        return -(-(prompt * dearest + output * self.output) // _MILLION)


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _dollars(value: float) -> int:
    return round(value * _MILLION)


def _price(  # a row reads like a line of the vendor's table
    model: str,
    since: datetime,
    *,
    read: tuple[float, float, float],
    output: float,
    longest_prompt: int | None = None,
) -> ModelPrice:
    fresh, cache_written, cache_read = map(_dollars, read)
    return ModelPrice(
        model=model,
        fresh=fresh,
        cache_written=cache_written,
        cache_read=cache_read,
        output=_dollars(output),
        valid_from=since,
        longest_prompt=longest_prompt,
    )


START = _day(2026, 1, 1)
MODEL_PRICES: tuple[ModelPrice, ...] = (
    _price("claude-opus-4-5", START, read=(5, 6.25, 0.5), output=25),
    _price("claude-opus-4-6", START, read=(5, 6.25, 0.5), output=25),
    _price("claude-opus-4-7", START, read=(5, 6.25, 0.5), output=25),
    _price("claude-opus-4-8", START, read=(5, 6.25, 0.5), output=25),
    _price("claude-opus-5", START, read=(5, 6.25, 0.5), output=25),
    _price("claude-opus-5-5", START, read=(4, 5, 0.2), output=20),
    _price("claude-fable-5-1", START, read=(10, 12.5, 0.25), output=50),
    _price("claude-sonnet-4-6", START, read=(3, 3.75, 0.3), output=15),
    _price("claude-sonnet-5", START, read=(2, 2.5, 0.2), output=10),
    _price("claude-sonnet-5-5", START, read=(2, 2.5, 0.2), output=10),
    _price("claude-sonnet-5-5", _day(2026, 10, 7), read=(2, 2.5, 0.1), output=10),
    _price("claude-haiku-4-5", START, read=(1, 1.25, 0.1), output=5),
    _price("claude-haiku-5-5", START, read=(0.1, 0.125, 0.01), output=0.5, longest_prompt=100_000),
    _price("claude-haiku-5-5", START, read=(0.5, 0.625, 0.05), output=2.5),
)


def model_price(
    model: str,
    *,
    prompt: int,
    at: datetime | None = None,
    prices: tuple[ModelPrice, ...] = MODEL_PRICES,
) -> ModelPrice:
    """Return the price of a call that reads so many tokens; raise UnknownPriceError."""
    moment = at or datetime.now(UTC)
    fitting = list(_fitting(model, prompt, moment, prices))
    if not fitting:
        raise UnknownPriceError(model, moment)
    newest = max(price.valid_from for price in fitting)
    of_today = [price for price in fitting if price.valid_from == newest]
    return min(of_today, key=lambda price: price.longest_prompt or float("inf"))


def _fitting(
    model: str, prompt: int, moment: datetime, prices: tuple[ModelPrice, ...]
) -> Iterator[ModelPrice]:
    for price in prices:
        is_long_enough = price.longest_prompt is None or prompt <= price.longest_prompt
        if price.model == model and price.valid_from <= moment and is_long_enough:
            yield price
