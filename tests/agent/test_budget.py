"""However many agents share a budget, they never spend more than it has."""

import asyncio
import random

from backend.agent.budget import Budget, Spending
from backend.agent.errors import BudgetExceededError
from backend.agent.usage import NO_TOKENS, TokenUsage

MODEL = "claude-opus-5-5"
PROMPT, OUTPUT = 1_000, 100  # 5,000 + 2,000 micro-dollars at the most


async def nobody(_: Spending) -> None:
    return


async def test_fifty_agents_at_once_never_overspend() -> None:
    spent = 0

    async def record(spending: Spending) -> None:
        nonlocal spent
        spent += spending.cost_micros

    budget = Budget(100_000, record)
    chance = random.Random(7)  # noqa: S311  # the same run each time
    refused = 0

    async def agent() -> None:
        nonlocal refused
        for _ in range(10):
            try:
                async with budget.reserve(MODEL, prompt=PROMPT, output=OUTPUT) as reservation:
                    await asyncio.sleep(0)
                    used = TokenUsage(
                        cache_written=chance.randint(0, PROMPT), output=chance.randint(0, OUTPUT)
                    )
                    reservation.settle(used, NO_TOKENS)
            except BudgetExceededError:
                refused += 1

    await asyncio.gather(*(agent() for _ in range(50)))

    assert refused
    assert 90_000 < spent <= 100_000
    assert budget.left_micros == 100_000 - spent


async def test_what_is_set_aside_comes_back_when_nothing_was_used() -> None:
    budget = Budget(7_000, nobody)

    async with budget.reserve(MODEL, prompt=PROMPT, output=OUTPUT):
        assert budget.left_micros == 0

    assert budget.left_micros == 7_000


async def test_a_call_that_is_canceled_is_counted_at_its_worst_for_the_works_to_bear() -> None:
    spent: list[Spending] = []

    async def record(spending: Spending) -> None:
        spent.append(spending)

    budget = Budget(7_000, record)

    async def call() -> None:
        async with budget.reserve(MODEL, prompt=PROMPT, output=OUTPUT):
            await asyncio.sleep(60)

    task = asyncio.create_task(call())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert [(one.cost_micros, one.wasted_micros) for one in spent] == [(0, 7_000)]
    assert budget.left_micros == 7_000


async def test_what_broke_off_is_not_taken_from_the_customers_budget() -> None:
    budget = Budget(7_000, nobody)

    async with budget.reserve(MODEL, prompt=PROMPT, output=OUTPUT) as reservation:
        reservation.settle(NO_TOKENS, TokenUsage(fresh=1_000))

    assert budget.left_micros == 7_000
    assert reservation.spending is not None
    assert reservation.spending.wasted_micros == 4_000
