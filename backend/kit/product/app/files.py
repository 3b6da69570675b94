"""Uploads: kept in the data folder under a key of ours, never under their name."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.fields import Value, is_visible

LARGEST_FILE_BYTES = 10 * 1024 * 1024
LONGEST_NAME = 150


class Upload:
    """A file that somebody sent, not yet kept."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = safe_name(name)
        self.content = content


def data_folder() -> Path:
    """Return the only folder that the app writes to."""
    return Path(os.environ.get("DATA_DIR", "data"))


def safe_name(name: str) -> str:
    """Return a name without folders or unseen characters, short enough to save."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if is_visible(c)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) < 20:
        return f"{stem[: LONGEST_NAME - len(ending)]}.{ending}"
    return name[:LONGEST_NAME] or "file"


def kept(values: Mapping[str, Value]) -> list[Value]:
    """Write the uploads among the values to disk; return what the database stores."""
    return [keep(v) if isinstance(v, Upload) else v for v in values.values()]


def keep(upload: Upload) -> str:
    """Write one upload to disk."""
    key = os.urandom(16).hex()
    folder = data_folder() / "files"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / key).write_bytes(upload.content)
    return f"{key}/{upload.name}"


def content_of(stored: str) -> Path:
    """Return where the content of a stored file lies."""
    return data_folder() / "files" / stored.partition("/")[0]


def drop(stored: Iterable[str]) -> None:
    """Remove files that no record names any more."""
    for value in stored:
        content_of(value).unlink(missing_ok=True)


def clear() -> None:
    """Remove every file."""
    folder = data_folder() / "files"
    for file in folder.iterdir() if folder.is_dir() else ():
        file.unlink(missing_ok=True)
