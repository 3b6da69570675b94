"""Brings the app back to how it was when just started: `python -m app reset`."""

from app import store


def main(arguments: list[str]) -> int:
    """Forget every record, also while the server is running."""
    del arguments
    store.prepare()
    store.clear()
    return 0
