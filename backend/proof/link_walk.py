"""Follows the links that a scenario has seen, each address once in a run."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from playwright.async_api import Page

from backend.blueprints.quality_checks import QualityCheck
from backend.proof.look_book import LookBook, Sight
from backend.proof.oracle import Remark, path_of
from backend.proof.page_links import Link, Visitor, is_broken, read_links, words_on_link

_MOST_LINKS = 60  # of one scenario; the next goes on with the others
_AT_ONCE = 4
_OPENING_MILLISECONDS = 10_000


def link_sight(path: str) -> Sight:
    """Return what an address is told under, whoever has asked for it."""
    return QualityCheck.BROKEN_LINKS, path, ""


@dataclass(kw_only=True)
class LinkWalk:
    """One scenario's links, followed when its steps are through and nothing can disturb them."""

    book: LookBook
    visitor: Visitor
    page: Page
    _lanes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def follow(self, links: Iterable[Link]) -> None:
        """Ask for each address that nobody has asked for yet."""
        wanted = [link for link in links if link.path not in self.book.asked][:_MOST_LINKS]
        self.book.asked.update(link.path for link in wanted)
        await asyncio.gather(*(self._follow(link) for link in wanted))

    async def _follow(self, link: Link) -> None:
        async with self._lanes:
            status = await self.visitor.answer_of(link)
            if is_broken(status):
                status = await self.visitor.answer_of(link)  # one that was busy is forgiven
        if is_broken(status) and await self._still_stands(link):
            remark = Remark(message=words_on_link(link, status))
            self.book.note(link_sight(link.path), [remark], page=path_of(link.page))

    async def _still_stands(self, link: Link) -> bool:
        """Whether its page still has it: a link to what a later step took away was not broken."""
        if self.page.url == link.page:
            return True
        again = await self.page.context.new_page()
        try:
            await again.goto(link.page, timeout=_OPENING_MILLISECONDS)
            links = await read_links(again, origin=self.visitor.origin)
        finally:
            await again.close()
        return any(one.path == link.path for one in links)
