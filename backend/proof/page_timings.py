"""Reads from the browser what a page's parts weighed and when its largest one was painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, Request

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


async def read_timings(page: Page, heard: Sequence[Request] = ()) -> Timings | None:
    """Return what the browser measured of the page's one load; None for a page it did not load.

    A page may empty the list of its parts (`performance.clearResourceTimings`). What was `heard` of
    on the wire and is not in the list is weighed there.
    """
    read: dict[str, Any] | None = await run_on_page(page, _READ)
    if read is None:
        return None
    parts = [(address, size) for address, size in read["parts"]]
    listed = {address for address, _ in parts}
    parts += [
        (request.url, (await request.sizes())["responseBodySize"])
        for request in heard
        if request.url not in listed
    ]
    return Timings(
        address=read["address"],
        parts=tuple(parts),
        ready_seconds=read["ready"] / 1000,
    )
