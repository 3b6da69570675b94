"""Which artifact paths may become files: the same ones on every system, below one folder only."""

import re
from collections.abc import Iterable
from pathlib import Path

from draftworks._errors import UnsafePathError

_DEVICE_NAME = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE
)
_LONGEST_NAME_BYTES = 255


def checked_parts(path: str) -> tuple[str, ...]:
    """Return the path's names, or raise UnsafePathError that says what is wrong with it."""
    parts = tuple(path.split("/"))
    for part in parts:
        reason = _reason_against(part)
        if reason:
            raise UnsafePathError(path, reason)
    return parts


def check_together(paths: Iterable[str]) -> None:
    """Raise UnsafePathError when two paths would be one file, or one a folder of another."""
    files: set[tuple[str, ...]] = set()
    folders: set[tuple[str, ...]] = set()
    for path in paths:
        parts = checked_parts(path)
        if parts in files:
            raise UnsafePathError(path, "is named twice")
        files.add(parts)
        folders.update(parts[:length] for length in range(1, len(parts)))
    for both in sorted(files & folders):
        raise UnsafePathError("/".join(both), "is named as a file and as a folder")


def place_in(folder: Path, path: str) -> Path:
    """Make the folders that lead to a path and return where its file goes."""
    *names, last = checked_parts(path)
    place = folder
    for name in names:
        place /= name
        if place.is_symlink():
            raise UnsafePathError(path, f"{place} is a link and may lead elsewhere")
        place.mkdir(exist_ok=True)
    if (place / last).is_dir() and not (place / last).is_symlink():
        raise UnsafePathError(path, f"{place / last} is a folder")
    return place / last


def _reason_against(part: str) -> str:
    if part in ("", ".", ".."):
        return "has an empty name, '.' or '..'"
    if any(character in "\\:" or not character.isprintable() for character in part):
        return "has a backslash, a colon or an unprintable character"
    if part != part.strip() or part.endswith("."):
        return "has a name that starts or ends with a space, or ends with a dot"
    if _DEVICE_NAME.fullmatch(part):
        return "has the name of a device"
    try:
        too_long = len(part.encode()) > _LONGEST_NAME_BYTES
    except UnicodeEncodeError:
        return "is no valid text"
    return "has a name longer than 255 bytes" if too_long else ""
