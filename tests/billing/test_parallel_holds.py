"""Twenty workers spend the same credits at once: no overshoot, no deadlock, nothing lost."""

import asyncio
import random
from uuid import UUID

from sqlalchemy import select

from billing.budgets import cap_tenant
from billing.errors import BudgetCapError, OutOfCreditsError
from billing.models import Budget
from billing.usage import record_usage
from tenants.database import Database
from tenants.ids import new_id
from tests.billing.parts import balance_of, hold_for, record, settle_now, used
from tests.tenants.parts import Someone

WORKERS = 20


async def test_twenty_holders_never_overshoot_the_balance(works: Database, ada: Someone) -> None:
    taken = []

    async def spend() -> None:
        for _ in range(5):
            try:
                await hold_for(works, ada.tenant_id, new_id(), 30_000)
            except OutOfCreditsError:
                return
            taken.append(30_000)

    async with asyncio.timeout(20):
        await asyncio.gather(*(spend() for _ in range(WORKERS)))

    assert len(taken) == 33  # of a million, at 30 000 each
    assert await balance_of(works, ada.tenant_id) == (10_000, 990_000)


async def test_twenty_holders_never_overshoot_a_cap(works: Database, ada: Someone) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        await cap_tenant(session, 500_000)
    builds = [new_id() for _ in range(3)]
    ended = await asyncio.gather(
        *(hold_for(works, ada.tenant_id, builds[n % 3], 30_000) for n in range(WORKERS)),
        return_exceptions=True,
    )

    assert sum(isinstance(end, UUID) for end in ended) == 16
    assert {type(end) for end in ended} == {UUID, BudgetCapError}


async def test_twenty_workers_hold_use_and_settle_without_deadlock(
    works: Database, ada: Someone
) -> None:
    builds = [new_id() for _ in range(4)]
    charged = []

    async def work(number: int) -> None:
        dice = random.Random(number)  # noqa: S311 - repeatable, not secret
        for _ in range(3):
            build_id = dice.choice(builds)
            hold_id = await hold_for(works, ada.tenant_id, build_id, 10_000)
            micros = dice.randrange(0, 10_000, 50)
            await record(works, ada.tenant_id, used(build_id, micros, hold_id=hold_id))
            settlements = await asyncio.gather(
                *(settle_now(works, ada.tenant_id, hold_id) for _ in range(2))
            )
            charged.append(micros)
            assert {one.charged_micros for one in settlements} == {micros}
            assert sorted(one.was_settled_before for one in settlements) == [False, True]

    async with asyncio.timeout(30):
        await asyncio.gather(*(work(number) for number in range(WORKERS)))

    assert await balance_of(works, ada.tenant_id) == (1_000_000 - sum(charged), 0)
    async with works.tenant_session(ada.tenant_id) as session:
        budgets = {row.id: row for row in await session.scalars(select(Budget))}
    assert budgets["tenant"].spent_micros == sum(charged)
    assert all(row.held_micros == 0 for row in budgets.values())
    assert sum(row.spent_micros for row in budgets.values()) == 2 * sum(charged)


async def test_usage_and_settlement_that_race_lose_no_event(works: Database, ada: Someone) -> None:
    build_id = new_id()
    for _ in range(10):
        hold_id = await hold_for(works, ada.tenant_id, build_id, 10_000)
        settled, *_ = await asyncio.gather(
            settle_now(works, ada.tenant_id, hold_id),
            *(record(works, ada.tenant_id, used(build_id, 50)) for _ in range(3)),
        )
        assert settled.works_micros == 0

    # A hold that comes later finds nothing left over: every event was paid or borne once.
    last = await hold_for(works, ada.tenant_id, build_id, 10_000)
    assert (await settle_now(works, ada.tenant_id, last)).charged_micros == 0


async def test_settlement_waits_for_usage_that_is_being_written(
    works: Database, ada: Someone
) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 10_000)
    async with works.tenant_session(ada.tenant_id) as session:
        await record_usage(session, [used(build_id, 500)])
        settling = asyncio.create_task(settle_now(works, ada.tenant_id, hold_id))
        await asyncio.sleep(0.3)  # it gets as far as it can while the usage is not committed

    assert (await settling).charged_micros == 500
