"""The real parts that tests share: PostgreSQL, Redis, an S3 server, a browser, the toolchain."""

import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from backend.embedded import EmbeddedPostgres, EmbeddedRedis
from backend.embedded.locks import hold, is_held
from backend.migrations.provision import DatabaseUrls, provision
from backend.migrations.upgrade import upgrade
from backend.proof.chromium import find_chromium
from sandbox.protocol import Toolchain

pytest_plugins = ["tests.absent", "tests.offline"]

CHECKOUT = Path(__file__).parent.parent
_S3_START_SECONDS = 60
_PREFIX = "draftworks-tests-"
_TEMPLATE = "draftworks_template"
_OWNER_PASSWORD = "owner-in-tests"
_APP_PASSWORD = "application-in-tests"


@pytest.fixture(scope="session")
def embedded_folder() -> Iterator[Path]:
    """Return this worker's data folder; one left by a run that was killed is cleared first."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if not is_held(left / "in-use"):
            _clear(left)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    with hold(folder / "in-use"):
        yield folder
        _clear(folder)


def _clear(folder: Path) -> None:
    EmbeddedPostgres(folder).stop()
    EmbeddedRedis(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(embedded_folder: Path) -> EmbeddedPostgres:
    """Return a running cluster; most tests want `database` instead."""
    cluster = EmbeddedPostgres(embedded_folder, durable=False)
    cluster.start()
    return cluster


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres) -> str:
    """Return the name of a database with roles and newest schema, to copy from."""
    upgrade(_provision(postgres, _TEMPLATE, template="template1").owner)
    return _TEMPLATE


@pytest.fixture
def database(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[DatabaseUrls]:
    """Return the addresses of a fresh migrated database, dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    yield _provision(postgres, name, template=migrated_template)
    with psycopg.connect(postgres.superuser_url, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def _provision(postgres: EmbeddedPostgres, database: str, *, template: str) -> DatabaseUrls:
    return provision(
        postgres.superuser_url,
        database=database,
        owner_password=_OWNER_PASSWORD,
        app_password=_APP_PASSWORD,
        template=template,
    )


@pytest.fixture
def database_url(database: DatabaseUrls) -> str:
    """Return the fresh database's address for the role that serves requests."""
    return database.app


@pytest.fixture(scope="session")
def redis_server(embedded_folder: Path) -> EmbeddedRedis:
    """Return a running Redis; most tests want `redis_url` instead."""
    server = EmbeddedRedis(embedded_folder)
    server.start()
    return server


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """Return the address of an empty Redis."""
    with redis_client.Redis.from_url(redis_server.url) as connection:
        connection.flushall()
    return redis_server.url


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Return the address of an S3 server on the wire; each test makes a bucket of its own."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    dies_with_us = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    with tempfile.TemporaryFile("w+") as log, ExitStack() as stack:
        # To a file: a pipe that nobody reads would stop the server after some hundred requests.
        server = stack.enter_context(subprocess.Popen([*dies_with_us, *command], stderr=log))
        stack.callback(server.kill)
        deadline = time.monotonic() + _S3_START_SECONDS
        while server.poll() is None and time.monotonic() < deadline:
            log.seek(0)
            if address := re.search(r"Running on (http://[\d.:]+)", log.read()):
                yield address[1]
                return
            time.sleep(0.05)
        pytest.fail("the S3 server did not start")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the browser."""
    return find_chromium() or pytest.fail("no Chromium here: `make setup` gets one")


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    """Return what generated products run with."""
    root = CHECKOUT / ".toolchains" / "python-web"
    if not (root / "bin" / "python").exists():
        pytest.fail("no toolchain here: `make setup` makes it")
    return Toolchain(name="python-web", root=root)
