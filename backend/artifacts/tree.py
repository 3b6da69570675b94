"""One digest for a whole tree of files, so that everybody can name the same revision."""

import hashlib
from collections.abc import Mapping


def tree_digest(files: Mapping[str, bytes]) -> str:
    """Hash sorted lines of `<sha256 of content>  <path>`; the same as `sha256sum` would list."""
    lines = (
        f"{hashlib.sha256(content).hexdigest()}  {path}\n"
        for path, content in sorted(files.items())
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()
