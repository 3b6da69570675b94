"""API keys as text: what a key looks like, how a typo is caught, and what we keep of it.

`dw_live_<8 public>_<32 secret><6 checksum>`, all base62. The checksum catches a cut-off or
mistyped key before any query; the database keeps only an HMAC of the whole text.
"""

import re
import secrets
import string
import zlib
from dataclasses import dataclass

from tenants.errors import ApiKeyRejectedError
from tenants.signing import ServerSecret

PREFIX = "dw_live_"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PUBLIC_LENGTH = 8
_SECRET_LENGTH = 32
_CHECKSUM_LENGTH = 6
_SHAPE = re.compile(
    f"{PREFIX}([0-9A-Za-z]{{{_PUBLIC_LENGTH}}})_[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECKSUM_LENGTH}}}"
)


@dataclass(frozen=True)
class KeyText:
    """A whole key, as its owner holds it; `repr` shows the public part only."""

    public_id: str
    text: str

    def __repr__(self) -> str:
        return f"KeyText({PREFIX}{self.public_id}_…)"

    def digest(self, secret: ServerSecret) -> bytes:
        """Return what the database keeps of this key."""
        return secret.sign("api-key", self.text.encode())


def make_key() -> KeyText:
    """Make a new key from the system's randomness."""
    public_id = _random_base62(_PUBLIC_LENGTH)
    body = f"{PREFIX}{public_id}_{_random_base62(_SECRET_LENGTH)}"
    return KeyText(public_id, body + _checksum(body))


def read_key(text: str) -> KeyText:
    """Read a key, refusing one that is cut off or mistyped."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise ApiKeyRejectedError(f"This is not an API key: keys look like {PREFIX}….")
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    if checksum != _checksum(body):
        raise ApiKeyRejectedError("This API key is mistyped or incomplete: its checksum is wrong.")
    return KeyText(shape[1], text)


def _random_base62(length: int) -> str:
    return "".join(secrets.choice(BASE62) for _ in range(length))


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(BASE62))
        digits = BASE62[digit] + digits
    return digits
