"""One warm browser for each test file, and shops to prove."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.proof.browser import BrowserSettings
from backend.proof.prover import Prover, open_prover
from tests.proof.toy import ToySubject, open_toys


@pytest.fixture(scope="session")
def browser_settings(tmp_path_factory: pytest.TempPathFactory) -> BrowserSettings:
    """Patient settings, since the machine may be busy; wrong expectations are brief instead."""
    folder: Path = tmp_path_factory.mktemp("browser")
    return BrowserSettings(folder=folder, step_seconds=8.0, scenario_seconds=60.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prover(browser_settings: BrowserSettings) -> AsyncIterator[Prover]:
    async with open_prover(browser_settings) as opened:
        yield opened


@pytest.fixture
def toys() -> Iterator[list[ToySubject]]:
    with open_toys(3) as opened:
        yield opened
