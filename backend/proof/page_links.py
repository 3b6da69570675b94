"""Follows a product's own links with plain GETs and names those that lead to nothing."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.async_api import Page

from backend.proof.apart import read_page
from backend.proof.oracle import is_own, path_of
from backend.proof.words import shorten

_READ = """() => [...document.querySelectorAll('a[href], area[href]')]
  .filter(link => link.checkVisibility({visibilityProperty: true}) && !link.matches(
    '[download], [onclick], [data-method], [hx-post], [hx-put], [hx-patch], [hx-delete]'))
  .map(link => [link.href, (link.getAttribute('aria-label') || link.textContent).trim()])"""
_WHO = "() => [navigator.userAgent, navigator.language]"
# What a link with such a word may do is nobody's to try out.
_RISKY = re.compile(
    r"(?:log|sign)[\s_-]*(?:out|off)|delet|remov|destroy|cancel|unsubscrib|archiv|reset|clear|purge"
    r"|revoke|export|download|abmeld|l(?:ö|oe)sch",
    re.IGNORECASE,
)
_ANSWER_SECONDS = 5.0
_MOST_REDIRECTS = 5
_REDIRECT = 300
_REFUSED = 400
# It is for the product to say who may see what: a link that asks who one is leads somewhere.
_NOT_FOR_US = frozenset({401, 403, 429})
_NO_ANSWER = 0


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link of the product's own, and the page that it was seen on."""

    address: str
    text: str
    page: str

    @property
    def path(self) -> str:
        """Where it leads."""
        return path_of(self.address)


async def read_links(page: Page, *, origin: str) -> list[Link]:
    """Return the links of a page that can be followed without doing anything."""
    found: list[list[str]] = await read_page(page, _READ)
    links = (
        Link(address=urldefrag(address).url, text=text, page=page.url) for address, text in found
    )
    return list({link.address: link for link in links if _is_safe(link, origin)}.values())


def _is_safe(link: Link, origin: str) -> bool:
    if not is_own(link.address, origin) or urlsplit(link.address).query:
        return False
    return not (_RISKY.search(link.path) or _RISKY.search(link.text))


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Asks as the scenario's window would: with its cookies and its name, but apart from it."""

    origin: str
    headers: dict[str, str]

    async def answer_of(self, link: Link) -> int:
        """Return the status that a link ends with, 0 when nothing answers in time.

        A redirect is followed as long as it stays with the product.
        """
        address = link.address
        for _ in range(_MOST_REDIRECTS):
            status, onward = await asyncio.to_thread(self._ask, address)
            if not onward:
                return status
            address = urljoin(address, onward)
            if not is_own(address, self.origin):
                return status
        return status

    def _ask(self, address: str) -> tuple[int, str]:
        parts = urlsplit(address)
        connection = HTTPConnection(parts.netloc, timeout=_ANSWER_SECONDS)
        try:
            connection.request(
                "GET", parts._replace(scheme="", netloc="").geturl() or "/", headers=self.headers
            )
            answer = connection.getresponse()
            is_redirect = _REDIRECT <= answer.status < _REFUSED
            return answer.status, (answer.getheader("Location") or "") if is_redirect else ""
        except (OSError, HTTPException):
            return _NO_ANSWER, ""
        finally:
            connection.close()


async def open_visitor(page: Page, *, origin: str) -> Visitor:
    """Take over what the product knows the window by."""
    cookies = await page.context.cookies(origin)
    name, language = await read_page(page, _WHO)
    headers = {"User-Agent": name, "Accept": "text/html,*/*;q=0.8", "Accept-Language": language}
    if cookies:
        headers["Cookie"] = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    return Visitor(origin=origin, headers=headers)


def is_broken(status: int) -> bool:
    """Whether nobody could be content with this answer."""
    return status >= _REFUSED and status not in _NOT_FOR_US


def words_on_link(link: Link, status: int) -> str:
    """Say where a link stands and what it leads to."""
    return (
        f'The link "{shorten(link.text)}" on the page {path_of(link.page)} leads to '
        f"{shorten(link.path)}, which answers {status}. Let it lead to a page, or take it away."
    )


def words_on_parts(page: str, parts: Iterable[str]) -> str:
    """Say which pictures, styles or scripts of a page are missing."""
    listed = ", ".join(shorten(part) for part in parts)
    return f"The page {page} asks for parts that are missing: {listed}. Add them, or stop asking."
