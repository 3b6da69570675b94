"""Makes texts of unknown origin fit to keep and to show: bounded, and without hidden characters."""

import re

# Controls but for tab and line end, half characters, and the marks that turn the direction.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def harmless(text: str, *, at_most: int) -> str:
    """Return the text with plain line ends; what is hidden in it shows, what is too long is cut."""
    plain = text[: at_most + 1].replace("\r\n", "\n").replace("\r", "\n")
    shown = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", plain)
    return shown if len(text) <= at_most else f"{shown[:at_most]}\n… cut here"


def harmless_bytes(content: bytes, *, at_most: int) -> str:
    """Return what the bytes say as UTF-8 text; what they do not say shows as such."""
    return harmless(content[: at_most * 4].decode("utf-8", "replace"), at_most=at_most)
