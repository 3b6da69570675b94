"""Finds a text where it stands for itself in a longer one, and not as a part of something else."""

import re

from backend.blueprints.texts.literals import Literal

_RUN = re.compile(r"[^\W\d_]+|\d+")
_TELLING = 2  # runs of letters or digits: one word alone may be a page's own
_CELL_ENDS = r'[,;\t\n"]'


def cells_pattern(text: str) -> re.Pattern[str]:
    """Return what finds a text as a whole cell of a file, between commas, tabs or quotes."""
    return re.compile(rf"(?:^|(?<={_CELL_ENDS})){re.escape(text)}(?=$|{_CELL_ENDS})")


def words_pattern(text: str) -> re.Pattern[str]:
    """Return what finds a text among other words, but not inside a path, a name or an address."""
    return re.compile(rf"(?<![\w@./-]){re.escape(text)}(?![\w@/-]|\.\w)")


def pattern_in(literal: Literal, text: str) -> re.Pattern[str]:
    """Return what finds a text in a literal wherever it may be replaced there."""
    is_telling = len(_RUN.findall(text)) >= _TELLING
    if literal.is_output or (literal.is_on_page and is_telling):
        return words_pattern(text)
    return cells_pattern(text) if literal.is_document else re.compile(rf"\A{re.escape(text)}\Z")
