"""Writes down a seed's defects and what is expected: `python -m bench.draw SEED NUMBER`."""

import sys

from bench.proving_ground import load_known_good
from bench.seeded_manifest import manifest_path, write_manifest


def main() -> None:
    """Draw half of the defects by generic operators and half from those written by hand."""
    seed, number = map(int, sys.argv[1:])
    write_manifest(seed, list(load_known_good().values()), each_half=number // 2)
    print(f"{manifest_path(seed)}: commit it before the first run")


if __name__ == "__main__":
    main()
