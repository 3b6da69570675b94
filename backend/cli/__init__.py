"""The `factory` command: the works on one machine, for operators."""

from backend.cli.commands import main

__all__ = ["main"]
