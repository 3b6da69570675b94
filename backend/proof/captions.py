"""Draws the words of a narrated clip as plain HTML tables.

A page's own security policy may forbid styles, whoever adds them; it does not know attributes.
"""

import re
from html import escape

from backend.proof.window import Device

_GROUND = "#141a20"
_INK = "#ffffff"
_SOFT = "#b9c3cb"
_FACE = "system-ui, DejaVu Sans, sans-serif"
_NARROW_PIXELS = 600
_LONG_WORD = re.compile(r"\S{24}(?=\S)")


def title(text: str, device: Device) -> str:
    """Return the scenario's name, over the whole window."""
    words = _font(f"<b>{_words(text)}</b>", size=4 if _is_narrow(device) else 6)
    return (
        f'<table width="100%" height="{device.height}" cellpadding="24" bgcolor="{_GROUND}">'
        f'<tr><td align="center" valign="middle">{words}</td></tr></table>'
    )


def caption(place: str, text: str, device: Device) -> str:
    """Return a step's sentence on a strip at the foot of the window; `place` is such as 2 of 7."""
    size = 3 if _is_narrow(device) else 5
    number = _font(place.replace(" ", "&nbsp;"), size=size, colour=_SOFT)
    return (
        f'<table width="100%" height="{device.height}" cellspacing="0" cellpadding="0">'
        '<tr><td valign="bottom"><table width="100%" cellspacing="0" cellpadding="12" '
        f'bgcolor="{_GROUND}"><tr><td>{number}&ensp;{_font(_words(text), size=size)}</td></tr>'
        "</table></td></tr></table>"
    )


def _is_narrow(device: Device) -> bool:
    return device.width < _NARROW_PIXELS


def _font(words: str, *, size: int, colour: str = _INK) -> str:
    return f'<font face="{_FACE}" size="{size}" color="{colour}">{words}</font>'


def _words(text: str) -> str:
    """Escape a text, and let long words break: a table grows with its longest."""
    parts = _LONG_WORD.sub(lambda found: f"{found.group()}\0", text).split("\0")
    return "<wbr>".join(escape(part) for part in parts)
