"""The browser does what the proof needs of it, and nothing besides that costs time."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from backend.proof.browser import BrowserSettings, open_browser

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PREFIX = "--disable-features="


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Browser, Path]]:
    """Open a browser, with the folder that it was told to use."""
    folder = tmp_path_factory.mktemp("browser")
    async with open_browser(BrowserSettings(folder=folder)) as warm:
        yield await warm.get(), folder


async def test_a_new_window_loads_no_page_but_its_own(browser: tuple[Browser, Path]) -> None:
    running, _ = browser
    context = await running.new_context()
    await (await context.new_page()).goto("data:text/html,<h1>Only me</h1>")
    session = await running.new_browser_cdp_session()

    found = await session.send("Target.getTargets", {"filter": [{}]})
    await context.close()

    addresses = {target["url"] for target in found["targetInfos"]}
    assert addresses == {"data:text/html,<h1>Only me</h1>"}


async def test_what_playwright_switches_off_stays_off(browser: tuple[Browser, Path]) -> None:
    _, folder = browser
    flags = [flag for flag in _command_of(folder) if flag.startswith(_PREFIX)]

    playwrights, ours = (set(flag.removeprefix(_PREFIX).split(",")) for flag in flags)

    assert playwrights - ours == set(), "add these to backend/proof/chromium.py"


def _command_of(folder: Path) -> list[str]:
    """Return how the browser that keeps its profile under the folder was started."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = os.fsdecode(process.read_bytes()).split("\0")
        except OSError:  # it ended meanwhile
            continue
        is_main = not any(word.startswith("--type=") for word in words)
        if is_main and any(word.startswith(f"--user-data-dir={folder}") for word in words):
            return words
    pytest.fail("the browser's process was not found")
