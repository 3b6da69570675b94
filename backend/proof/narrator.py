"""Films a scenario for people: its name, then each sentence on the picture while it happens."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Page

from backend.blueprints.blueprint import Step, StepKind
from backend.proof.camera import take_picture
from backend.proof.captions import caption, title
from backend.proof.results import Chapter
from backend.proof.scene import Scene
from backend.proof.window import Device, WindowOptions
from backend.proof.words import shorten

_TITLE_SECONDS = 1.2
_STEP_SECONDS = 0.9
_LAST_SECONDS = 1.2
_FAULT_SECONDS = 2.5
_MOST_SECONDS = 25.0
_ACTION_MILLISECONDS = 400
_PICTURES_PER_SECOND = 8
_PICTURE_MILLISECONDS = 5000
_QUALITY = 80
_EMPTY_PAGE = "about:blank"


class Narrator:
    """A Companion that films the window that is in front when the scenario begins.

    It goes as slowly as a person reads, but not longer than a bounded time in all.
    """

    def __init__(self, path: Path, *, name: str, steps: int) -> None:
        self.path = path
        self.chapters: list[Chapter] = []
        self.milliseconds = 0
        self.before: bytes | None = None
        self._name = name
        self._steps = steps
        self._pause = min(_STEP_SECONDS, _MOST_SECONDS / max(steps, 1))
        self._page: Page | None = None
        self._device: Device = WindowOptions().device
        self._caption = AsyncExitStack()
        self._kind: StepKind | None = None
        self._began = 0.0
        self._is_closed = False

    @property
    def is_done(self) -> bool:
        """Whether the whole film lies at its path."""
        return self._is_closed

    @property
    def patience_seconds(self) -> float:
        """The pauses for reading, and as much again for what drawing costs."""
        return 2 * (_TITLE_SECONDS + self._steps * self._pause)

    async def begin(self, scene: Scene) -> None:
        """Begin to film, and show the scenario's name."""
        page = await scene.page()
        options = scene.options
        await page.screencast.start(
            path=self.path, size=options.video_size, fps=_PICTURES_PER_SECOND
        )
        self._page, self._device, self._began = page, options.device, time.monotonic()
        await page.screencast.show_actions(
            duration=_ACTION_MILLISECONDS, style={"title": "display: none"}
        )
        await self._show(page, title(shorten(self._name), self._device))
        await asyncio.sleep(_TITLE_SECONDS)

    async def before_step(self, number: int, step: Step) -> None:
        """Show the step's sentence long enough to be read; its chapter begins here."""
        page = self._page
        if page is None:
            return
        if step.kind is StepKind.WHEN and self.before is None and page.url != _EMPTY_PAGE:
            await self._picture_before(page)
        await self._show(page, self._sentence(number, step))
        self.chapters.append(Chapter(step=number, milliseconds=self._elapsed()))
        await asyncio.sleep(self._pause)

    async def end(self, fault: str) -> None:
        """Show the end for a moment, or what did not hold, and close the film."""
        page, self._page = self._page, None
        if page is None:
            return
        if fault:
            await self._show(page, caption("✖", shorten(fault), self._device))
        await asyncio.sleep(_FAULT_SECONDS if fault else _LAST_SECONDS)
        self.milliseconds = self._elapsed()
        await page.screencast.stop()
        self._is_closed = self.path.is_file()

    async def _picture_before(self, page: Page) -> None:
        """Take the page as it is before anything is done, without any words on it."""
        await page.screencast.hide_overlays()
        self.before = await take_picture(page)
        await page.screencast.show_overlays()

    def _sentence(self, number: int, step: Step) -> str:
        keyword = "And" if step.kind is self._kind else step.kind.value.capitalize()
        self._kind = step.kind
        place = f"{number} of {self._steps}"
        return caption(place, f"{keyword} {shorten(step.text)}", self._device)

    async def _show(self, page: Page, drawing: str) -> None:
        """Put words in the place of those before."""
        shown = AsyncExitStack()
        await shown.enter_async_context(await page.screencast.show_overlay(drawing))
        before, self._caption = self._caption, shown
        await before.aclose()

    def _elapsed(self) -> int:
        return round((time.monotonic() - self._began) * 1000)
