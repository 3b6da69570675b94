"""Real sandboxes on every rung of the ladder that this machine has."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import RUNGS, make_spec


@pytest.fixture(scope="session", params=sorted(RUNGS))
def rung(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def driver(rung: str) -> Iterator[BubblewrapSandbox]:
    made = BubblewrapSandbox(user=RUNGS[rung])
    yield made
    asyncio.run(made.close())


@pytest.fixture
async def sandbox(driver: BubblewrapSandbox) -> AsyncIterator[SandboxRef]:
    ref = await driver.create(make_spec())
    yield ref
    await driver.destroy(ref)


@pytest.fixture
async def other_sandbox(driver: BubblewrapSandbox) -> AsyncIterator[SandboxRef]:
    ref = await driver.create(make_spec(build="another"))
    yield ref
    await driver.destroy(ref)
