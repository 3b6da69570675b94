"""Opens a DSSE envelope: its payload comes out only under a signature that fits."""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from draftworks._errors import BundleError
from draftworks._verifying.bundle import ENVELOPE
from draftworks._verifying.canonical import canonical_json
from draftworks._verifying.public_key import PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class _Signature(msgspec.Struct, forbid_unknown_fields=True):
    keyid: str
    sig: str


class _Envelope(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    payload: str
    payload_type: str
    signatures: list[_Signature]


def open_envelope(content: bytes, keys: Sequence[PublicKey]) -> tuple[bytes, PublicKey]:
    """Return what was signed and which of the keys has signed it, or raise BundleError."""
    try:
        envelope = msgspec.json.decode(content, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(ENVELOPE, f"is no DSSE envelope: {error}") from error
    if canonical_json(msgspec.to_builtins(envelope)) != content:
        raise BundleError(ENVELOPE, "is not in its one spelling: it was written anew")
    if envelope.payload_type != PAYLOAD_TYPE:
        raise BundleError(ENVELOPE, f"holds {envelope.payload_type!r}, no in-toto statement")
    if len(envelope.signatures) != 1:
        raise BundleError(ENVELOPE, f"has {len(envelope.signatures)} signatures, not one")
    signature = envelope.signatures[0]
    payload = _decoded(envelope.payload)
    kind = PAYLOAD_TYPE.encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    key = next((key for key in keys if key.fingerprint == signature.keyid), None)
    if key is None:
        named = " or ".join(key.fingerprint for key in keys)
        raise BundleError(ENVELOPE, f"is signed by another key: {signature.keyid}, not {named}")
    if not key.has_signed(signed, _decoded(signature.sig)):
        raise BundleError(ENVELOPE, "was changed: its signature does not fit")
    return payload, key


def _decoded(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BundleError(ENVELOPE, "is not in base64") from error
    if base64.b64encode(content).decode() != text:
        raise BundleError(ENVELOPE, "is not in its one spelling: it was written anew")
    return content
