"""Ed25519 public keys, the fingerprints that people compare them by, and the files they come in."""

import hashlib
import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from draftworks._errors import BundleError

_MOST_BYTES = 1024 * 1024
_BEGIN = b"-----BEGIN "
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_PRIVATE = b"PRIVATE KEY-----"
_REMEDY = "`factory key` at the works prints the right file"


class PublicKey:
    """What a signature is checked with; `place` is the file that it comes from."""

    def __init__(self, pem: bytes, place: str) -> None:
        try:
            key = load_pem_public_key(pem)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BundleError(place, f"is no public key in PEM: {_REMEDY}") from error
        if not isinstance(key, Ed25519PublicKey):
            raise BundleError(place, f"is no Ed25519 public key: {_REMEDY}")
        self._key = key
        # As `openssl pkey -pubin -in signer.pem -outform DER | sha256sum` has it.
        self.fingerprint = hashlib.sha256(
            key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest()

    @property
    def pem(self) -> str:
        """The key as a block of PEM, with the line's end."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def has_signed(self, signed: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's, of these bytes."""
        try:
            self._key.verify(signature, signed)
        except InvalidSignature:
            return False
        return True


def read_public_keys(file: str | os.PathLike[str]) -> tuple[PublicKey, ...]:
    """Return all keys of a file: PEM blocks one after another, with any text between them.

    Raises BundleError when one of them is no Ed25519 public key, rather than pass it over.
    """
    place = str(file)
    content = _content(Path(file))
    blocks = [match[0] for match in _BLOCK.finditer(content)]
    if _PRIVATE in content.upper():
        raise BundleError(
            place,
            "holds a private key, which may be nowhere but at the works: delete this file, "
            f"change the key there (`factory key rotate`), and take the public one: {_REMEDY}",
        )
    if not blocks or len(blocks) != content.upper().count(_BEGIN):
        raise BundleError(place, f"is no public key in PEM, or not a whole one: {_REMEDY}")
    if len(blocks) == 1:
        return (PublicKey(blocks[0], place),)
    return tuple(
        PublicKey(block, f"{place}, key {number}") for number, block in enumerate(blocks, start=1)
    )


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BundleError(str(file), f"cannot be read: {error.strerror}") from error
    if len(content) > _MOST_BYTES:
        raise BundleError(str(file), f"is too long for a file of keys: {_REMEDY}")
    return content
