"""Pages of lists: one page holds its items, iterating goes on through the pages that follow."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Generic, TypeVar

from draftworks._calls import Call, PageBody
from draftworks._core import Core
from draftworks._wire import run

T = TypeVar("T")
CallForPage = Callable[[str | None], Call[PageBody[T]]]


class _AnyPage(Generic[T]):
    """What both kinds of page know: their items and where the next page starts."""

    def __init__(self, core: Core, call_for: CallForPage[T], body: PageBody[T]) -> None:
        self._core = core
        self._call_for = call_for
        self.data = body.data
        self.next_cursor = body.next_cursor

    @property
    def has_next_page(self) -> bool:
        """Whether more items follow on another page."""
        return self.next_cursor is not None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.data)} items, has_next_page={self.has_next_page})"


class Page(_AnyPage[T]):
    """A page of a list: `data` are its own items; iterating yields those of later pages too."""

    @classmethod
    def fetch(cls, core: Core, call_for: CallForPage[T], cursor: str | None) -> "Page[T]":
        """Fetch the page that starts at a cursor; None is the first."""
        return cls(core, call_for, run(core.send(call_for(cursor))))

    def next_page(self) -> "Page[T] | None":
        """Fetch the page after this one; None when this is the last."""
        if self.next_cursor is None:
            return None
        return Page.fetch(self._core, self._call_for, self.next_cursor)

    def __iter__(self) -> Iterator[T]:
        page: Page[T] | None = self
        while page is not None:
            yield from page.data
            page = page.next_page()


class AsyncPage(_AnyPage[T]):
    """A page of a list: `data` are its own items; `async for` yields those of later pages too."""

    @classmethod
    async def fetch(
        cls, core: Core, call_for: CallForPage[T], cursor: str | None
    ) -> "AsyncPage[T]":
        """Fetch the page that starts at a cursor; None is the first."""
        return cls(core, call_for, await core.send(call_for(cursor)))

    async def next_page(self) -> "AsyncPage[T] | None":
        """Fetch the page after this one; None when this is the last."""
        if self.next_cursor is None:
            return None
        return await AsyncPage.fetch(self._core, self._call_for, self.next_cursor)

    async def __aiter__(self) -> AsyncIterator[T]:
        page: AsyncPage[T] | None = self
        while page is not None:
            for item in page.data:
                yield item
            page = await page.next_page()
