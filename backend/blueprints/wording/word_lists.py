"""Reads the lists of words that rules on wording look for."""

import functools
import tomllib
from pathlib import Path

_FILE = Path(__file__).with_name("word_lists.toml")


def words(name: str) -> tuple[str, ...]:
    """Return the list of this name."""
    return tuple(phrase.strip() for phrase in _lists()[name].replace("\n", " ").split(","))


@functools.cache
def _lists() -> dict[str, str]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
