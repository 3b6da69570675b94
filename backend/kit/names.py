"""Turns whatever an author writes into keys that are safe in Python, SQL and addresses."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_KEY = 40


def make_key(name: str, *, taken: Iterable[str], fallback: str, joint: str = "_") -> str:
    """Return lower-case letters and digits that no earlier name has got.

    `taken` also holds the words that mean something else where the key will stand.
    """
    used = set(taken)
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", joint, plain).strip(joint)[:LONGEST_KEY].rstrip(joint)
    if not key or not key[0].isalpha() or key.startswith("sqlite"):
        key = f"{fallback}{joint}{key}".rstrip(joint)
    numbered = (f"{key}{joint}{number}" for number in range(2, len(used) + 3))
    return key if key not in used else next(k for k in numbered if k not in used)
