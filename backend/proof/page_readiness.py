"""Measures how long a page takes until its largest part is painted."""

import asyncio
from statistics import median

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from backend.proof.apart import run_on_page
from backend.proof.errors import StepFailedError
from backend.proof.oracle import Remark, path_of
from backend.proof.page_timings import Timings
from backend.proof.scene import Scene

LOADS = 5
_LARGEST_PAINT = """() => new Promise(done => {
  let last = null;
  new PerformanceObserver(list => { last = list.getEntries().at(-1).startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
  setTimeout(() => done(last), 250);
})"""
_PAINT_PATIENCE_SECONDS = 10.0


async def median_seconds(scene: Scene, address: str) -> float:
    """Return the median of five loads of a page, in a window of its own."""
    window = await scene.open_beside()
    try:
        return median([await _time_to_paint(window, address) for _ in range(LOADS)]) / 1000
    finally:
        await window.close()


async def _time_to_paint(window: BrowserContext, address: str) -> float:
    page = await window.new_page()
    try:
        await page.goto(address)
        async with asyncio.timeout(_PAINT_PATIENCE_SECONDS):
            while (paint := await run_on_page(page, _LARGEST_PAINT)) is None:
                pass
        return float(paint)
    except (PlaywrightError, TimeoutError) as error:
        raise StepFailedError("The page paints nothing whose time could be taken.") from error
    finally:
        await page.close()


def remark_on_readiness(timings: Timings, *, limit: float) -> list[Remark]:
    """Say that the one load that was seen took too long."""
    return _remarks(timings, timings.ready_seconds, limit=limit, taken="one load")


async def remark_on_five_loads(scene: Scene, timings: Timings, *, limit: float) -> list[Remark]:
    """Say that it takes too long on the whole: one load alone would decide by chance."""
    seconds = await median_seconds(scene, timings.address)
    return _remarks(timings, seconds, limit=limit, taken=f"median of {LOADS} loads")


def _remarks(timings: Timings, seconds: float, *, limit: float, taken: str) -> list[Remark]:
    if seconds <= limit:
        return []
    return [
        Remark(
            message=f"The page {path_of(timings.address)} was ready after {seconds:.2f} seconds "
            f"({taken}), not within {limit:g}. Let it load less before it shows something, or "
            "raise the limit of ready within."
        )
    ]
