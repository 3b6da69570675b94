"""Weighs a page: the bytes of it and of all its parts that come from the product itself."""

from backend.proof.oracle import Remark, is_own, path_of
from backend.proof.page_timings import Timings
from backend.proof.words import shorten

_MEGABYTE = 1_000_000
_MOST_PARTS = 3


def remark_on_weight(timings: Timings, *, origin: str, limit: float) -> list[Remark]:
    """Say that a page is heavier than it may be, and by what."""
    parts = [(address, size) for address, size in timings.parts if is_own(address, origin)]
    weight = sum(size for _, size in parts)
    if weight <= limit:
        return []
    heaviest = sorted(parts, key=lambda part: part[1], reverse=True)[:_MOST_PARTS]
    listed = ", ".join(
        f"{shorten(path_of(address))} ({_spelt(size)})" for address, size in heaviest
    )
    return [
        Remark(
            message=f"The page {path_of(timings.address)} weighs {_spelt(weight)} with its parts, "
            f"more than {_spelt(limit)}. The heaviest: {listed}. Make these smaller, or raise the "
            "limit of page weight."
        )
    ]


def _spelt(size: float) -> str:
    return f"{size / _MEGABYTE:.2f} MB" if size >= _MEGABYTE else f"{size / 1000:.1f} KB"
