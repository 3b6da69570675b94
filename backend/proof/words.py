"""Puts what the browser says into words that a shop owner understands."""

import re
from collections.abc import Iterable

from playwright.async_api import Error as PlaywrightError

_LONGEST_TEXT = 200
_MOST_OFFERS = 8
# Controls, half characters, and the marks that turn the direction of what follows.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_NAMED = re.compile(r'^\s*- \'?([a-z]+) "((?:[^"\\]|\\.)*)"', re.MULTILINE)
_PLURALS = {
    "checkbox": "checkboxes",
    "combobox": "choice fields",
    "textbox": "fields",
    "searchbox": "fields",
    "spinbutton": "fields",
    "menuitem": "menu items",
    "switch": "switches",
    "radio": "radio buttons",
    "listbox": "choice fields",
    "img": "images",
}
_PLAIN = (
    ("net::ERR_CONNECTION_REFUSED", "The product does not answer: it has stopped."),
    ("net::ERR_CONNECTION_RESET", "The product broke off while answering: it may have stopped."),
    ("net::ERR_EMPTY_RESPONSE", "The product sent an empty answer: it may have stopped."),
    ("net::ERR_INTERNET_DISCONNECTED", "The page could not be opened while offline."),
    ("net::ERR_PROXY_CONNECTION_FAILED", "The page lies outside the product and is not reached."),
    ("net::ERR_ABORTED", "The page was not opened: the browser was given a file or nothing."),
    ("net::ERR_INVALID_REDIRECT", "The product redirects to an address that is not valid."),
    ("net::ERR_TOO_MANY_REDIRECTS", "The product redirects in a circle."),
    ("crashed", "The browser's page crashed."),
    ("has been closed", "The browser or its page ended in the middle of the scenario."),
    ("Connection closed", "The browser ended in the middle of the scenario."),
    ("intercepts pointer events", "Something else on the page lies over it."),
    ("element is not enabled", "It is disabled."),
    ("element is not editable", "It is read-only."),
    ("element is not visible", "It is on the page but cannot be seen."),
    ("outside of the viewport", "It lies outside the screen and cannot be scrolled to."),
    ("Cannot type text into input[type=number]", "The field takes numbers only."),
    ("Malformed value", "The field does not take a value of this form."),
    ("strict mode violation", "There are several of that name on the page."),
)


def shorten(text: str) -> str:
    """Return the text on one line, cut where it grows long: pages may say anything."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1] + "…"


def quoted(texts: Iterable[str]) -> str:
    """Return `"a", "b"`, or `nothing`."""
    return ", ".join(f'"{shorten(text)}"' for text in texts) or "nothing"


def counted(number: int, word: str) -> str:
    """Return `1 row` or `3 rows`."""
    if number == 1:
        return f"1 {word}"
    return f"{number} {word}{'es' if word.endswith('x') else 's'}"


def plain(error: PlaywrightError) -> str:
    """Return why the browser could not do something, without its jargon."""
    for sign, sentence in _PLAIN:
        if sign in error.message:
            return sentence
    if "Timeout" in error.message:
        return "It did not happen in time."
    return f"The browser refused: {shorten(error.message.splitlines()[0])}"


def offers(snapshot: str, roles: tuple[str, ...]) -> str:
    """Return what an ARIA snapshot holds of these roles: `buttons "Send"; links "Home"`."""
    found: dict[str, list[str]] = {}
    for role, name in _NAMED.findall(snapshot):
        names = found.setdefault(_PLURALS.get(role, f"{role}s"), [])
        if role in roles and name not in names:
            names.append(name)
    parts = [f"{plural} {_listed(names)}" for plural, names in found.items() if names]
    return "; ".join(parts) or "nothing of the kind"


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_OFFERS
    return quoted(names[:_MOST_OFFERS]) + (f" and {more} more" if more > 0 else "")
