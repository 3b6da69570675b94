"""The server secret as a value that signs for one purpose at a time and never prints itself."""

import hashlib
import hmac

from tenants.errors import WeakServerSecretError

_LEAST_BYTES = 32


class ServerSecret:
    """The one secret behind key hashes and cursors; each purpose gets a key of its own."""

    def __init__(self, secret: str | bytes) -> None:
        value = secret.encode() if isinstance(secret, str) else secret
        if len(value) < _LEAST_BYTES:
            raise WeakServerSecretError(
                f"The server secret has {len(value)} bytes; it needs at least {_LEAST_BYTES}."
            )
        self._value = value

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Return an HMAC-SHA256 that is worth nothing for any other purpose."""
        key = hmac.digest(self._value, purpose.encode(), hashlib.sha256)
        return hmac.digest(key, message, hashlib.sha256)

    def __repr__(self) -> str:
        return "ServerSecret(…)"
