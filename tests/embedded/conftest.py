"""Servers of a test's own, stopped whatever happens."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.embedded import EmbeddedPostgres, EmbeddedRedis
from backend.embedded.part import EmbeddedPart

MakePart = Callable[[], EmbeddedPart]


@pytest.fixture(scope="session")
def made_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a cluster that was made, once, and stopped."""
    folder = tmp_path_factory.mktemp("made")
    cluster = EmbeddedPostgres(folder, durable=False)
    cluster.start()
    cluster.stop()
    return cluster.folder


@pytest.fixture
def make_postgres(made_cluster: Path, tmp_path: Path) -> Iterator[Callable[[], EmbeddedPostgres]]:
    """Return a maker of handles on one and the same server, whose data are there already."""
    subprocess.run(["cp", "-a", made_cluster, tmp_path / made_cluster.name], check=True)
    yield lambda: EmbeddedPostgres(tmp_path, durable=False)
    EmbeddedPostgres(tmp_path).stop()


@pytest.fixture
def make_new_postgres(tmp_path: Path) -> Iterator[Callable[[], EmbeddedPostgres]]:
    """Return a maker of handles on one and the same server, which has no data yet."""
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


@pytest.fixture(params=["make_new_postgres", "make_redis"])
def make_new_part(request: pytest.FixtureRequest) -> MakePart:
    """Return the maker of one part without data, then of the other."""
    maker: MakePart = request.getfixturevalue(request.param)
    return maker
