"""The embedded PostgreSQL keeps its data, asks for passwords, and refuses what it cannot use."""

from collections.abc import Callable

import psycopg
import pytest

from backend.embedded import EmbeddedPostgres
from backend.embedded.errors import ForeignDataError

MakePostgres = Callable[[], EmbeddedPostgres]


def test_committed_rows_survive_a_restart(make_postgres: MakePostgres) -> None:
    make_postgres().start()
    with psycopg.connect(make_postgres().superuser_url) as connection:
        connection.execute("create table kept as select 'Käse' as word")
    make_postgres().stop()

    make_postgres().start()

    with psycopg.connect(make_postgres().superuser_url) as connection:
        assert connection.execute("select upper(word) from kept").fetchone() == ("KÄSE",)


def test_wrong_password_is_refused(make_postgres: MakePostgres) -> None:
    server = make_postgres()
    server.start()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("postgres", "guessed", "postgres"))


def test_no_port_is_open(make_postgres: MakePostgres) -> None:
    make_postgres().start()

    with psycopg.connect(make_postgres().superuser_url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_durable_unless_told_otherwise(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("durable"))
    server.start()

    with psycopg.connect(server.superuser_url) as connection:
        row = connection.execute(
            "select current_setting('fsync'), current_setting('data_checksums')"
        ).fetchone()
    server.stop()
    assert row == ("on", "on")


def test_data_of_another_major_version_are_left_alone(make_postgres: MakePostgres) -> None:
    server = make_postgres()
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("15\n")

    with pytest.raises(ForeignDataError, match="made by PostgreSQL 15; this is 18"):
        server.start()

    assert server.data.is_dir()


def test_lost_password_is_named(make_postgres: MakePostgres) -> None:
    server = make_postgres()
    server.start()
    server.stop()
    (server.folder / "superuser.password").unlink()

    with pytest.raises(ForeignDataError, match=r"has lost superuser\.password"):
        server.start()
