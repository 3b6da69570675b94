"""Parts of objects: which ranges exist, and what a browser's Range header asks for."""

import re

from backend.artifacts.errors import InvalidRangeError

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def checked_stop(key: str, size_bytes: int, *, start: int, stop: int | None) -> int:
    """Return where a range really ends, or raise InvalidRangeError; an empty object has one."""
    starts_inside = 0 <= start < size_bytes or start == size_bytes == 0
    if not starts_inside or (stop is not None and stop <= start):
        raise InvalidRangeError(key, start=start, stop=stop, size_bytes=size_bytes)
    return size_bytes if stop is None else min(stop, size_bytes)


def requested_range(key: str, size_bytes: int, header: str) -> tuple[int, int] | None:
    """Return start and stop of a Range header's one range.

    None means to send the whole object: that is what HTTP allows for a header that is malformed
    or asks for several ranges. Raises InvalidRangeError when it asks for bytes that are not there.
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    # "-500" asks for the last 500 bytes
    start = int(first) if first else size_bytes - min(int(last), size_bytes)
    stop = int(last) + 1 if first and last else size_bytes
    if start >= size_bytes:
        raise InvalidRangeError(key, start=start, stop=stop, size_bytes=size_bytes)
    return start, min(stop, size_bytes)
