"""Reads from the browser what a page's parts weighed and when its largest one was painted."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from backend.proof.apart import run_on_page

# The observer, not `performance.getEntries`, which is empty where a scenario has set the clock.
_READ = """() => new Promise(done => {
  const seen = {navigation: [], resource: [], 'largest-contentful-paint': []};
  for (const type of Object.keys(seen))
    new PerformanceObserver(list => seen[type].push(...list.getEntries()))
      .observe({type, buffered: true});
  setTimeout(() => {
    const load = seen.navigation.at(-1);
    if (!load) { done(null); return; }
    const paint = seen['largest-contentful-paint'].at(-1);
    const isAskedLater = part => part.startTime > load.loadEventEnd
      && ['fetch', 'xmlhttprequest', 'beacon', 'eventsource'].includes(part.initiatorType);
    done({address: load.name, ready: Math.max(paint ? paint.startTime : 0,
        paint ? 0 : load.loadEventEnd),
      parts: [load, ...seen.resource.filter(part => !isAskedLater(part))]
        .map(part => [part.name, part.encodedBodySize])});
  }, 250);
})"""


@dataclass(frozen=True, kw_only=True)
class Timings:
    """One load of a page: its address, its parts with their bytes, and when it was ready."""

    address: str
    parts: tuple[tuple[str, int], ...]
    ready_seconds: float


async def read_timings(page: Page) -> Timings | None:
    """Return what the browser measured of the page's one load; None for a page it did not load."""
    read: dict[str, Any] | None = await run_on_page(page, _READ)
    if read is None:
        return None
    return Timings(
        address=read["address"],
        parts=tuple((address, size) for address, size in read["parts"]),
        ready_seconds=read["ready"] / 1000,
    )
