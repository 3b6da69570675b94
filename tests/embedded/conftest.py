"""Servers of a test's own, stopped whatever happens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.embedded import EmbeddedPostgres, EmbeddedRedis
from backend.embedded.part import EmbeddedPart

MakePart = Callable[[], EmbeddedPart]


@pytest.fixture
def make_postgres(tmp_path: Path) -> Iterator[Callable[[], EmbeddedPostgres]]:
    """Return a maker of handles on one and the same server."""
    yield lambda: EmbeddedPostgres(tmp_path, durable=False)
    EmbeddedPostgres(tmp_path).stop()


@pytest.fixture
def make_redis(tmp_path: Path) -> Iterator[Callable[[], EmbeddedRedis]]:
    """Return a maker of handles on one and the same server."""
    yield lambda: EmbeddedRedis(tmp_path)
    EmbeddedRedis(tmp_path).stop()


@pytest.fixture(params=["make_postgres", "make_redis"])
def make_part(request: pytest.FixtureRequest) -> MakePart:
    """Return the maker of one part, then of the other."""
    maker: MakePart = request.getfixturevalue(request.param)
    return maker
