"""How a client speaks to the works: address, key, patience; the only reader of the environment."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2

from draftworks._errors import ConfigurationError
from draftworks._response import APIResponse

ResponseHook = Callable[[APIResponse], None]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every request of a client follows; the key is in no repr.

    `timeout_seconds` is the longest silence on a connection, `silence_seconds` the same for event
    streams (the works pings every 15 seconds), `max_reconnects` how often in a row a stream
    may fail before it gives up.
    """

    base_url: str
    api_key: str = field(repr=False)
    timeout_seconds: float = 30.0
    max_retries: int = 2
    silence_seconds: float = 45.0
    max_reconnects: int = 8
    on_response: ResponseHook | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("timeout_seconds", "silence_seconds"):
            if getattr(self, name) <= 0:
                raise ConfigurationError(f"{name} must be more than 0")
        for name in ("max_retries", "max_reconnects"):
            if getattr(self, name) < 0:
                raise ConfigurationError(f"{name} must be at least 0")


def connection_settings(api_key: str | None, base_url: str | None) -> tuple[str, str]:
    """Return key and address as given, else as the environment says, or explain what is missing."""
    key = api_key or os.environ.get("DRAFTWORKS_API_KEY", "")
    url = base_url or os.environ.get("DRAFTWORKS_BASE_URL", "")
    if not key.strip():
        raise ConfigurationError("no API key: pass api_key= or set DRAFTWORKS_API_KEY")
    if not key.strip().isascii() or any(c.isspace() for c in key.strip()):
        raise ConfigurationError("the API key has characters that no key has: copy it again")
    if not url.strip():
        raise ConfigurationError("no address: pass base_url= or set DRAFTWORKS_BASE_URL")
    return key.strip(), _checked_url(url.strip())


def _checked_url(text: str) -> str:
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL as error:
        raise ConfigurationError(f"base_url is no web address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError(f"base_url must start with http:// or https://, not {text!r}")
    if url.userinfo or url.query or url.fragment:
        raise ConfigurationError("base_url must be an address only: no user, query or fragment")
    return str(url).rstrip("/")
