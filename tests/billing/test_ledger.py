"""Credits held and settled: who pays what, and that it adds up."""

from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from billing.accounts import open_account
from billing.budgets import cap_build, cap_tenant
from billing.errors import (
    BudgetCapError,
    HoldNotFoundError,
    InvalidAmountError,
    OutOfCreditsError,
)
from billing.ledger import grant, settle_build
from billing.models import Budget
from tenants.database import Database
from tenants.ids import new_id
from tests.billing.conftest import CREDITS
from tests.billing.parts import (
    balance_of,
    hold_for,
    lines_of,
    record,
    settle_now,
    used,
)
from tests.tenants.parts import SECRET, Someone


async def test_account_opens_with_its_credits(works: Database, ada: Someone) -> None:
    assert await balance_of(works, ada.tenant_id) == (CREDITS, 0)
    assert await lines_of(works, ada.tenant_id) == [("grant", CREDITS, 0, None)]


async def test_account_may_open_without_credits(works: Database) -> None:
    made = await open_account(works, name="Bob", secret=SECRET, starting_credits_micros=0)

    assert await balance_of(works, made.tenant_id) == (0, 0)


async def test_hold_moves_credits_aside(works: Database, ada: Someone) -> None:
    await hold_for(works, ada.tenant_id, new_id(), 400_000)

    assert await balance_of(works, ada.tenant_id) == (600_000, 400_000)


async def test_hold_beyond_the_balance_is_refused(works: Database, ada: Someone) -> None:
    await hold_for(works, ada.tenant_id, new_id(), CREDITS)
    with pytest.raises(OutOfCreditsError) as refusal:
        await hold_for(works, ada.tenant_id, new_id(), 1)

    assert (refusal.value.needed_micros, refusal.value.available_micros) == (1, 0)
    assert await balance_of(works, ada.tenant_id) == (0, CREDITS)


async def test_settlement_charges_what_was_used(works: Database, ada: Someone) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 400_000)
    await record(works, ada.tenant_id, used(build_id, 100_000), used(build_id, 50_000))
    await record(works, ada.tenant_id, used(new_id(), 0))  # of a build without a hold
    ended = await settle_now(works, ada.tenant_id, hold_id)

    assert (ended.charged_micros, ended.released_micros, ended.works_micros) == (
        150_000,
        250_000,
        0,
    )
    assert not ended.is_defect
    assert await balance_of(works, ada.tenant_id) == (850_000, 0)


async def test_second_settlement_changes_nothing(works: Database, ada: Someone) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 400_000)
    await record(works, ada.tenant_id, used(build_id, 100_000))
    first = await settle_now(works, ada.tenant_id, hold_id)
    lines = await lines_of(works, ada.tenant_id)
    second = await settle_now(works, ada.tenant_id, hold_id, billable=False)

    assert (first.was_settled_before, second.was_settled_before) == (False, True)
    assert (second.charged_micros, second.is_billable) == (first.charged_micros, True)
    assert await lines_of(works, ada.tenant_id) == lines


async def test_usage_above_the_hold_is_a_defect_that_the_works_pays(
    works: Database, ada: Someone
) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 100_000)
    await record(works, ada.tenant_id, used(build_id, 80_000), used(build_id, 50_000))
    ended = await settle_now(works, ada.tenant_id, hold_id)

    assert (ended.charged_micros, ended.works_micros, ended.is_defect) == (100_000, 30_000, True)
    assert await balance_of(works, ada.tenant_id) == (900_000, 0)
    assert (await lines_of(works, ada.tenant_id))[-2:] == [
        ("usage", -80_000, 0, None),
        ("usage", -20_000, 30_000, "above_hold"),
    ]


async def test_build_that_failed_through_the_works_costs_nothing(
    works: Database, ada: Someone
) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 400_000)
    await record(works, ada.tenant_id, used(build_id, 100_000), used(build_id, 50_000))
    ended = await settle_now(works, ada.tenant_id, hold_id, billable=False)

    assert (ended.charged_micros, ended.works_micros, ended.is_defect) == (0, 150_000, False)
    assert await balance_of(works, ada.tenant_id) == (CREDITS, 0)
    assert (await lines_of(works, ada.tenant_id))[-2:] == [
        ("usage", 0, 100_000, "not_billable"),
        ("usage", 0, 50_000, "not_billable"),
    ]


async def test_hold_pays_only_for_usage_that_names_it_or_none(
    works: Database, ada: Someone
) -> None:
    build_id = new_id()
    first = await hold_for(works, ada.tenant_id, build_id, 100_000)
    second = await hold_for(works, ada.tenant_id, build_id, 200_000)
    await record(
        works,
        ada.tenant_id,
        used(build_id, 50_000, hold_id=first),
        used(build_id, 150_000, hold_id=second),
    )

    assert (await settle_now(works, ada.tenant_id, first)).charged_micros == 50_000
    assert (await settle_now(works, ada.tenant_id, second)).charged_micros == 150_000


