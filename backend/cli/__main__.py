"""Runs `python -m backend.cli` as the `factory` command."""

import sys

from backend.cli import main

if __name__ == "__main__":
    sys.exit(main())
