"""Finds the texts that stand as values in JSON; keys name things and stay."""

import json
import re
from collections.abc import Iterator

from backend.blueprints.texts.pieces import Freedom, Piece
from backend.blueprints.texts.place_names import freedom_of

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')


def json_pieces(source: str, key: str = "") -> Iterator[Piece]:
    """Yield every text of a JSON document; `key` is what a text outside of any object is."""
    for found in _STRING.finditer(source):
        start, end = found.span(1)
        if found[2]:
            key = found[1]
        elif "\\" in found[1]:
            yield Piece(start, end, _unescaped(found[1]), Freedom.FIXED)
        else:
            yield Piece(start, end, found[1], freedom_of(found[1], key), key)


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
