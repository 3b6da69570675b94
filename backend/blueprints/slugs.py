"""Makes names that are safe in file names, addresses and ids from whatever people write."""

import hashlib
import re
import unicodedata

_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10))}
_RESERVED |= {f"lpt{n}" for n in range(1, 10)}


def make_slug(text: str, *, longest: int = 60, prefix: str = "product") -> str:
    """Return lower-case letters, digits and hyphens; a digest stands in where no letter is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not slug or slug in _RESERVED:
        slug = f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return slug[:longest].rstrip("-")
