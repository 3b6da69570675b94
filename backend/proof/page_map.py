"""Knows which address a page's name stands for: PAGE of the vocabulary."""

import asyncio
from typing import TypeAlias
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page

from backend.proof.apart import read_each
from backend.proof.errors import StepFailedError
from backend.proof.window import WindowOptions, open_window
from backend.proof.words import quoted, shorten

# Text and address of each link in a navigation landmark; the name is what assistive tools read.
_NAVIGATION = "nav a[href], [role=navigation] a[href]"
_READ_LINK = """a => [
  (a.getAttribute('aria-label') || a.textContent).replace(/\\s+/g, ' ').trim(), a.href]"""

Links: TypeAlias = dict[str, set[str]]


class PageMap:
    """The blueprint's Pages table, literal paths, and the home page's navigation links.

    The navigation is read once for a run, so that the other scenarios go straight to a page; and
    again for a name that it did not have, which may be there for whoever is signed in.
    """

    def __init__(self, pages: dict[str, str]) -> None:
        self._pages = pages
        self._links: Links = {}
        self._reading = asyncio.Lock()

    async def path_of(self, name: str, *, browser: Browser, address: str) -> str:
        """Return the path that a page's name stands for; raise StepFailedError when none does."""
        if not self.needs_home(name):
            return self.known_path(name)
        async with self._reading:
            if self.needs_home(name):
                self.learn(await _navigation_of(browser, address))
        return self._from_links(name)

    def needs_home(self, name: str) -> bool:
        """Whether the home page must be read before this name's path is known."""
        return self.has_heading(name) and name not in self._links

    def learn(self, links: Links) -> None:
        """Take in the home page's navigation, as it is for one of its visitors."""
        self._links = self._links | links

    def known_path(self, name: str) -> str:
        """Return the path of a name; raise StepFailedError when none has it."""
        if name in self._pages:
            return self._pages[name]
        return name if name.startswith("/") else self._from_links(name)

    def has_heading(self, name: str) -> bool:
        """Whether the name is the page's own, to be met again in its heading or title."""
        return name not in self._pages and not name.startswith("/")

    def _from_links(self, name: str) -> str:
        paths = self._links.get(name, set())
        if len(paths) == 1:
            return next(iter(paths))
        if paths:
            raise StepFailedError(
                f'"{shorten(name)}" is ambiguous: the navigation has {len(paths)} links of that '
                f"name, to {quoted(sorted(paths))}. Give the page its path in ## Pages."
            )
        raise StepFailedError(
            f'There is no page "{shorten(name)}". The home page\'s navigation offers '
            f"{quoted(self._links)}; other pages are named in ## Pages or by a path such as "
            '"/reports".'
        )


async def _navigation_of(browser: Browser, address: str) -> Links:
    context = await open_window(browser, WindowOptions(), address=address, video_folder=None)
    try:
        page = await context.new_page()
        await page.goto(f"{address}/", wait_until="domcontentloaded")
        return await navigation_links(page)
    finally:
        await context.close()


async def navigation_links(page: Page) -> Links:
    """Return the paths behind each name in the page's navigation."""
    links: Links = {}
    for name, address in await read_each(page.locator(_NAVIGATION), _READ_LINK):
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        links.setdefault(name, set()).add(path)
    return links
