"""Hears everything that the browser says during one scenario, from its first page on."""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
)
from playwright.async_api import Error as PlaywrightError

from backend.proof.words import shorten

_MOST_ENTRIES = 100
_SERVER_ERROR = 500
_CLIENT_ERROR = 400
# The browser asks for it unbidden; a product without one has made no error.
_UNBIDDEN = "/favicon.ico"
_PARTS = frozenset({"image", "stylesheet", "script", "font", "media"})
# The standard has browsers say so where a page merely takes another round to lay out.
_HARMLESS = ("ResizeObserver loop",)
_LASTING = frozenset({"eventsource", "websocket", "media", "ping"})


Entry = TypeVar("Entry")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that the browser calls an error; a `certain` one is never meant by a product.

    `is_answer` marks what the console says about an answer: the answer itself is heard too.
    """

    text: str
    address: str = ""
    is_answer: bool = False
    is_certain: bool = False


class BrowserLog:
    """Console errors, uncaught errors, failed requests and the requests that are under way.

    Playwright's own lists keep only the last hundred or two, so this has listeners of its own.
    """

    def __init__(self) -> None:
        self.console_errors: list[str] = []
        self.network_errors: list[str] = []
        self.missing_parts: list[str] = []
        self._parts: dict[Page, list[Request]] = {}
        self._faults: list[Fault] = []
        self._under_way: set[Request] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._refused_documents: set[str] = set()

    def listen(self, context: BrowserContext) -> None:
        """Hear all pages of a context, those that open later too."""
        context.on("console", self._on_console)
        context.on("weberror", self._on_web_error)
        context.on("request", self._on_request)
        context.on("requestfinished", self._on_request_finished)
        context.on("requestfailed", self._on_request_failed)
        context.on("response", self._on_response)

    def listen_to_page(self, page: Page) -> None:
        """Hear when the page itself dies."""
        page.on("crash", self._on_crash)

    def faults(self) -> list[str]:
        """Return what counts as an error: not a form's refusal, though the browser logs it."""
        return [
            fault.text
            for fault in self._faults
            if not (fault.is_answer and fault.address in self._refused_documents)
        ]

    def parts_of(self, page: Page) -> list[Request]:
        """Return the answered requests for parts of the document that the page shows now."""
        return list(self._parts.get(page, ()))

    def heard(self) -> list[Fault]:
        """Return each error once, as it was heard: what the console says of answers left out."""
        return [fault for fault in self._faults if not fault.is_answer]

    async def wait_until_quiet(self, *, at_most_seconds: float) -> None:
        """Wait until no answer is due; one that lasts so long is not waited for again."""
        try:
            async with asyncio.timeout(at_most_seconds):
                await self._quiet.wait()
        except TimeoutError:
            self._under_way.clear()
            self._quiet.set()

    def _on_crash(self, _: Page) -> None:
        self._note_console("The page crashed.", is_certain=True)

    def _on_console(self, message: ConsoleMessage) -> None:
        address = str(message.location.get("url", ""))
        where = _path(address)
        if message.type != "error" or where == _UNBIDDEN:
            return
        self._note_console(
            shorten(message.text) + (f" ({where})" if where else ""),
            address=address,
            is_answer="server responded" in message.text,
        )

    def _on_web_error(self, error: WebError) -> None:
        text = f"Uncaught: {shorten(str(error.error))}"
        self._note_console(text, is_certain=not any(sign in text for sign in _HARMLESS))

    def _on_request(self, request: Request) -> None:
        if request.resource_type not in _LASTING:
            self._under_way.add(request)
            self._quiet.clear()

    def _on_request_finished(self, request: Request) -> None:
        self._on_request_end(request)
        page = _page_of(request)
        if page is None:
            return
        if request.is_navigation_request() and request.frame == page.main_frame:
            self._parts[page] = []
        elif request.resource_type in _PARTS:
            self._parts.setdefault(page, []).append(request)

    def _on_request_end(self, request: Request) -> None:
        self._under_way.discard(request)
        if not self._under_way:
            self._quiet.set()

    def _on_request_failed(self, request: Request) -> None:
        self._on_request_end(request)
        failure = request.failure or "failed"
        if "ERR_ABORTED" in failure:  # a navigation that replaced another, or a download
            return
        if "ERR_PROXY_CONNECTION_FAILED" in failure:
            text = f"{request.method} {shorten(request.url)}: outside the product, not reached"
        else:
            text = f"{request.method} {_path(request.url)}: {failure}"
        _keep(self.network_errors, text)

    def _on_response(self, response: Response) -> None:
        if response.status < _CLIENT_ERROR or _path(response.url) == _UNBIDDEN:
            return
        request = response.request
        if response.status < _SERVER_ERROR and request.resource_type == "document":
            self._refused_documents.add(response.url)
            return
        text = f"{request.method} {_path(response.url)}: answered {response.status}"
        _keep(self.network_errors, text)
        if response.status >= _SERVER_ERROR:
            is_certain = response.status == _SERVER_ERROR
            _keep(self._faults, Fault(text=text, is_certain=is_certain))
        elif request.resource_type in _PARTS:
            _keep(self.missing_parts, response.url)

    def _note_console(self, text: str, **about: Any) -> None:
        _keep(self.console_errors, text)
        _keep(self._faults, Fault(text=text, **about))


def _keep(entries: list[Entry], entry: Entry) -> None:
    if len(entries) < _MOST_ENTRIES:
        entries.append(entry)


def _page_of(request: Request) -> Page | None:
    """Return whose request it was; None for a worker's, or for a document that is gone."""
    try:
        return request.frame.page
    except PlaywrightError:
        return None


def _path(address: str) -> str:
    parts = urlsplit(address)
    return shorten(parts.path + (f"?{parts.query}" if parts.query else ""))
