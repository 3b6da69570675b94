"""Two tenants interleaved over a pool of one connection, in any order that can be thought of."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.migrations.provision import DatabaseUrls
from billing.errors import OutOfCreditsError
from billing.ledger import balance, grant, hold
from tenants.auth import authenticate
from tenants.database import Database, open_database
from tenants.ids import new_id
from tenants.models import ApiKey
from tenants.service import add_key, create_tenant
from tests.tenants.parts import SECRET, Someone, as_someone

WHO = st.sampled_from([0, 1])


class InjectedError(Exception):
    """The transaction ends here."""


@dataclass
class Room:
    """What one tenant should find."""

    someone: Someone
    keys: set[str] = field(default_factory=lambda: {"first key"})
    available: int = 0
    held: int = 0


class Rooms(RuleBasedStateMachine):
    """Whatever is done in one room, committed or not, the other room stays as it was."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.works: Database = self.run(open_database(self.url, pool_size=1, max_overflow=0))

    def run(self, work: Any) -> Any:
        return self.loop.run(work)

    def teardown(self) -> None:
        self.run(self.works.close())
        self.loop.close()

    @initialize()
    def two_tenants(self) -> None:
        made = [self.run(create_tenant(self.works, name="T", secret=SECRET)) for _ in range(2)]
        self.rooms = [Room(as_someone(one)) for one in made]

    def inside(self, room: Room, work: Callable[[AsyncSession], Any], *, fails: bool) -> Any:
        async def do() -> Any:
            async with self.works.tenant_session(room.someone.tenant_id) as session:
                result = await work(session)
                if fails:
                    raise InjectedError
                return result

        try:
            return self.run(do())
        except InjectedError:
            return None

    @rule(who=WHO, fails=st.booleans())
    def add_key(self, who: int, *, fails: bool) -> None:
        room, name = self.rooms[who], f"key {new_id()}"
        self.inside(room, lambda session: add_key(session, name=name, secret=SECRET), fails=fails)
        if not fails:
            room.keys.add(name)

    @rule(who=WHO, amount=st.integers(1, 100), fails=st.booleans())
    def grant_credits(self, who: int, amount: int, *, fails: bool) -> None:
        room = self.rooms[who]
        self.inside(room, lambda session: grant(session, amount, "gift"), fails=fails)
        room.available += 0 if fails else amount

    @rule(who=WHO, amount=st.integers(1, 100), fails=st.booleans())
    def hold_credits(self, who: int, amount: int, *, fails: bool) -> None:
        room = self.rooms[who]

        def reserve(session: AsyncSession) -> Any:
            return hold(session, build_id=new_id(), amount_micros=amount)

        if amount > room.available:
            with pytest.raises(OutOfCreditsError):
                self.inside(room, reserve, fails=fails)
            return
        self.inside(room, reserve, fails=fails)
        room.available -= 0 if fails else amount
        room.held += 0 if fails else amount

    @rule(who=WHO)
    def write_into_the_other_room(self, who: int) -> None:
        other = self.rooms[1 - who].someone.tenant_id

        async def intrude(session: AsyncSession) -> None:
            row = {"tenant_id": other, "name": "intruder", "public_id": "x", "secret_hash": b"x"}
            session.add(ApiKey(**row))
            await session.flush()

        with pytest.raises(DBAPIError, match="row-level security"):
            self.inside(self.rooms[who], intrude, fails=False)

    @rule(who=WHO)
    def change_everything_in_sight(self, who: int) -> None:
        statement = text("update api_keys set last_used_at = now() returning tenant_id")

        async def change(session: AsyncSession) -> set[UUID]:
            return set(await session.scalars(statement))

        room = self.rooms[who]
        assert self.inside(room, change, fails=False) == {room.someone.tenant_id}

    @rule(who=WHO)
    def authenticate_in_between(self, who: int) -> None:
        someone = self.rooms[who].someone
        assert self.run(authenticate(self.works, someone.header, SECRET)) == someone.principal

    @rule()
    def look_without_a_tenant(self) -> None:
        async def look() -> list[str]:
            async with self.works.operator_session() as session:
                return list(await session.scalars(select(ApiKey.name)))

        assert self.run(look()) == []

    @invariant()
    def each_room_holds_its_own(self) -> None:
        async def look(session: AsyncSession) -> tuple[set[str], Any]:
            return set(await session.scalars(select(ApiKey.name))), await balance(session)

        for room in getattr(self, "rooms", []):
            keys, money = self.inside(room, look, fails=False)
            assert keys == room.keys
            assert (money.available_micros, money.held_micros) == (room.available, room.held)


def test_rooms_stay_apart(shared_database: DatabaseUrls) -> None:
    machine = type("RoomsHere", (Rooms,), {"url": shared_database.app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
