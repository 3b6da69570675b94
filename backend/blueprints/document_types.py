"""The info words that a long text may have, and what a request that sends it declares."""

MEDIA_TYPES = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml",
    "html": "text/html; charset=utf-8",
    "form": "application/x-www-form-urlencoded",
}
TEXTS = frozenset({"text", "csv", "xml", "html", "json"})
PYTHON = frozenset({"python"})
JSON = frozenset({"json"})
# What each step can do with the word; without one it takes the first meaning that it has.
KNOWN_BY_STEP: dict[str, frozenset[str]] = {
    "H02": frozenset(MEDIA_TYPES),
    "H10": JSON,
    "L02": TEXTS,
    "L06": TEXTS,
    "L11": TEXTS,
    "B01": PYTHON,
}
