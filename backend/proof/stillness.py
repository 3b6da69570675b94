"""Brings a page to rest, so that its picture depends on nothing but what the page shows."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from backend.proof.errors import StepFailedError

# A page rests at a whole minute of the scenario's own time: one that shows the time, or moves with
# it, then looks the same however long the steps before took.
_GRID = timedelta(minutes=1)
_MARGIN = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RUN_MILLISECONDS = 3000
_AFTER_ANSWERS_MILLISECONDS = 100
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
    page: Page, *, since: datetime | None, settle: Settle, seconds: float
) -> AsyncIterator[None]:
    """Hold the page inside the block: its clock, with nothing hovered, focused or under way.

    `since` is the instant that the page's clock was started at, `settle` waits for the answers
    that the page is owed, and within so many seconds it has to come to rest.
    """
    now = datetime.fromtimestamp(await page.evaluate("Date.now()") / 1000, UTC)
    await page.clock.pause_at(_next_on_grid(now, since or _EPOCH))
    try:
        await page.mouse.move(0, 0)  # what is hovered would hide its own colour
        await page.evaluate(_PREPARE)
        await page.clock.run_for(_RUN_MILLISECONDS)
        await settle()
        await page.clock.run_for(_AFTER_ANSWERS_MILLISECONDS)
        await _be_quiet(page, seconds=seconds)
        yield
    finally:
        await page.clock.resume()


def _next_on_grid(now: datetime, since: datetime) -> datetime:
    return since - (since - now - _MARGIN) // _GRID * _GRID


async def _be_quiet(page: Page, *, seconds: float) -> None:
    try:
        await page.wait_for_function(_QUIET, timeout=seconds * 1000)
    except PlaywrightError as error:
        raise StepFailedError(
            "The page does not come to rest: a picture, a font or a part marked as busy is missing."
        ) from error
