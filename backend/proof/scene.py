"""What the steps of one attempt share: the product, the window and what was seen so far."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TypeAlias
from urllib.parse import urljoin

from playwright.async_api import Browser, BrowserContext, Page, Response
from playwright.async_api import Error as PlaywrightError

from backend.blueprints.blueprint import Blueprint, Entity, Scenario, Step
from backend.blueprints.product_kinds import needs_browser
from backend.proof.absences import Absences
from backend.proof.browser_log import BrowserLog
from backend.proof.camera import Camera
from backend.proof.dialogs import DialogBook
from backend.proof.errors import StepFailedError
from backend.proof.page_map import PageMap
from backend.proof.subject import Subject
from backend.proof.tool_state import ToolState
from backend.proof.window import open_window, window_options
from backend.proof.words import plain

_LOAD_MILLISECONDS = 15_000
_QUIET_SECONDS = 2.0
_NO_WINDOW = "The scenario opens no page."


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
        self.has_window = any(needs_browser(step.expression) for step in scenario.steps)
        self.tools = ToolState()
        self.options = window_options(scenario.steps)
        self.log = BrowserLog()
        self.dialogs = DialogBook()
        self.absences = Absences()
        self.files: dict[str, bytes] = {}
        self.download: DownloadedFile | None = None
        self.seeded: set[str] = set()
        self.opened_pages: list[Page] = []
        self._all_pages: list[Page] = []
        self.has_navigated = False
        self.step_number = 0
        self._clock_offset: timedelta | None = None
        self._video_folder = video_folder
        self._opening: asyncio.Task[BrowserContext] | None = None
        if self.has_window:
            self._opening = asyncio.create_task(self._open(video_folder))

    @property
    def browser(self) -> Browser:
        """The browser; a scenario without a step that needs it has none."""
        if self._browser is None:
            raise StepFailedError(_NO_WINDOW)
        return self._browser

    @property
    def seconds(self) -> float:
        """How long a step waits for what it expects."""
        return self.run.step_seconds

    async def page(self) -> Page:
        """Return the window's page; it is being opened while the first steps load data."""
        await self.context()
        if not self.opened_pages:
            raise StepFailedError("The page was closed.")
        return self.opened_pages[-1]

    async def context(self) -> BrowserContext:
        """Return the window itself."""
        if self._opening is None:
            if self._browser is None:
                raise StepFailedError(_NO_WINDOW)
            self._opening = asyncio.create_task(self._open(self._video_folder))
        return await asyncio.shield(self._opening)

    async def goto(self, path: str) -> Response | None:
        """Open a path of the product; raise StepFailedError when nothing answers."""
        page = await self.page()
        self.has_navigated = True
        address = urljoin(f"{self.subject.address}/", path)
        try:
            return await page.goto(address, timeout=_LOAD_MILLISECONDS)
        except PlaywrightError as error:
            raise StepFailedError(f'"{path}" could not be opened. {plain(error)}') from error

    async def settle(self) -> None:
        """Wait for what the last action set off: the page's parts and answers under way."""
        page = await self.page()
        with suppress(PlaywrightError):
            await page.wait_for_load_state("load", timeout=_QUIET_SECONDS * 1000)
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
        """Move the product's clock on."""
        self._clock_offset = (self._clock_offset or timedelta()) + delta
        await self.subject.set_clock(datetime.now(UTC) + self._clock_offset)

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

    async def close(self) -> list[Path]:
        """Close the window and return its videos, which are complete only then."""
        await self.tools.close()
        if self._opening is None:
            return []
        try:
            context = await asyncio.shield(self._opening)
        except PlaywrightError:
            return []  # it never opened
        videos = [page.video for page in self._all_pages]
        await context.close()
        return [Path(await video.path()) for video in videos if video is not None]

    async def _open(self, video_folder: str | None) -> BrowserContext:
        context = await open_window(
            self.browser, self.options, address=self.subject.address, video_folder=video_folder
        )
        self.log.listen(context)
        context.on("dialog", self.dialogs.answer)
        context.on("page", self._on_page)
        await context.new_page()
        return context

    def _on_page(self, page: Page) -> None:
        """Bring a page that opens to the front; when it closes, the one before is seen again."""
        self.opened_pages.append(page)
        self._all_pages.append(page)
        self.log.listen_to_page(page)
        page.on("close", lambda _: self.opened_pages.remove(page))


Handler: TypeAlias = Callable[[Scene, Step], Awaitable[None]]
