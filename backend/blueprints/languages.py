"""Tells when a scenario is written in another language than English, to say so in one word."""

import functools
import re
from typing import Any, cast

from gherkin.dialect import DIALECTS

_LINE = re.compile(r"\s*([^:]{2,40}):")


def language_of(line: str) -> str | None:
    """Return the language in which this line begins a scenario; None for English and for none."""
    found = _LINE.match(line)
    return _languages().get(found.group(1).strip().casefold()) if found else None


@functools.cache
def _languages() -> dict[str, str]:
    """Map the words that begin a scenario; one that English has too names no language."""
    words: dict[str, str] = {}
    for code, spec in DIALECTS.items():
        dialect = cast("dict[str, Any]", spec)
        name = "" if code.startswith("en") else str(dialect["name"])
        for keyword in ("feature", "background", "scenario", "scenarioOutline", "examples"):
            for word in dialect[keyword]:
                words[word.casefold()] = name and words.get(word.casefold(), name)
    return {word: name for word, name in words.items() if name}
