"""Searches a pattern in what a product said, as a process: some patterns take for ever."""

import json
import re
import sys


def main() -> None:
    """Read the order from standard input and answer on standard output."""
    order = json.load(sys.stdin)
    found = re.search(order["pattern"], order["text"], re.MULTILINE)
    json.dump({"found": found is not None}, sys.stdout)


if __name__ == "__main__":
    main()
