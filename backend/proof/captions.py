"""Draws the words of a narrated clip as SVG.

Its attributes work on a page whose own security policy forbids styles, where HTML's do not.
"""

import textwrap
from html import escape

_GROUND = "#141a20"
_SMALLEST, _LARGEST = 15, 30
_OF_THE_WIDTH = 0.021
_LETTER_WIDTH = 0.56  # of a letter's height, on the average
_LINE_HEIGHT = 1.4
_TITLE_TIMES = 1.5


def title(text: str, *, width: int, height: int) -> str:
    """Return the scenario's name, over the whole window."""
    size = _letters(width) * _TITLE_TIMES
    lines = _wrapped(text, size, width * 0.85)
    top = (height - (len(lines) - 1) * size * _LINE_HEIGHT) / 2
    drawn = "".join(
        f'<tspan x="{width / 2:g}" y="{top + index * size * _LINE_HEIGHT:.0f}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    body = f'<text text-anchor="middle" font-weight="600" font-size="{size:.0f}">{drawn}</text>'
    return _svg(body, ground=(0, height), width=width, height=height)


def caption(place: str, text: str, *, width: int, height: int) -> str:
    """Return a step's sentence on a strip at the foot of the window; `place` is such as 2 of 7."""
    size = _letters(width)
    lines = _wrapped(f"{place}  {text}", size, width - 2 * size)
    lines[0] = lines[0].removeprefix(place)
    strip = (len(lines) - 1) * size * _LINE_HEIGHT + 2.4 * size
    top = height - strip
    drawn = "".join(
        f'<tspan x="{size:.0f}" y="{top + 1.55 * size + index * size * _LINE_HEIGHT:.0f}">'
        f"{_place(place) if index == 0 else ''}{escape(line)}</tspan>"
        for index, line in enumerate(lines)
    )
    body = f'<text xml:space="preserve" font-size="{size:.0f}">{drawn}</text>'
    return _svg(body, ground=(top, strip), width=width, height=height)


def _place(place: str) -> str:
    return f'<tspan fill-opacity=".7">{escape(place)}</tspan>'


def _letters(width: int) -> float:
    return min(max(width * _OF_THE_WIDTH, _SMALLEST), _LARGEST)


def _wrapped(text: str, size: float, width: float) -> list[str]:
    characters = max(int(width / (size * _LETTER_WIDTH)), 8)
    return textwrap.wrap(text, characters, drop_whitespace=True) or [""]


def _svg(body: str, *, ground: tuple[float, float], width: int, height: int) -> str:
    top, depth = ground
    return (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect x="0" y="{top:.0f}" width="{width}" height="{depth:.0f}" fill="{_GROUND}" '
        f'fill-opacity=".88"></rect><g fill="#fff" font-family="system-ui, DejaVu Sans, sans-serif">'
        f"{body}</g></svg>"
    )
