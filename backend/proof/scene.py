"""What the steps of one attempt share: the product, the windows and what was seen so far."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TypeAlias
from urllib.parse import urljoin

from playwright.async_api import Browser, BrowserContext, Page, Response
from playwright.async_api import Error as PlaywrightError

from backend.blueprints.blueprint import Blueprint, Entity, Scenario, Step
from backend.proof.absences import Absences
from backend.proof.browser_log import BrowserLog
from backend.proof.camera import Camera
from backend.proof.dialogs import DialogBook
from backend.proof.errors import StepFailedError
from backend.proof.mail import Mail
from backend.proof.outside import Outside
from backend.proof.page_map import PageMap
from backend.proof.subject import Subject
from backend.proof.tool_state import ToolState
from backend.proof.window import WindowOptions, open_window, window_options
from backend.proof.windows import NO_WINDOW, Opening, Window, Windows, WindowVideo
from backend.proof.words import plain

_LOAD_MILLISECONDS = 15_000
# Ticking through more than this would take the page's timers too long; before it, it jumps.
_LONGEST_TICKED = timedelta(hours=1)
_QUIET_SECONDS = 2.0
_EMPTY_PAGE = "about:blank"


@dataclass(frozen=True, kw_only=True)
class DownloadedFile:
    """A file that the product gave."""

    name: str
    content: bytes


@dataclass(kw_only=True)
class Run:
    """What all scenarios of one run share."""

    blueprint: Blueprint
    pages: PageMap
    step_seconds: float
    empty_entities: set[str] = field(default_factory=set)
    command_seconds: float = 30.0
    seed: str = field(default_factory=lambda: token_hex(16))


class Scene:
    """One attempt's stage: steps act on it, and it remembers what they need of each other."""

    def __init__(
        self,
        *,
        run: Run,
        scenario: Scenario,
        subject: Subject,
        browser: Browser | None,
        camera: Camera,
        video_folder: str | None,
    ) -> None:
        self.run = run
        self.camera = camera
        self.scenario = scenario
        self.subject = subject
        self._browser = browser
        self.tools = ToolState()
        self.windows = Windows(
            Opening(browser=browser, address=subject.address, video_folder=video_folder),
            window_options(scenario.steps),
        )
        self.absences = Absences()
        self.files: dict[str, bytes] = {}
        self.download: DownloadedFile | None = None
        self.mail: Mail | None = None
        self.seeded: set[str] = set()
        self.step_number = 0
        self._clock_offset: timedelta | None = None

    @property
    def browser(self) -> Browser:
        """The browser; a scenario without a step that needs it has none."""
        if self._browser is None:
            raise StepFailedError(NO_WINDOW)
        return self._browser

    @property
    def seconds(self) -> float:
        """How long a step waits for what it expects."""
        return self.run.step_seconds

    @property
    def outside(self) -> Outside:
        """The mails that the product sent and the services it called."""
        return self.subject.outside

    @property
    def log(self) -> BrowserLog:
        """What the current window's browser said."""
        return self.windows.current.log

    @property
    def dialogs(self) -> DialogBook:
        """What the current window's browser asked."""
        return self.windows.current.dialogs

    @property
    def options(self) -> WindowOptions:
        """How the current window was made."""
        return self.windows.current.options

    @property
    def has_navigated(self) -> bool:
        """Whether the current window has opened a page of the product."""
        return self.windows.current.has_navigated

    @has_navigated.setter
    def has_navigated(self, value: bool) -> None:
        self.windows.current.has_navigated = value

    def options_now(self) -> WindowOptions:
        """Return how a window is made at this moment: like mine, at the scenario's own time."""
        if self._clock_offset is None:
            return self.options
        return replace(self.options, instant=datetime.now(UTC) + self._clock_offset)

    async def page(self) -> Page:
        """Return the current window's page."""
        return await self.windows.current.page()

    async def context(self) -> BrowserContext:
        """Return the current window itself."""
        return await self.windows.current.context()

    async def open_beside(self) -> BrowserContext:
        """Open a window like mine, for whoever is signed in there; it leaves no trace in mine."""
        state = await (await self.context()).storage_state()
        window = await open_window(
            self.browser, self.options_now(), address=self.subject.address, video_folder=None
        )
        await window.add_cookies(state["cookies"])  # type: ignore[arg-type]  # as they were given
        return window

    async def goto(self, path: str) -> Response | None:
        """Open a path of the product; raise StepFailedError when nothing answers."""
        page = await self.page()
        if self.has_navigated:
            await self.settle()
        self.has_navigated = True
        address = urljoin(f"{self.subject.address}/", path)
        try:
            return await page.goto(address, timeout=_LOAD_MILLISECONDS)
        except PlaywrightError as error:
            raise StepFailedError(f'"{path}" could not be opened. {plain(error)}') from error

    async def reload(self) -> None:
        """Load the page again; raise StepFailedError when nothing answers."""
        page = await self.page()
        await self.settle()
        try:
            await page.reload(timeout=_LOAD_MILLISECONDS)
        except PlaywrightError as error:
            raise StepFailedError(f"The page could not be reloaded. {plain(error)}") from error

    async def go_back(self) -> None:
        """Go back to the page before; raise StepFailedError when there is none."""
        page = await self.page()
        await self.settle()
        before = page.url
        await page.go_back(timeout=_LOAD_MILLISECONDS)
        if page.url in (before, _EMPTY_PAGE):
            raise StepFailedError("There is no page to go back to.")

    async def settle(self) -> None:
        """Wait for what the last action set off: the page's parts and answers under way.

        Whoever leaves a page by hand waits too: a page that is just being replaced can neither be
        loaded again nor left.
        """
        page = await self.page()
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_QUIET_SECONDS):
                await page.evaluate("0")  # its answer comes after word of all that was asked for
                await page.wait_for_load_state("load")
        await self.log.wait_until_quiet(at_most_seconds=_QUIET_SECONDS)

    async def path_of(self, name: str) -> str:
        """PAGE: the path that a page's name stands for."""
        return await self.run.pages.path_of(
            name, browser=self.browser, address=self.subject.address
        )

    async def move_clock(self, instant: datetime) -> None:
        """Give product and page the same date; both run on from there."""
        self._clock_offset = instant - datetime.now(UTC)
        await self.subject.set_clock(instant)

    async def pass_time(self, delta: timedelta) -> None:
        """Move the product's clock on, then the timers of every window through that time."""
        self._clock_offset = (self._clock_offset or timedelta()) + delta
        await self.subject.set_clock(datetime.now(UTC) + self._clock_offset)
        opened = [window for window in self.windows.all if window.opens]
        await asyncio.gather(*(_run_timers(window, delta) for window in opened))

    @property
    def has_moved_clock(self) -> bool:
        """Whether the product's clock must be put right again."""
        return self._clock_offset is not None

    def entity(self, words: str) -> Entity:
        """Return the entity that a sentence names, by its plural or its name."""
        for entity in self.run.blueprint.data.entities:
            if words.casefold() in (entity.plural.casefold(), entity.name.casefold()):
                return entity
        raise StepFailedError(f'The blueprint\'s data has no "{words}".')

    async def close(self) -> list[WindowVideo]:
        """Close the windows and return their videos, which are complete only then."""
        await self.tools.close()
        return await self.windows.close()


async def _run_timers(window: Window, delta: timedelta) -> None:
    clock = (await window.context()).clock
    window.clock.move_on(delta)
    if delta > _LONGEST_TICKED:
        await clock.fast_forward(_milliseconds(delta - _LONGEST_TICKED))
        delta = _LONGEST_TICKED
    await clock.run_for(_milliseconds(delta))


def _milliseconds(delta: timedelta) -> int:
    return int(delta.total_seconds() * 1000)


Handler: TypeAlias = Callable[[Scene, Step], Awaitable[None]]
