"""Knows what kind of content the word after three quotes stands for in a service's answer."""

import re

from backend.blueprints.findings import quoted

_KINDS = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}
_WRITTEN_OUT = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+")
_STATUSES = range(200, 600)


def content_type_of(word: str | None) -> str | None:
    """Return the content type; None where the author left it to the text itself."""
    if not word:
        return None
    return _KINDS.get(word.lower(), word)


def fault_of_answer(status: int, word: str | None) -> tuple[str, str]:
    """Return the fault of a service's answer and its remedy; empty when it is good."""
    if status not in _STATUSES:
        remedy = "Write a number such as 200, 404 or 503."
        return f"{quoted(str(status))} is no answer of a service", remedy
    if word and word.lower() not in _KINDS and not _WRITTEN_OUT.fullmatch(word):
        known = ", ".join(f'"""{kind}' for kind in _KINDS)
        return f"{quoted(word)} is no kind of content", f"Write one of {known}."
    return "", ""
