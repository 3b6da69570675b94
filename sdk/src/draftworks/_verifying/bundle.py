"""Opens a bundle, folder or zip, as one thing: names that lead to bytes, and nothing else."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from draftworks._errors import BundleError
from draftworks._verifying.folder import FolderBundle
from draftworks._verifying.zip_archive import open_zip

ENVELOPE = "proof/proof.dsse.json"
MANIFEST = "proof/manifest.json"
SIGNER = "proof/signer.pem"
_MOST_BYTES_READ = 64 * 1024 * 1024


class Bundle(Protocol):
    """Regular files by their paths, with `/` between names; `folders` are all the folders."""

    @property
    def files(self) -> frozenset[str]:
        """Return the paths of all files."""

    @property
    def folders(self) -> frozenset[str]:
        """Return the paths of all folders below the bundle's own."""

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield a file's content, or raise BundleError."""


@contextmanager
def open_bundle(place: Path) -> Iterator[Bundle]:
    """Open a bundle, or raise BundleError that says why it is none."""
    if place.is_dir():
        yield FolderBundle(place)
    elif place.is_file():
        with open_zip(place, holding=ENVELOPE) as bundle:
            yield bundle
    else:
        raise BundleError(str(place), "is not there, or is neither a folder nor a zip")


def digest(bundle: Bundle, path: str) -> str:
    """Return the SHA-256 of a file, or raise BundleError."""
    whole = hashlib.sha256()
    for block in bundle.blocks(path):
        whole.update(block)
    return whole.hexdigest()


def read(bundle: Bundle, path: str) -> bytes:
    """Return a small file whole, or raise BundleError."""
    if path not in bundle.files:
        raise BundleError(path, "is missing: name the folder that holds `proof`, or its zip")
    content = bytearray()
    for block in bundle.blocks(path):
        content += block
        if len(content) > _MOST_BYTES_READ:
            raise BundleError(path, f"is longer than {_MOST_BYTES_READ} bytes")
    return bytes(content)
