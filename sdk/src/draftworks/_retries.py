"""When a failed call is worth another try, and how long to wait before it."""

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from draftworks._errors import (
    APIConnectionError,
    APIStatusError,
    ChecksumMismatchError,
    DraftworksError,
)

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 8.0
LONGEST_ASKED_DELAY_SECONDS = 60.0
_CONFLICT = 409
_RETRIED_STATUSES = frozenset({408, 429})
_FIRST_SERVER_ERROR = 500


def retry_delay_seconds(error: DraftworksError, retries_done: int) -> float | None:
    """Return how long to wait before the next try, or None when another try cannot help."""
    if not isinstance(error, APIStatusError):
        is_transient = isinstance(error, APIConnectionError | ChecksumMismatchError)
        return backoff_seconds(retries_done) if is_transient else None
    headers = error.response.headers
    asked = asked_delay_seconds(headers)
    if not _is_retried(error.status_code, headers, has_asked=asked is not None):
        return None
    if asked is None:
        return backoff_seconds(retries_done)
    # Trying before the named time is useless, and waiting minutes inside a call is a surprise.
    return asked if asked <= LONGEST_ASKED_DELAY_SECONDS else None


def backoff_seconds(retries_done: int, first_seconds: float = FIRST_DELAY_SECONDS) -> float:
    """Return a doubling delay, at most 8 s, shortened at random so that clients spread out."""
    longest = min(math.ldexp(first_seconds, min(retries_done, 20)), LONGEST_DELAY_SECONDS)
    return longest * random.uniform(0.75, 1.0)  # noqa: S311 - spreads load, guards no secret


def asked_delay_seconds(headers: Mapping[str, str]) -> float | None:
    """Return the delay that the answer asks for, in `retry-after-ms` or `retry-after`."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    return seconds if seconds is not None else _seconds_until(text)


def _is_retried(status_code: int, headers: Mapping[str, str], *, has_asked: bool) -> bool:
    said = headers.get("x-should-retry", "").lower()
    if said in ("true", "false"):
        return said == "true"
    if status_code == _CONFLICT:
        # Only the first use of the same idempotency key, still in flight, names a time.
        return has_asked
    return status_code in _RETRIED_STATUSES or status_code >= _FIRST_SERVER_ERROR


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _seconds_until(text: str | None) -> float | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - datetime.now(UTC)).total_seconds(), 0.0)
