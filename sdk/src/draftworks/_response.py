"""An answer of the API as a plain value, so that errors and hooks hold no open connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class APIResponse:
    """What came back: `headers` have lower-case names, `content` is the whole body."""

    method: str
    path: str
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def request_id(self) -> str | None:
        """The id under which the works logged the request; name it when you ask for help."""
        return self.headers.get("request-id")

    @property
    def is_replay(self) -> bool:
        """Whether the works answered from the first use of this idempotency key."""
        return self.headers.get("idempotent-replayed", "").lower() == "true"
