"""An Ed25519 public key and the fingerprint that people compare it by."""

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from draftworks._errors import BundleError


class PublicKey:
    """What a signature is checked with; `place` is the file that it comes from."""

    def __init__(self, pem: bytes, place: str) -> None:
        try:
            key = load_pem_public_key(pem)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BundleError(place, "is no public key in PEM") from error
        if not isinstance(key, Ed25519PublicKey):
            raise BundleError(place, "is no Ed25519 public key")
        self._key = key
        # As `openssl pkey -pubin -in signer.pem -outform DER | sha256sum` has it.
        self.fingerprint = hashlib.sha256(
            key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest()

    def has_signed(self, signed: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's, of these bytes."""
        try:
            self._key.verify(signature, signed)
        except InvalidSignature:
            return False
        return True
