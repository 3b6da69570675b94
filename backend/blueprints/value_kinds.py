"""The kinds that a value in JSON can be asked to have, by word or as a marker: `uuid`, `#uuid`."""

import re

VALUE_KINDS = (
    *("string", "number", "integer", "boolean", "list", "object"),
    *("uuid", "date", "timestamp", "email", "URL"),
)
_MARKER = re.compile(r"(##?)([A-Za-z]+)")
_BY_WORD = {kind.lower(): kind for kind in VALUE_KINDS}


def read_marker(text: str) -> tuple[str | None, bool] | None:
    """Return a marker's kind and whether it may be missing; None when the text is no marker.

    The kind is None for a word that is no kind: `#uuidd` is a slip, never a text to compare.
    """
    found = _MARKER.fullmatch(text)
    if found is None:
        return None
    return _BY_WORD.get(found[2].lower()), found[1] == "##"
