"""Draws the same again from the same seed, on every machine and with every version of Python."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")
_BYTES = 8  # of a digest, for one draw


class SeededChoices:
    """Draws that follow from a seed and from what they are for."""

    def __init__(self, seed: str, *purpose: str | int) -> None:
        """Tell draws for one purpose apart from those for any other."""
        self._stem = "\x1f".join((seed, *map(str, purpose))).encode("utf-8", "surrogatepass")
        self._drawn = 0

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to the one before the limit."""
        self._drawn += 1
        drawn = hashlib.sha256(self._stem + self._drawn.to_bytes(_BYTES, "big")).digest()
        return int.from_bytes(drawn[:_BYTES], "big") % limit

    def one_of(self, items: Sequence[_Item]) -> _Item:
        """Return one of the items."""
        return items[self.below(len(items))]
