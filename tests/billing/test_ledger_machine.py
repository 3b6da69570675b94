"""Any order of grants, holds, usage and settlements: the sum is the balance, never below zero."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from backend.migrations.provision import DatabaseUrls
from billing.accounts import open_account
from billing.errors import OutOfCreditsError
from billing.ledger import Balance, balance, grant
from billing.meters import UsageEvent
from tenants.database import open_database
from tenants.ids import new_id
from tests.billing.parts import hold_for, record, settle_now, used
from tests.tenants.parts import SECRET

BUILDS = st.integers(0, 1)
AMOUNTS = st.integers(1, 40).map(lambda fifties: fifties * 50)
TRUTH = text("""
    select (select coalesce(sum(amount_micros), 0) from ledger_entries),
           (select coalesce(sum(held_micros), 0) from ledger_entries),
           (select coalesce(sum(amount_micros), 0) from holds where settled_at is null),
           (select coalesce(sum(held_micros), 0) from budgets where id = 'tenant'),
           (select coalesce(sum(spent_micros), 0) from budgets where id = 'tenant'),
           (select coalesce(sum(charged_micros), 0) from holds),
           (select coalesce(-sum(amount_micros), 0) from ledger_entries where kind = 'usage'),
           (select coalesce(sum(works_micros - amount_micros), 0) from ledger_entries
            where kind = 'usage'),
           (select coalesce(sum(cost_micros), 0) from usage_events u where exists (
                select from ledger_entries l where (l.source, l.event_id) = (u.source, u.event_id)))
""")


class Money(RuleBasedStateMachine):
    """A model of one account in plain integers, beside the real one."""

    url: str
    holds = Bundle("holds")
    events = Bundle("events")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.works = self.run(open_database(self.url, pool_size=2))
        self.available = 0
        self.builds = [new_id() for _ in range(2)]  # few, so that they get several holds each
        self.open: dict[UUID, int] = {}
        self.build_of: dict[UUID, UUID] = {}
        self.unpaid: dict[str, tuple[UUID, int]] = {}

    def run(self, work: Any) -> Any:
        return self.loop.run(work)

    def teardown(self) -> None:
        self.run(self.works.close())
        self.loop.close()

    @initialize()
    def account(self) -> None:
        made = self.run(
            open_account(self.works, name="M", secret=SECRET, starting_credits_micros=1000)
        )
        self.tenant_id, self.available = made.tenant_id, 1000

    @rule(amount=AMOUNTS)
    def add_credits(self, amount: int) -> None:
        async def give() -> None:
            async with self.works.tenant_session(self.tenant_id) as session:
                await grant(session, amount, "gift")

        self.run(give())
        self.available += amount

    @rule(target=holds, build=BUILDS, amount=AMOUNTS)
    def hold(self, build: int, amount: int) -> Any:
        build_id = self.builds[build]
        if amount > self.available:
            with pytest.raises(OutOfCreditsError):
                self.run(hold_for(self.works, self.tenant_id, build_id, amount))
            return multiple()
        hold_id: UUID = self.run(hold_for(self.works, self.tenant_id, build_id, amount))
        self.available -= amount
        self.open[hold_id], self.build_of[hold_id] = amount, build_id
        return hold_id

    @rule(target=events, build=BUILDS, amount=AMOUNTS)
    def use(self, build: int, amount: int) -> UsageEvent:
        build_id = self.builds[build]
        event = used(build_id, amount)
        self.run(record(self.works, self.tenant_id, event))
        if build_id in {self.build_of[one] for one in self.open}:
            self.unpaid[event.event_id] = (build_id, amount)
        return event

    @rule(event=events)
    def send_again(self, event: UsageEvent) -> None:
        assert self.run(record(self.works, self.tenant_id, event)).inserted == 0

    @rule(hold_id=holds, billable=st.booleans())
    def settle(self, hold_id: UUID, *, billable: bool) -> None:
        ended = self.run(settle_now(self.works, self.tenant_id, hold_id, billable=billable))
        if hold_id not in self.open:
            assert ended.was_settled_before
            return
        amount, build_id = self.open.pop(hold_id), self.build_of[hold_id]
        mine = [name for name, (owner, _) in self.unpaid.items() if owner == build_id]
        cost = sum(self.unpaid.pop(name)[1] for name in mine)
        charged = min(cost, amount) if billable else 0
        assert (ended.charged_micros, ended.works_micros) == (charged, cost - charged)
        self.available += amount - charged

    @invariant()
    def sums_agree(self) -> None:
        if not hasattr(self, "tenant_id"):
            return
        held = sum(self.open.values())
        told, truth = self.run(self._truth())
        assert (told.available_micros, told.held_micros) == (self.available, held)
        assert self.available >= 0
        available, by_ledger, by_holds, by_budget, spent, charged, by_lines, cost, measured = truth
        assert available == self.available
        assert by_ledger == by_holds == by_budget == held
        assert spent == charged == by_lines
        assert cost == measured

    async def _truth(self) -> tuple[Balance, list[int]]:
        async with self.works.tenant_session(self.tenant_id) as session:
            row = (await session.execute(TRUTH)).one()
            return await balance(session), list(map(int, row))


def test_ledger_agrees_with_plain_integers(shared_database: DatabaseUrls) -> None:
    machine = type("MoneyHere", (Money,), {"url": shared_database.app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
