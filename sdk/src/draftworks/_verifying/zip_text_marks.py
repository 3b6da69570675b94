"""The mark "this is text" that some packers put on files: it has to fit what is in them.

Info-ZIP calls text what has none of these bytes, by the first stretch that it packs; other packers
mark nothing at all.
"""

from collections.abc import Iterator

from draftworks._errors import BundleError

_NEVER_IN_TEXT = bytes((*range(7), *range(14, 26), *range(28, 32)))
_FIRST_STRETCH = 8192


def checked_mark(name: str, content: Iterator[bytes], *, is_marked: bool) -> Iterator[bytes]:
    """Yield a file's content; raise BundleError at its end when the mark does not fit."""
    is_text_at_first = is_text = True
    size = 0
    for block in content:
        yield block
        if is_text_at_first and size < _FIRST_STRETCH:
            is_text_at_first = _is_text(block[: _FIRST_STRETCH - size])
        is_text = is_text and _is_text(block)
        size += len(block)
    fits = bool(size) and is_text_at_first if is_marked else not (size and is_text)
    if not fits:
        raise BundleError(name, "is marked unlike the others: unpack the zip, verify the folder")


def _is_text(block: bytes) -> bool:
    return len(block.translate(None, _NEVER_IN_TEXT)) == len(block)
