"""Signs statements with the installation's own Ed25519 key, as DSSE envelopes."""

import base64
import contextlib
import hashlib
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from backend.errors import SettingsError
from backend.proof.canonical import canonical_json

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class Signer:
    """Holds the private key, which leaves this object in no form."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        public = key.public_key()
        self.public_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        # As `openssl pkey -pubin -in signer.pem -outform DER | sha256sum` has it.
        self.fingerprint = hashlib.sha256(
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest()

    def sign(self, payload: bytes) -> bytes:
        """Return the payload in a signed envelope, in its one spelling."""
        kind = PAYLOAD_TYPE.encode()
        signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
        signature = {
            "keyid": self.fingerprint,
            "sig": base64.b64encode(self._key.sign(signed)).decode(),
        }
        return canonical_json(
            {
                "payloadType": PAYLOAD_TYPE,
                "payload": base64.b64encode(payload).decode(),
                "signatures": [signature],
            }
        )


def open_signer(path: Path) -> Signer:
    """Read the private key, or raise SettingsError that says what is wrong with its file."""
    try:
        content = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise SettingsError(f"the signing key {path} cannot be read: {error.strerror}") from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise SettingsError(
            f"the signing key {path} is open to every user of this machine: chmod 600 {path}"
        )
    if b"PUBLIC KEY-----" in content:
        raise SettingsError(
            f"the signing key {path} is a public key: name the private one that belongs to it"
        )
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            f"the signing key {path} is no PEM file without a password: "
            "`openssl genpkey -algorithm ed25519` makes one"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(
            f"the signing key {path} is not of the kind Ed25519: "
            "`openssl genpkey -algorithm ed25519` makes one"
        )
    return Signer(key)


def new_key() -> bytes:
    """Return a new private key in PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def make_key_once(path: Path) -> None:
    """Make a key where there is none yet, readable by its owner only; one that is there stays."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # of two that start at once, one wins whole
    finally:
        draft.unlink()
