"""What customers get through the SDK: progress, cancel, survival, and no sight of each other."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from backend.cli.keeper import DATABASE, LocalCredentials
from backend.cli.local_works import RunningWorks
from backend.embedded import EmbeddedPostgres
from backend.migrations.roles import APP
from billing.ledger import grant
from draftworks import BuildCanceledError, Draftworks, NotFoundError, PaymentRequiredError
from tenants.database import open_database
from tenants.service import create_tenant
from tenants.signing import ServerSecret
from tests.journeys.conftest import SMALL

LOOK_SECONDS = 300


def start(client: Draftworks) -> str:
    return client.builds.start(client.blueprints.submit(SMALL, file="tools.md").id).id


def children_of(pid: int, word: str) -> list[int]:
    found = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "pid=,args="], capture_output=True, text=True, check=True
    )
    return [int(line.split()[0]) for line in found.stdout.splitlines() if line.endswith(word)]


def kill_worker(works: RunningWorks) -> None:
    [worker] = children_of(works.pid, " work")
    os.kill(worker, signal.SIGKILL)


def wait_for_status(client: Draftworks, build_id: str, status: str) -> None:
    with client.builds.events(build_id) as events:
        for event in events:
            if event.status == status:
                return
    pytest.fail(f"the build never was {status}")


@pytest.fixture
def make_tenant(works: RunningWorks, data_folder: Path) -> Iterator[Callable[[int], Draftworks]]:
    """Return a maker of further tenants, each with the credits that it is given."""
    credentials = msgspec.json.decode(
        (data_folder / "credentials.json").read_bytes(), type=LocalCredentials
    )
    url = EmbeddedPostgres(data_folder).url(APP, credentials.app_password, DATABASE)
    secret = ServerSecret((data_folder / "secret").read_text().encode())

    async def make(credits_micros: int) -> str:
        database = await open_database(url)
        tenant = await create_tenant(
            database,
            name="The neighbour",
            secret=secret,
            welcome=lambda session: grant(session, credits_micros, "for the journey"),
        )
        await database.close()
        return tenant.key.text

    with ExitStack() as stack:
        yield lambda credits_micros: stack.enter_context(
            Draftworks(asyncio.run(make(credits_micros)), base_url=works.address)
        )


def test_a_build_goes_on_when_its_worker_is_killed(
    works: RunningWorks, customer: Draftworks, tmp_path: Path
) -> None:
    build_id = start(customer)
    wait_for_status(customer, build_id, "verifying")

    kill_worker(works)
    build = customer.builds.wait(build_id, timeout=LOOK_SECONDS)

    assert build.status == "delivered"
    assert {criterion.verdict for criterion in build.criteria} == {"passed"}
    assert (tmp_path / "out" / "product" / "product.toml") in customer.builds.download(
        build_id, tmp_path / "out"
    )


def test_a_cancel_in_the_middle_stops_the_build_and_settles_it(
    works: RunningWorks, customer: Draftworks
) -> None:
    build_id = start(customer)
    wait_for_status(customer, build_id, "verifying")

    customer.builds.cancel(build_id)

    with pytest.raises(BuildCanceledError) as canceled:
        customer.builds.wait(build_id, timeout=LOOK_SECONDS)
    assert canceled.value.build.held_micros == 0
    assert customer.builds.cancel(build_id).status == "canceled"


def test_two_tenants_at_once_get_their_products_and_never_meet(
    customer: Draftworks, make_tenant: Callable[[int], Draftworks]
) -> None:
    neighbour = make_tenant(20_000_000)
    mine, theirs = start(customer), start(neighbour)

    assert customer.builds.wait(mine, timeout=LOOK_SECONDS).status == "delivered"
    assert neighbour.builds.wait(theirs, timeout=LOOK_SECONDS).status == "delivered"

    assert [build.id for build in neighbour.builds.list()] == [theirs]
    for client, build_id in ((customer, theirs), (neighbour, mine)):
        for look in (client.builds.get, client.builds.cancel, client.builds.artifacts):
            with pytest.raises(NotFoundError):
                look(build_id)
        with pytest.raises(NotFoundError):
            client.builds.decide(build_id, gate="acceptance", decision="accept")
        with pytest.raises(NotFoundError):
            next(iter(client.builds.events(build_id)))
    assert neighbour.tenant().held_micros == 0


def test_credits_that_run_out_refuse_the_next_build_and_touch_no_other(
    make_tenant: Callable[[int], Draftworks],
) -> None:
    poor = make_tenant(500_000)
    blueprint = poor.blueprints.submit(SMALL, file="tools.md")
    first = poor.builds.start(blueprint.id)

    with pytest.raises(PaymentRequiredError) as refused:
        poor.builds.start(blueprint.id)

    assert refused.value.code == "out_of_credits"
    assert [build.id for build in poor.builds.list()] == [first.id]
    assert poor.tenant().balance_micros == 500_000 - first.held_micros
    poor.builds.cancel(first.id)


def test_events_resume_where_they_stopped(works: RunningWorks, customer: Draftworks) -> None:
    build_id = start(customer)
    with customer.builds.events(build_id) as events:
        first = next(iter(events))

    rest = list(customer.builds.events(build_id, after=first.seq))

    assert [event.seq for event in rest] == list(range(first.seq + 1, first.seq + 1 + len(rest)))
    assert rest[-1].is_terminal
