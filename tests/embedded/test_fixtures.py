"""The fixtures that all suites share give real, separate, empty parts."""

import socket
import subprocess
from pathlib import Path

import httpx2
import psycopg
import pytest
import redis

from backend.migrations.provision import DatabaseUrls
from backend.migrations.upgrade import is_current
from sandbox.protocol import Toolchain
from tests.offline import LeftTheMachineError


def test_database_has_the_newest_schema(database: DatabaseUrls) -> None:
    assert is_current(database.app)


@pytest.mark.parametrize("time", ["first", "second"])
def test_database_is_fresh_each_time(database: DatabaseUrls, time: str) -> None:
    with psycopg.connect(database.owner) as connection:
        connection.execute("create table only_here (id int)")


def test_database_url_is_of_a_role_under_row_level_security(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "select rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        ).fetchone()

    assert row == (False, False)


@pytest.mark.parametrize("time", ["first", "second"])
def test_redis_is_empty_each_time(redis_url: str, time: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("left", "over")


def test_s3_server_answers_on_the_wire(s3_endpoint: str) -> None:
    response = httpx2.get(s3_endpoint)

    assert "ListAllMyBucketsResult" in response.text


def test_browser_is_a_program(chromium: Path) -> None:
    assert chromium.is_file()


def test_toolchain_imports_the_house_stack(toolchain: Toolchain) -> None:
    subprocess.run([toolchain.root / "bin" / "python", "-c", "import litestar"], check=True)


def test_connections_to_other_machines_are_refused() -> None:
    with pytest.raises(LeftTheMachineError):
        socket.create_connection(("192.0.2.1", 80))