async def test_all_holds_of_a_build_are_settled_together(works: Database, ada: Someone) -> None:
    build_id = new_id()
    for _ in range(3):
        await hold_for(works, ada.tenant_id, build_id, 100_000)
    other = await hold_for(works, ada.tenant_id, new_id(), 100_000)
    async with works.tenant_session(ada.tenant_id) as session:
        ended = await settle_build(session, build_id, billable=True)
        again = await settle_build(session, build_id, billable=True)

    assert (len(ended), again) == (3, [])
    assert other not in {one.hold_id for one in ended}
    assert await balance_of(works, ada.tenant_id) == (900_000, 100_000)


async def test_hold_of_another_tenant_does_not_exist(
    works: Database, ada: Someone, bob: Someone
) -> None:
    hold_id = await hold_for(works, ada.tenant_id, new_id(), 100_000)

    with pytest.raises(HoldNotFoundError):
        await settle_now(works, bob.tenant_id, hold_id)


@pytest.mark.parametrize("amount", [0, -1])
async def test_amounts_are_positive(works: Database, ada: Someone, amount: int) -> None:
    with pytest.raises(InvalidAmountError):
        await hold_for(works, ada.tenant_id, new_id(), amount)
    with pytest.raises(InvalidAmountError):
        async with works.tenant_session(ada.tenant_id) as session:
            await grant(session, amount, "nothing")


async def test_cap_of_a_build_holds_over_all_its_holds(works: Database, ada: Someone) -> None:
    build_id = new_id()
    async with works.tenant_session(ada.tenant_id) as session:
        await cap_build(session, build_id, 150_000)
    first = await hold_for(works, ada.tenant_id, build_id, 100_000)
    await record(works, ada.tenant_id, used(build_id, 60_000))
    await settle_now(works, ada.tenant_id, first)
    await hold_for(works, ada.tenant_id, build_id, 90_000)
    with pytest.raises(BudgetCapError) as refusal:
        await hold_for(works, ada.tenant_id, build_id, 50)

    assert refusal.value.used_micros == 150_000
    assert await balance_of(works, ada.tenant_id) == (CREDITS - 150_000, 90_000)


async def test_cap_of_the_tenant_holds_over_all_builds_and_can_be_lifted(
    works: Database, ada: Someone
) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        await cap_tenant(session, 150_000)
    await hold_for(works, ada.tenant_id, new_id(), 100_000)
    with pytest.raises(BudgetCapError, match="cap of tenant is"):
        await hold_for(works, ada.tenant_id, new_id(), 100_000)
    async with works.tenant_session(ada.tenant_id) as session:
        await cap_tenant(session, None)
    await hold_for(works, ada.tenant_id, new_id(), 100_000)

    assert await spent_and_held(works, ada.tenant_id, "tenant") == (0, 200_000)


async def spent_and_held(works: Database, tenant_id: UUID, budget: str) -> tuple[int, int]:
    async with works.tenant_session(tenant_id) as session:
        row = (await session.scalars(select(Budget).where(Budget.id == budget))).one()
    return row.spent_micros, row.held_micros


@pytest.mark.parametrize("table", ["ledger_entries", "usage_events"])
@pytest.mark.parametrize(
    "change", ["update {} set tenant_id = tenant_id", "delete from {}", "truncate {}"]
)
async def test_app_cannot_rewrite_what_was_written(
    works: Database, ada: Someone, table: str, change: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with works.tenant_session(ada.tenant_id) as session:
            await session.execute(text(change.format(table)))


@pytest.mark.parametrize(
    "line",
    [
        "'grant', -1, 0, 0, null",
        "'hold', -5, 4, 0, null",
        "'release', 5, -5, 0, null",
        "'usage', 5, 0, 0, null",
        "'usage', -5, 0, 0, null",
        "'gift', 5, 0, 0, null",
    ],
)
async def test_line_that_cannot_be_is_refused(works: Database, ada: Someone, line: str) -> None:
    statement = (
        "insert into ledger_entries"
        " (tenant_id, id, kind, amount_micros, held_micros, works_micros, works_reason)"
        " values (:tenant, :id, LINE)"
    ).replace("LINE", line)
    with pytest.raises(DBAPIError, match="ck_ledger_entries_kind"):
        async with works.tenant_session(ada.tenant_id) as session:
            await session.execute(text(statement), {"tenant": ada.tenant_id, "id": new_id()})
