"""Finds the texts in what a program reads: the values of JSON, or the lines and cells of a file."""

import json
import re
from collections.abc import Iterator

from backend.blueprints.texts.json_texts import json_pieces
from backend.blueprints.texts.pieces import Freedom, Piece
from backend.blueprints.texts.place_names import freedom_of, is_place_name

_CELL = re.compile(r'[^\s,;\t\n"](?:[^,;\t\n"]*[^\s,;\t\n"])?')


def input_pieces(source: str) -> list[Piece]:
    """Return every text of a file or an input, in order."""
    try:
        is_json = isinstance(json.loads(source), dict | list)
    except (ValueError, RecursionError):
        is_json = False
    return list(json_pieces(source) if is_json else _cells(source))


def _cells(source: str) -> Iterator[Piece]:
    """Yield lines or cells; what stands above columns says what they hold, and stays."""
    first = source.partition("\n")[0]
    between = next((mark for mark in ",;\t" if mark in first), None)
    names = [name.strip(' "') for name in first.split(between)] if between else []
    is_list = not names and "\n" in source.strip()
    for found in _CELL.finditer(source):
        start, text = found.start(), found[0]
        line = source[source.rfind("\n", 0, start) + 1 : start]
        is_heading = bool(names) and start < len(first)
        column = line.count(between) if between and '"' not in line else len(names)
        key = names[column] if column < len(names) else ""
        freedom = Freedom.LISTED if is_list else freedom_of(text, key)
        if is_heading or is_place_name(text):
            freedom = Freedom.FIXED
        yield Piece(start, found.end(), text, freedom, key)
