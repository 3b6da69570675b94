"""Copies records and files, also while the app runs: `python -m app backup`."""

import contextlib
import shutil
import sqlite3
import sys
from datetime import datetime
from pathlib import Path

from app import files, store


def main(arguments: list[str]) -> int:
    """Write the copy to the folder that is named, or to one named after the time."""
    folder = Path(
        arguments[0] if arguments else f"backup-{datetime.now():%Y-%m-%d-%H%M%S}"
    )
    if folder.exists():
        print(f"{folder} exists already: name a new folder", file=sys.stderr)
        return 1
    store.prepare()
    folder.mkdir(parents=True)
    with (
        contextlib.closing(store.connect()) as source,
        contextlib.closing(sqlite3.connect(folder / "app.db")) as target,
    ):
        source.backup(target)
    if (files.data_folder() / "files").is_dir():
        shutil.copytree(files.data_folder() / "files", folder / "files")
    print(f"Copied to {folder}")
    return 0
