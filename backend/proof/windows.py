"""The windows of one attempt: mine, and one for each person who signs in in another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from backend.proof.browser_log import BrowserLog
from backend.proof.dialogs import DialogBook
from backend.proof.errors import StepFailedError
from backend.proof.page_clock import PageClock
from backend.proof.window import WindowOptions, open_window
from backend.proof.words import quoted, shorten

NO_WINDOW = "The scenario opens no page."


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How the windows of an attempt are opened; without a folder they leave no video.

    A scenario that needs no page has no browser, and its windows never open.
    """

    browser: Browser | None
    address: str
    video_folder: str | None


class Window:
    """One person's browser: nothing of it is shared with another's.

    `since` is when the scenario's own time began, where that is not when its clock begins.
    """

    def __init__(
        self,
        opening: Opening,
        options: WindowOptions,
        *,
        owner: str = "",
        since: datetime | None = None,
    ) -> None:
        self.owner = owner
        self.options = options
        self.clock = PageClock(options.instant, since=since)
        self.log = BrowserLog()
        self.dialogs = DialogBook()
        self.has_navigated = False
        self._pages: list[Page] = []
        self._all_pages: list[Page] = []
        self._opening = (
            asyncio.create_task(self._open(opening, opening.browser)) if opening.browser else None
        )

    @property
    def name(self) -> str:
        """What messages call it."""
        return f'the window of "{shorten(self.owner)}"' if self.owner else "my window"

    @property
    def opens(self) -> bool:
        """Whether it is there at all: a scenario that needs no page has none."""
        return self._opening is not None

    async def page(self) -> Page:
        """Return the page in front; it is being opened while the first steps load data."""
        await self.context()
        if not self._pages:
            raise StepFailedError("The page was closed.")
        return self._pages[-1]

    async def context(self) -> BrowserContext:
        """Return the browser's own idea of this window."""
        if self._opening is None:
            raise StepFailedError(NO_WINDOW)
        return await asyncio.shield(self._opening)

    async def close(self) -> list[Path]:
        """Close it and return its videos, which are complete only then."""
        if self._opening is None:
            return []
        try:
            context = await self.context()
        except PlaywrightError:
            return []  # it never opened
        videos = [page.video for page in self._all_pages]
        await context.close()
        return [Path(await video.path()) for video in videos if video is not None]

    async def _open(self, opening: Opening, browser: Browser) -> BrowserContext:
        context = await open_window(
            browser,
            self.options,
            address=opening.address,
            video_folder=opening.video_folder,
        )
        self.log.listen(context)
        context.on("dialog", self.dialogs.answer)
        context.on("page", self._on_page)
        await context.new_page()
        return context

    def _on_page(self, page: Page) -> None:
        """Bring a page that opens to the front; when it closes, the one before is seen again."""
        self._pages.append(page)
        self._all_pages.append(page)
        self.log.listen_to_page(page)
        page.on("close", lambda _: self._pages.remove(page))


@dataclass(frozen=True, kw_only=True)
class WindowVideo:
    """A finished video and whose window it shows; empty for mine."""

    owner: str
    path: Path


class Windows:
    """All windows of an attempt; steps act on the current one."""

    def __init__(self, opening: Opening, options: WindowOptions) -> None:
        self._opening = opening
        self.mine = Window(opening, options)
        self.current = self.mine
        self.all = [self.mine]

    def open_for(self, owner: str, options: WindowOptions) -> None:
        """Open another window and make it the current one."""
        if owner in {window.owner for window in self.all}:
            raise StepFailedError(
                f'"{shorten(owner)}" has another window already. Go there by: '
                f'I switch to the window of "{shorten(owner)}"'
            )
        self.current = Window(self._opening, options, owner=owner, since=self.mine.options.instant)
        self.all.append(self.current)

    def switch_to(self, owner: str) -> None:
        """Make somebody's window the current one."""
        for window in self.all:
            if window.owner == owner:
                self.current = window
                return
        others = [window.owner for window in self.all if window.owner]
        raise StepFailedError(
            f'"{shorten(owner)}" has no other window. Other windows are those of {quoted(others)}.'
        )

    def switch_back(self) -> None:
        """Make my window the current one."""
        self.current = self.mine

    def said_of(self, window: Window, messages: Sequence[str]) -> list[str]:
        """Name the window that messages are about, where there are several."""
        if len(self.all) == 1:
            return list(messages)
        place = window.name[0].upper() + window.name[1:]
        return [f"{place}: {message}" for message in messages]

    def console_errors(self) -> list[str]:
        """Return what the consoles of all windows reported."""
        return [
            said for window in self.all for said in self.said_of(window, window.log.console_errors)
        ]

    def network_errors(self) -> list[str]:
        """Return what failed on the network of all windows."""
        return [
            said for window in self.all for said in self.said_of(window, window.log.network_errors)
        ]

    def faults(self) -> list[str]:
        """Return what counts as an error, in all windows."""
        return [said for window in self.all for said in self.said_of(window, window.log.faults())]

    async def close(self) -> list[WindowVideo]:
        """Close all of them, whatever one does, and return their videos."""
        closed = await asyncio.gather(
            *(window.close() for window in self.all), return_exceptions=True
        )
        videos = []
        for window, paths in zip(self.all, closed, strict=True):
            if isinstance(paths, PlaywrightError):
                continue
            if isinstance(paths, BaseException):
                raise paths
            videos += [WindowVideo(owner=window.owner, path=path) for path in paths]
        return videos
