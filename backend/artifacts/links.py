"""Download links that the works sign and check themselves: the local store's way to share."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from backend.artifacts.errors import InvalidLinkError, LinkExpiredError

LINK_PATH = "/v1/artifacts"
LONGEST_LINK_SECONDS = 7 * 24 * 3600  # S3's limit, kept by every store
_SHORTEST_SECRET_BYTES = 32
_LONGEST_TOKEN_CHARACTERS = 8192


class SignedLink(msgspec.Struct, frozen=True, kw_only=True):
    """What a link says: which object, until when, and how the browser is to take it."""

    key: str
    expires_at_seconds: int
    file_name: str
    attachment: bool

    @property
    def content_disposition(self) -> str:
        """The header for the answer."""
        return content_disposition(self.file_name, attachment=self.attachment)


class LinkSigner:
    """Makes and checks links of the form `/v1/artifacts/<token>?signature=<signature>`."""

    def __init__(self, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        if len(secret) < _SHORTEST_SECRET_BYTES:
            raise ValueError(f"the link secret must have {_SHORTEST_SECRET_BYTES} bytes or more")
        self._secret = secret
        self._clock = clock

    def sign(self, key: str, *, expires_seconds: int, file_name: str, attachment: bool) -> str:
        """Return the path and query of a link."""
        check_expiry(expires_seconds)
        link = SignedLink(
            key=key,
            expires_at_seconds=int(self._clock()) + expires_seconds,
            file_name=file_name,
            attachment=attachment,
        )
        token = urlsafe_b64encode(msgspec.json.encode(link)).decode().rstrip("=")
        return f"{LINK_PATH}/{token}?signature={self._signature(token)}"

    def verify(self, token: str, signature: str) -> SignedLink:
        """Return what a link says, or raise InvalidLinkError or LinkExpiredError."""
        if len(token) > _LONGEST_TOKEN_CHARACTERS or not (token + signature).isascii():
            raise InvalidLinkError("the link is malformed")
        if not hmac.compare_digest(self._signature(token), signature):
            raise InvalidLinkError("the link's signature is wrong")
        link = msgspec.json.decode(
            urlsafe_b64decode(token + "=" * (-len(token) % 4)), type=SignedLink
        )
        if link.expires_at_seconds <= self._clock():
            raise LinkExpiredError("the link has expired: ask for a new one")
        return link

    def _signature(self, token: str) -> str:
        digest = hmac.digest(
            self._secret, b"draftworks artifact link 1\n" + token.encode(), hashlib.sha256
        )
        return urlsafe_b64encode(digest).decode().rstrip("=")


def check_expiry(expires_seconds: int) -> None:
    """Raise ValueError unless a link may live that long."""
    if not 1 <= expires_seconds <= LONGEST_LINK_SECONDS:
        raise ValueError(f"a link lives 1 to {LONGEST_LINK_SECONDS} seconds, not {expires_seconds}")


def content_disposition(file_name: str, *, attachment: bool) -> str:
    """Return the Content-Disposition header for any file name, without a way to inject headers."""
    kind = "attachment" if attachment else "inline"
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%/' else "_" for c in file_name
    )
    quoted = quote(file_name, safe="", errors="replace")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quoted}"
