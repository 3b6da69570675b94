"""Knows what any page counts, lest a drawn text be found on one where nobody put it."""

import re

from backend.blueprints.blueprint import DataModel
from backend.blueprints.house_style import in_sentence

_NUMBER = re.compile(r"[0-9]+")
_SAID = (
    "page 0 of 0",
    "row 0: 0 cells, but there are 0 headings",
    "must be at least 0",
    "must be at most 0 characters long",
    "must be at most 0 mb",
    "(no. 0)",
)


class HousePhrases:
    """What products in the house style say with a number in it."""

    def __init__(self, data: DataModel) -> None:
        """Name everything that they count."""
        counted = [
            f"is used by 0 {name}\n0 {name} imported\n0 {name}"
            for entity in data.entities
            for name in (in_sentence(entity.name), in_sentence(entity.plural))
        ]
        self._text = _like_numbers("\n".join([*_SAID, *counted]))

    def hold(self, text: str) -> bool:
        """Whether a text might be a part of one, whatever the number is."""
        return _like_numbers(text) in self._text


def _like_numbers(text: str) -> str:
    return _NUMBER.sub("0", text.casefold())
