"""Brings a page to rest, so that its picture depends on nothing but what the page shows."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from playwright.async_api import Page

from backend.proof.apart import read_page
from backend.proof.errors import StepFailedError
from backend.proof.page_clock import PageClock
from backend.proof.waiting import eventually

_RUN_MILLISECONDS = 3000
_AFTER_ANSWERS_MILLISECONDS = 100
_RUN = timedelta(milliseconds=_RUN_MILLISECONDS + _AFTER_ANSWERS_MILLISECONDS)
# Films and drawings that move by themselves have clocks of their own.
_PREPARE = """() => {
  document.activeElement?.blur();
  for (const image of document.images) image.loading = 'eager';
  for (const drawing of document.querySelectorAll('svg')) {
    drawing.pauseAnimations();
    drawing.setCurrentTime(0);
  }
  for (const film of document.querySelectorAll('video')) {
    film.pause();
    film.currentTime = 0;
  }
}"""
_QUIET = """() => document.fonts.status === 'loaded' && [...document.images].every(i => i.complete)
  && ![...document.querySelectorAll('video')].some(film => film.seeking)
  && !document.querySelector('[aria-busy=true]')"""

Settle = Callable[[], Awaitable[None]]


@asynccontextmanager
async def still(
    page: Page, *, clock: PageClock, settle: Settle, seconds: float
) -> AsyncIterator[None]:
    """Hold the page inside the block: its clock, with nothing hovered, focused or under way.

    `clock` is the page's, `settle` waits for the answers that the page is owed, and within so many
    seconds it has to come to rest.
    """
    # The clock itself lies where the page's scripts can reach it, for it is theirs to go by: one
    # that breaks it is refused by the error or, when nothing comes back, by the step's own limit.
    rest = clock.next_rest()
    await page.clock.pause_at(rest)
    try:
        await page.mouse.move(0, 0)  # what is hovered would hide its own colour
        await read_page(page, _PREPARE)
        await page.clock.run_for(_RUN_MILLISECONDS)
        await settle()
        await page.clock.run_for(_AFTER_ANSWERS_MILLISECONDS)
        await _be_quiet(page, seconds=seconds)
        yield
    finally:
        clock.move_to(rest + _RUN)
        await page.clock.resume()


async def _be_quiet(page: Page, *, seconds: float) -> None:
    async def probe() -> None:
        if not await read_page(page, _QUIET):
            raise StepFailedError(
                "The page does not come to rest: a picture, a font or a part marked as busy is "
                "missing."
            )

    await eventually(probe, within_seconds=seconds)
