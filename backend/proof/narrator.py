"""Films a scenario for people: its name, then each sentence on the picture while it happens."""

import asyncio
import time
from contextlib import AsyncExitStack
from html import escape
from pathlib import Path

from playwright.async_api import Page

from backend.blueprints.blueprint import Step
from backend.proof.results import Chapter
from backend.proof.scene import Scene
from backend.proof.words import shorten

_TITLE_SECONDS = 1.2
_STEP_SECONDS = 0.9
_LAST_SECONDS = 1.2
_MOST_SECONDS = 25.0
_ACTION_MILLISECONDS = 400
_PICTURES_PER_SECOND = 8
_TITLE = """<div style="position:absolute;inset:0;display:flex;align-items:center;
justify-content:center;background:rgba(20,26,32,.82);font:600 clamp(20px,3vw,44px)/1.3 system-ui,
sans-serif;color:#fff;text-align:center;padding:6%"><div>{text}</div></div>"""
_CAPTION = """<div style="position:absolute;left:0;right:0;bottom:0;background:rgba(20,26,32,.88);
color:#fff;font:clamp(15px,2.1vw,30px)/1.35 system-ui,sans-serif;padding:.5em .9em;
overflow-wrap:anywhere"><span style="opacity:.75">{number} of {total}</span>&ensp;<b>{keyword}</b>
{text}</div>"""


class Narrator:
    """A Companion that films the window that is in front when the scenario begins.

    It goes as slowly as a person reads, but not longer than a bounded time in all.
    """

    def __init__(self, path: Path, *, name: str, steps: int) -> None:
        self.path = path
        self._name = name
        self._steps = steps
        self._pause = min(_STEP_SECONDS, _MOST_SECONDS / max(steps, 1))
        self._page: Page | None = None
        self._caption = AsyncExitStack()
        self._kind: str | None = None
        self._began = 0.0
        self._is_closed = False
        self.chapters: list[Chapter] = []
        self.milliseconds = 0

    @property
    def is_done(self) -> bool:
        """Whether the whole film lies at its path, with a chapter for each step."""
        return (
            len(self.chapters) == self._steps and self._is_closed and self.path.stat().st_size > 0
        )

    @property
    def patience_seconds(self) -> float:
        """The pauses for reading, and as much again for what drawing costs."""
        return 2 * (_TITLE_SECONDS + self._steps * self._pause)

    async def begin(self, scene: Scene) -> None:
        """Begin to film, and show the scenario's name."""
        page = await scene.page()
        await page.screencast.start(
            path=self.path, size=scene.options.video_size, fps=_PICTURES_PER_SECOND
        )
        self._page, self._began = page, time.monotonic()
        await page.screencast.show_actions(
            duration=_ACTION_MILLISECONDS, style={"title": "display: none"}
        )
        async with await page.screencast.show_overlay(_TITLE.format(text=_shown(self._name))):
            await asyncio.sleep(_TITLE_SECONDS)

    async def before_step(self, number: int, step: Step) -> None:
        """Show the step's sentence long enough to be read; its chapter begins here."""
        if self._page is None:
            return
        keyword = "And" if step.kind.value == self._kind else step.kind.value.capitalize()
        self._kind = step.kind.value
        html = _CAPTION.format(
            number=number, total=self._steps, keyword=keyword, text=_shown(step.text)
        )
        await self._show(self._page, html)
        self.chapters.append(Chapter(step=number, milliseconds=self._elapsed()))
        await asyncio.sleep(self._pause)

    async def end(self) -> None:
        """Show the end for a moment, and close the film."""
        page, self._page = self._page, None
        if page is None:
            return
        await asyncio.sleep(_LAST_SECONDS)
        self.milliseconds = self._elapsed()
        await page.screencast.stop()
        self._is_closed = self.path.is_file()

    async def _show(self, page: Page, html: str) -> None:
        """Put a caption in the place of the one before."""
        shown = AsyncExitStack()
        await shown.enter_async_context(await page.screencast.show_overlay(html))
        before, self._caption = self._caption, shown
        await before.aclose()

    def _elapsed(self) -> int:
        return round((time.monotonic() - self._began) * 1000)


def _shown(text: str) -> str:
    return escape(shorten(text))
