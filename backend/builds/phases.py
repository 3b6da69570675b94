"""Times the parts of a stage one by one, so that each is counted and reported apart."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

VERDICT_RUN = "verdict run"
DATA_RUNS = "data runs"
SECOND_LOOKS = "second looks"
NARRATIONS = "narrations"
_ORDER = (VERDICT_RUN, DATA_RUNS, SECOND_LOOKS, NARRATIONS)
NO_PHASES: Mapping[str, float] = MappingProxyType({})


def in_order(phases: Mapping[str, float]) -> dict[str, float]:
    """Return phases in the order in which they happen: a database keeps them in none."""
    return {name: phases[name] for name in _ORDER if name in phases}


class PhaseClock:
    """How many seconds each phase took until now; one that comes again is added to itself."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> dict[str, float]:
        """The seconds by phase, to the millisecond, in the order of their first beginning."""
        return {name: round(seconds, 3) for name, seconds in self._seconds.items()}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what happens inside the block, however it ends."""
        self._seconds.setdefault(name, 0.0)
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds[name] += time.monotonic() - began
