"""How long to wait for a model, and how often to ask again."""

import email.utils
import random
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds: of silence within an answer, and between tries.

    A wait that the service asks for is kept to; one above `longest_wait_seconds` is not waited out
    here: the build pauses instead.
    """

    tries: int = 5
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 30.0
    silence_seconds: float = 120.0
    connect_seconds: float = 10.0

    def wait_after(self, attempt: int, headers: Mapping[str, str]) -> float:
        """Return how long to wait after a try, from 1, that failed with these headers."""
        asked = wait_asked_for(headers)
        if asked is not None:
            return asked
        longest = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** (attempt - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311  # spreads tries, keeps no secret


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a service asks to be left alone: a number, or a date to come."""
    asked = headers.get("retry-after", "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        date = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, (date.astimezone(UTC) - datetime.now(UTC)).total_seconds())
