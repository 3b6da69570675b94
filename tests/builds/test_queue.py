"""The queue of record: who may work on what, for how long, and what happens when they die."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from backend.builds import queue
from backend.builds.errors import LeaseLostError
from tenants.database import Database
from tests.builds.conftest import Caller
from tests.builds.test_api import start

Client = AsyncTestClient[Litestar]
LEASE_SECONDS = 30.0


async def leave(door: Database, lease: queue.Lease, claim: str) -> None:
    async with door.tenant_session(lease.tenant_id) as session:
        await queue.leave(session, lease, claim)


async def test_a_waiting_build_is_claimed_by_one_worker_only(
    client: Client, caller: Caller, door: Database
) -> None:
    build = await start(client, caller)

    leases = await asyncio.gather(
        *(queue.claim(door, f"worker-{n}", LEASE_SECONDS) for n in range(8))
    )

    won = [lease for lease in leases if lease is not None]
    assert [str(lease.build_id) for lease in won] == [build["id"]]


async def test_a_tenant_never_runs_more_than_its_cap_and_others_are_served(
    client: Client, make_caller: Any, door: Database
) -> None:
    busy, small = await make_caller("Busy"), await make_caller("Small")
    for _ in range(5):
        await start(client, busy)
    await start(client, small)

    claimed = Counter()
    for _ in range(20):
        lease = await queue.claim(door, "worker", LEASE_SECONDS)
        if lease is not None:
            claimed[lease.tenant_id] += 1

    assert claimed == {busy.tenant_id: 2, small.tenant_id: 1}


async def test_leaving_gives_the_slot_back_and_a_second_leave_is_fenced(
    client: Client, caller: Caller, door: Database
) -> None:
    await start(client, caller)
    lease = await queue.claim(door, "worker", LEASE_SECONDS)
    assert lease is not None

    await leave(door, lease, "waiting")

    with pytest.raises(LeaseLostError):
        await leave(door, lease, "done")
    again = await queue.claim(door, "worker", LEASE_SECONDS)
    assert again is not None
    assert again.fence > lease.fence
    assert again.tries == 0


async def test_a_silent_worker_loses_its_build_and_every_right_to_write(
    client: Client, caller: Caller, door: Database
) -> None:
    await start(client, caller)
    dead = await queue.claim(door, "dead", -1.0)
    assert dead is not None

    assert await queue.expire(door) == [dead.build_id]

    with pytest.raises(LeaseLostError):
        await queue.heartbeat(door, dead, LEASE_SECONDS)
    alive = await queue.claim(door, "alive", LEASE_SECONDS)
    assert alive is not None
    assert (alive.tries, alive.build_id) == (1, dead.build_id)
    async with door.tenant_session(dead.tenant_id) as session:
        with pytest.raises(LeaseLostError):
            await queue.check_fence(session, dead)


async def test_a_cancel_reaches_the_worker_by_its_heartbeat(
    client: Client, caller: Caller, door: Database
) -> None:
    build = await start(client, caller)
    lease = await queue.claim(door, "worker", LEASE_SECONDS)
    assert lease is not None
    assert await queue.heartbeat(door, lease, LEASE_SECONDS) is None

    await client.post(f"/v1/builds/{build['id']}/cancel", headers=caller.headers)

    assert await queue.heartbeat(door, lease, LEASE_SECONDS) is not None


async def test_counters_never_drift_from_what_is_held(
    client: Client, caller: Caller, door: Database
) -> None:
    for _ in range(4):
        await start(client, caller)

    async def churn(worker: str) -> None:
        for turn in range(6):
            if lease := await queue.claim(door, worker, -1.0 if turn % 3 == 0 else LEASE_SECONDS):
                try:
                    await leave(door, lease, "waiting")
                except LeaseLostError:
                    continue
            await queue.expire(door)

    await asyncio.gather(*(churn(f"worker-{n}") for n in range(4)))

    async with door.operator_session() as session:
        drift = (await session.execute(text("select * from find_running_drift()"))).all()
    assert drift == []
