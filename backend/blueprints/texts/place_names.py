"""Says what the name of a place tells of the texts in it: a title is anybody's, a status is not.

Names are those of JSON keys, options, query parameters and arguments, in any usual spelling. They
are asked only where no data model says more.
"""

import re

from backend.blueprints.texts.pieces import Freedom

_FREE_NAMES = """
    about address attendee author body bio caption client comment contact content customer
    description firstname fullname guest headline heading item label lastname member memo message
    name nickname note notes owner participant person phrase product reason recipient remark
    remarks rider sender street subject summary surname task title todo
"""
_ASKED_ABOUT_NAMES = "input phrase q query sentence string text value word words"
_CLOSED_NAMES = """
    access action algorithm alphabet animal brand by card case category channel city class code
    color colour command continent country currency day default direction division domain element
    encoding engine event extension field fields file filename filter flag format gender genre
    grade group hash host id ingredient key kind lang language level line locale login material
    method mime mode model month mood op operation operator order outcome password path payment
    permission permissions phone plan planet position priority property rank rating ref reference
    region result role room route scale scope season section secret service severity sex shape
    side size sku slug sort source species stage state status store style suit symbol system tag
    tags team theme ticker tier timezone token topping transport type unit units url user username
    variant verb version visibility weekday zone
"""
_FREE = frozenset(_FREE_NAMES.split())
_CLOSED = frozenset(_CLOSED_NAMES.split())
_ASKED_ABOUT = frozenset(_ASKED_ABOUT_NAMES.split())  # products answer what they find in it
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# What is said to a product so that it is kept or said again, whatever it is.
_TAKES_TEXT = re.compile(
    r"(?:^|[\W_])(?:add|append|echo|greet|greetings?|hello|hi|insert|keep|note|register|remember|rename|repeat"
    r"|say|take|welcome|write)(?:[\W_]|$)",
    re.IGNORECASE,
)


def takes_text(name: str) -> bool:
    """Whether a program, a command or a function of this name takes any text it is given."""
    return _TAKES_TEXT.search(name) is not None


def names_a_choice(name: str) -> bool:
    """Whether a place of this name most likely holds one of a few words."""
    return _last_word(name) in _CLOSED


def names_text(name: str) -> bool:
    """Whether a place of this name holds any text."""
    return _last_word(name) in _FREE or _letters(name) in _FREE


def is_place_name(text: str) -> bool:
    """Whether a text is one that places have for their name, so that it may be a heading."""
    return _letters(text) in _FREE | _CLOSED | _ASKED_ABOUT


def freedom_of(text: str, key: str = "", *, is_taken: bool = False) -> Freedom:
    """Return what may stand in the place of a text; `is_taken` where any is taken as it is.

    What is given as something is hardly ever one of a few when it is an email address or a phrase;
    what all begins with a capital may be a city.
    """
    if names_text(key):
        return Freedom.FREE
    if names_a_choice(key) or text.isupper():
        return Freedom.CLOSED
    is_phrase = any(word[0].islower() for word in text.split()[1:])
    if is_taken or "@" in text or (is_phrase and _is_given_as(key)):
        return Freedom.FREE
    return Freedom.UNKNOWN if is_phrase or not text.islower() else Freedom.CLOSED


def _is_given_as(key: str) -> bool:
    return bool(key) and _last_word(key) not in _ASKED_ABOUT


def _last_word(name: str) -> str:
    words = _WORD.findall(name)
    return words[-1].casefold() if words else ""


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalpha())
