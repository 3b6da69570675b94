"""Writes down a seed's defects and what is expected: `python -m bench.draw SEED NUMBER`.

With `unscoped` behind it they come from the whole program, whatever the blueprints promise.
"""

import sys

from bench.proving_ground import load_known_good
from bench.seeded_manifest import manifest_path, write_manifest, write_unscoped_manifest


def main() -> None:
    """Draw half of the defects by generic operators and half from those written by hand."""
    seed, number = map(int, sys.argv[1:3])
    goods = list(load_known_good().values())
    if sys.argv[3:] == ["unscoped"]:
        write_unscoped_manifest(seed, goods, number=number)
    else:
        write_manifest(seed, goods, each_half=number // 2)
    print(f"{manifest_path(seed)}: commit it before the first run")


if __name__ == "__main__":
    main()
