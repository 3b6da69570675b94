"""Knows where the clock of a window's pages stands, without asking a page that could lie."""

import time
from datetime import UTC, datetime, timedelta

# A page rests at a whole minute of the scenario's own time: one that shows the time, or moves with
# it, then looks the same however long the steps before took.
_GRID = timedelta(minutes=1)
_MARGIN = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PageClock:
    """The clock that a window was given when it opened; it runs on from there.

    It is kept as what a page's clock shows at the latest: that one starts a moment after this, and
    no clock can be stopped at an instant that is over. `since` is when the scenario's own time
    began; it is the window's where none is given.
    """

    def __init__(self, instant: datetime | None, *, since: datetime | None = None) -> None:
        self._since = since or instant or _EPOCH
        self.move_to(instant or datetime.now(UTC))

    def move_to(self, instant: datetime) -> None:
        """Note that it runs on from an instant, which is now."""
        self._instant = instant
        self._noted = time.monotonic()

    def move_on(self, delta: timedelta) -> None:
        """Note that so much time was let pass at once."""
        self._instant += delta

    def next_rest(self) -> datetime:
        """Return the next instant at which a page is looked at."""
        now = self._instant + timedelta(seconds=time.monotonic() - self._noted)
        return self._since - (self._since - now - _MARGIN) // _GRID * _GRID
