"""One warm browser, started in the safest way this machine allows and again after a crash."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from backend.proof.apart import register_engine
from backend.proof.chromium import FLAGS, Launch, launches, link_ffmpeg, temporary_folder
from backend.proof.errors import BrowserUnavailableError

_LAUNCH_MILLISECONDS = 30_000


@dataclass(frozen=True, kw_only=True)
class BrowserSettings:
    """Which browser to use and how patient to be.

    `folder` holds the link to ffmpeg, the wrapper and temporary files; `executable` None means to
    find one. A step waits `step_seconds` for what it expects; a command or a request may take
    `command_seconds`.
    """

    folder: Path
    executable: Path | None = None
    lanes: int = 2
    step_seconds: float = 5.0
    command_seconds: float = 30.0
    scenario_seconds: float = 60.0
    slow_scenario_seconds: float = 300.0
    isolated: bool = True


class WarmBrowser:
    """Hands out the running browser and starts another when it has died."""

    def __init__(self, playwright: Playwright, settings: BrowserSettings) -> None:
        self._playwright = playwright
        self._settings = settings
        self._starting = asyncio.Lock()
        self._browser: Browser | None = None
        self._launch: Launch | None = None

    @property
    def version(self) -> str:
        """The browser's name and version."""
        return f"Chromium {self._browser.version}" if self._browser else "not started"

    @property
    def isolation(self) -> str:
        """What stands between pages and this machine."""
        return str(self._launch.isolation) if self._launch else "not started"

    async def get(self) -> Browser:
        """Return the running browser; raise BrowserUnavailableError when none can be started."""
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                self._browser = await self._start()
            return self._browser

    async def close(self) -> None:
        """End the browser; one that is gone already is no fault."""
        if self._browser is not None:
            with suppress(PlaywrightError):
                await self._browser.close()

    async def _start(self) -> Browser:
        said: list[str] = []
        for launch in self._ways():
            try:
                browser = await self._launch_as(launch)
            except PlaywrightError as error:
                said.append(f"{launch.executable} ({launch.isolation}): {_first_lines(error)}")
            else:
                self._launch = launch
                return browser
        raise BrowserUnavailableError(
            "No browser could be started. Install Chromium (such as `apt-get install chromium`); "
            "`factory doctor` says what else is missing. " + " | ".join(said),
            tuple(said),
        )

    def _ways(self) -> Iterator[Launch]:
        if self._launch is not None:  # a way that worked once is not looked for again
            yield self._launch
            return
        for launch in launches(self._settings.folder.resolve(), self._settings.executable):
            if self._settings.isolated or not launch.has_own_sandbox:
                yield launch

    async def _launch_as(self, launch: Launch) -> Browser:
        return await self._playwright.chromium.launch(
            executable_path=launch.executable,
            chromium_sandbox=launch.has_own_sandbox,
            args=list(FLAGS),
            env=self._environment(),
            timeout=_LAUNCH_MILLISECONDS,
        )

    def _environment(self) -> dict[str, str | float | bool]:
        """Tell the browser nothing of ours; its sockets need a short path for temporary files."""
        home = temporary_folder(self._settings.folder.resolve())
        return {
            "PATH": os.defpath,
            "HOME": str(home),
            "TMPDIR": gettempdir(),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }


@asynccontextmanager
async def open_browser(settings: BrowserSettings) -> AsyncIterator[WarmBrowser]:
    """Start Playwright's driver and one browser; both end with the block."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    folder = settings.folder.resolve()
    browsers = link_ffmpeg(folder)
    temporary = Path(mkdtemp(prefix="run-", dir=temporary_folder(folder)))
    manager = async_playwright()
    try:
        with _environment(PLAYWRIGHT_BROWSERS_PATH=str(browsers), TMPDIR=str(temporary)):
            playwright = await manager.start()
        await register_engine(playwright)
        browser = WarmBrowser(playwright, settings)
        try:
            await browser.get()
            yield browser
        finally:
            await browser.close()
            await playwright.stop()
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set what Playwright's driver reads only at its start, and put back what was there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _first_lines(error: PlaywrightError) -> str:
    return " ".join(error.message.split())[:300]


def playwright_version() -> str:
    """Return the version of the library that drives the browser."""
    return version("playwright")
