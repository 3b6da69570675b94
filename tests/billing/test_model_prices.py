"""A model costs what the table says on the day, and what is not in it is not asked."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import UnknownPriceError
from billing.model_prices import MODEL_PRICES, model_price

TODAY = datetime(2026, 11, 25, tzinfo=UTC)
TOKENS = st.integers(min_value=0, max_value=1_000_000)
NAMES = sorted({price.model for price in MODEL_PRICES})


def test_a_call_costs_each_kind_of_token_at_its_own_price() -> None:
    price = model_price("claude-opus-5-5", prompt=3_000_000, at=TODAY)

    cost = price.cost_micros(
        fresh=1_000_000, cache_written=1_000_000, cache_read=1_000_000, output=1_000_000
    )

    assert cost == 4_000_000 + 5_000_000 + 200_000 + 20_000_000


def test_a_part_of_a_micro_dollar_counts_as_a_whole_one() -> None:
    price = model_price("claude-sonnet-5-5", prompt=1, at=TODAY)

    assert price.cost_micros(fresh=0, cache_written=0, cache_read=1, output=0) == 1


def test_usage_is_priced_by_what_held_on_its_day() -> None:
    before = model_price("claude-sonnet-5-5", prompt=1, at=datetime(2026, 10, 6, tzinfo=UTC))
    since = model_price("claude-sonnet-5-5", prompt=1, at=datetime(2026, 10, 7, tzinfo=UTC))

    assert (before.cache_read, since.cache_read) == (200_000, 100_000)


def test_long_prompts_have_a_price_of_their_own() -> None:
    short = model_price("claude-haiku-5-5", prompt=100_000, at=TODAY)
    long = model_price("claude-haiku-5-5", prompt=100_001, at=TODAY)

    assert (short.fresh, long.fresh) == (100_000, 500_000)


@pytest.mark.parametrize(
    ("model", "day"),
    [("claude-opus-5-5", datetime(2025, 12, 31, tzinfo=UTC)), ("claude-unheard-of", TODAY)],
)
def test_what_has_no_price_is_refused_by_name(model: str, day: datetime) -> None:
    with pytest.raises(UnknownPriceError, match=model):
        model_price(model, prompt=1, at=day)


@given(
    name=st.sampled_from(NAMES),
    fresh=TOKENS,
    cache_written=TOKENS,
    cache_read=TOKENS,
    output=TOKENS,
)
def test_no_call_costs_more_than_its_worst_case(
    name: str, fresh: int, cache_written: int, cache_read: int, output: int
) -> None:
    prompt = fresh + cache_written + cache_read
    price = model_price(name, prompt=prompt, at=TODAY)

    cost = price.cost_micros(
        fresh=fresh, cache_written=cache_written, cache_read=cache_read, output=output
    )

    assert cost <= price.most_micros(prompt=prompt, output=output)
