"""UUIDv7 ids made here, so that ids sort by age on every PostgreSQL the works supports."""

import secrets
import threading
import time
from uuid import UUID

_TICKS_PER_MILLISECOND = 4096  # the twelve bits after the version carry the part below 1 ms
_lock = threading.Lock()
_last_tick = 0


def new_id() -> UUID:
    """Make an id that sorts after every id this process made before."""
    tick = _next_tick()
    milliseconds, below = divmod(tick, _TICKS_PER_MILLISECOND)
    high = (milliseconds & ((1 << 48) - 1)) << 16 | 0x7000 | below
    low = 0b10 << 62 | secrets.randbits(62)
    return UUID(int=high << 64 | low)


def _next_tick() -> int:
    global _last_tick  # noqa: PLW0603 - the clock may step back, ids must not
    with _lock:
        now = time.time_ns() * _TICKS_PER_MILLISECOND // 1_000_000
        _last_tick = max(now, _last_tick + 1)
        return _last_tick
