"""Reads the path of a value inside JSON as authors write it: `items[0].price`, or nothing."""

import re
from typing import TypeAlias

JsonPath: TypeAlias = tuple[str | int, ...]
_PART = re.compile(r"([^.\[\]]*)((?:\[[0-9]{1,6}\])*)")
_INDEX = re.compile(r"[0-9]+")


def read_json_path(text: str) -> JsonPath | None:
    """Return names and positions in order, nothing for the root; None when it is no path."""
    if not text:
        return ()
    path: list[str | int] = []
    for number, part in enumerate(text.split(".")):
        found = _PART.fullmatch(part)
        if found is None or not (found[1] or (number == 0 and found[2])):
            return None
        path += [found[1]] if found[1] else []
        path += [int(index) for index in _INDEX.findall(found[2])]
    return tuple(path)
