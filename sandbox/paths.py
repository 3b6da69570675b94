"""Names of files that come from outside: what may become a path in a workspace."""

from collections.abc import Iterable

from sandbox.errors import UnsafePathError

_MOST_PATH_BYTES = 1024
_MOST_NAME_BYTES = 255
MOST_DEPTH = 24
_FIRST_PRINTABLE = 0x20
_DELETE = 0x7F


def safe_parts(path: str) -> list[bytes]:
    """Split a relative path into its names, or say what is wrong with it."""
    try:
        raw = path.encode()
    except UnicodeEncodeError:
        raise UnsafePathError(f"the path {path!r} is not valid text") from None
    parts = raw.split(b"/")
    problem = _problem(raw, parts)
    if problem:
        raise UnsafePathError(
            f"the path {path!r} {problem}; use a relative path like 'app/main.py'"
        )
    return parts


def _problem(raw: bytes, parts: list[bytes]) -> str | None:
    if not raw or raw.startswith(b"/"):
        return "is empty or absolute"
    if any(part in (b"", b".", b"..") for part in parts):
        return "has an empty part, '.' or '..'"
    if any(byte < _FIRST_PRINTABLE or byte == _DELETE for byte in raw):
        return "has a control character"
    if len(raw) > _MOST_PATH_BYTES or any(len(part) > _MOST_NAME_BYTES for part in parts):
        return "is too long"
    if len(parts) > MOST_DEPTH:
        return f"is more than {MOST_DEPTH} folders deep"
    return None


def safe_paths(paths: Iterable[str]) -> dict[str, list[bytes]]:
    """Check a whole set before anything is written."""
    return {path: safe_parts(path) for path in paths}
