"""Range headers as browsers and video players send them."""

import pytest

from backend.artifacts.errors import InvalidRangeError
from backend.artifacts.ranges import requested_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-500", (0, 100)),
        (" bytes=5-6 ", (5, 7)),
    ],
)
def test_one_range_is_understood(header: str, expected: tuple[int, int]) -> None:
    assert requested_range("k", 100, header) == expected


@pytest.mark.parametrize(
    "header", ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"]
)
def test_other_headers_mean_the_whole(header: str) -> None:
    assert requested_range("k", 100, header) is None


@pytest.mark.parametrize(
    ("size_bytes", "header"), [(100, "bytes=100-"), (100, "bytes=-0"), (0, "bytes=0-")]
)
def test_bytes_that_are_not_there_are_refused(size_bytes: int, header: str) -> None:
    with pytest.raises(InvalidRangeError):
        requested_range("k", size_bytes, header)
