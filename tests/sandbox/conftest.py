"""Real sandboxes on every rung of the ladder that this machine has."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import RUNGS, make_spec

# An ordinary user cannot run what needs root; it is not collected then, rather than skipped.
collect_ignore = [] if "root" in RUNGS else ["test_as_root.py"]


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


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Path]:
    """Make a folder that other users can reach; pytest's own are private."""
    folder = Path("/var/tmp") / f"draftworks-test-{os.getpid()}-{tmp_path.name}"  # noqa: S108 (made here, ours alone)
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)
