"""Measurements come in once, whoever sends them how often."""

from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import func, select

from billing.errors import (
    HoldNotFoundError,
    UnknownPriceError,
    UsageConflictError,
    UsageInvalidError,
)
from billing.meters import Meter
from billing.models import UsageRecord
from billing.usage import Recorded
from tenants.database import Database
from tenants.ids import new_id
from tests.billing.parts import NOON, balance_of, hold_for, lines_of, record, settle_now, used
from tests.tenants.parts import Someone


async def test_event_sent_ten_times_counts_once(works: Database, ada: Someone) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 500_000)
    event = used(build_id, 100_000)
    for _ in range(10):
        await record(works, ada.tenant_id, event, event)

    assert await record(works, ada.tenant_id, event) == Recorded(inserted=0, duplicates=1)
    assert (await settle_now(works, ada.tenant_id, hold_id)).charged_micros == 100_000


async def test_fence_of_a_repeated_event_may_differ(works: Database, ada: Someone) -> None:
    event = used(new_id(), 50)
    await record(works, ada.tenant_id, event)

    again = msgspec.structs.replace(event, fence=7)
    assert (await record(works, ada.tenant_id, again)).duplicates == 1


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 1},
        {"meter": Meter.BROWSER_MILLISECONDS},
        {"occurred_at": NOON + timedelta(seconds=1)},
        {"build_id": new_id()},
    ],
)
async def test_event_that_changed_its_story_is_refused_with_its_batch(
    works: Database, ada: Someone, change: dict[str, object]
) -> None:
    event, fresh = used(new_id(), 100_000), used(new_id(), 50)
    await record(works, ada.tenant_id, event)
    with pytest.raises(UsageConflictError):
        await record(works, ada.tenant_id, fresh, msgspec.structs.replace(event, **change))

    async with works.tenant_session(ada.tenant_id) as session:
        assert await session.scalar(select(func.count()).select_from(UsageRecord)) == 1


async def test_conflict_within_one_batch_is_refused(works: Database, ada: Someone) -> None:
    event = used(new_id(), 100_000)

    with pytest.raises(UsageConflictError):
        await record(works, ada.tenant_id, event, msgspec.structs.replace(event, quantity=1))


async def test_same_event_id_of_another_source_or_tenant_is_another_event(
    works: Database, ada: Someone, bob: Someone
) -> None:
    event = used(new_id(), 50)
    await record(works, ada.tenant_id, event)

    other = msgspec.structs.replace(event, source="elsewhere", quantity=0)
    assert (await record(works, ada.tenant_id, other)).inserted == 1
    assert (await record(works, bob.tenant_id, event)).inserted == 1


async def test_usage_after_the_settlement_is_the_works_own(works: Database, ada: Someone) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 100_000)
    await settle_now(works, ada.tenant_id, hold_id)
    before = await balance_of(works, ada.tenant_id)
    await record(works, ada.tenant_id, used(build_id, 50_000))

    assert await balance_of(works, ada.tenant_id) == before
    assert (await lines_of(works, ada.tenant_id))[-1] == ("usage", 0, 50_000, "without_hold")


async def test_late_event_of_a_settled_hold_is_not_charged_to_the_next(
    works: Database, ada: Someone
) -> None:
    build_id = new_id()
    first = await hold_for(works, ada.tenant_id, build_id, 100_000)
    await settle_now(works, ada.tenant_id, first)
    second = await hold_for(works, ada.tenant_id, build_id, 100_000)
    await record(works, ada.tenant_id, used(build_id, 50_000, hold_id=first))

    assert (await settle_now(works, ada.tenant_id, second)).charged_micros == 0


async def test_hold_of_another_build_is_refused(works: Database, ada: Someone) -> None:
    hold_id = await hold_for(works, ada.tenant_id, new_id(), 100_000)

    for wrong in (hold_id, new_id()):
        with pytest.raises(HoldNotFoundError):
            await record(works, ada.tenant_id, used(new_id(), 50, hold_id=wrong))


async def test_what_cannot_be_is_refused(works: Database, ada: Someone) -> None:
    naive = datetime(2026, 11, 20, 12)  # noqa: DTZ001 - the point of it
    for wrong in (used(new_id(), 0, quantity=-1), used(new_id(), 0, occurred_at=naive)):
        with pytest.raises(UsageInvalidError):
            await record(works, ada.tenant_id, wrong)


async def test_usage_without_a_price_is_refused(works: Database, ada: Someone) -> None:
    event = used(new_id(), 50, occurred_at=NOON.replace(year=2020))

    with pytest.raises(UnknownPriceError):
        await record(works, ada.tenant_id, event)


async def test_nothing_is_a_fine_batch(works: Database, ada: Someone) -> None:
    assert await record(works, ada.tenant_id) == Recorded(inserted=0, duplicates=0)


async def test_large_batch_is_taken_at_once(works: Database, ada: Someone) -> None:
    build_id = new_id()
    hold_id = await hold_for(works, ada.tenant_id, build_id, 500_000)
    events = [used(build_id, 50) for _ in range(1000)]

    assert (await record(works, ada.tenant_id, *events)).inserted == 1000
    assert (await settle_now(works, ada.tenant_id, hold_id)).charged_micros == 50_000
