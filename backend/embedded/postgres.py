"""A real PostgreSQL on a Unix socket, with a password, from the programs in a wheel."""

import secrets
import signal
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psycopg

from backend.embedded.errors import ForeignDataError
from backend.embedded.files import open_log, write_private
from backend.embedded.part import EmbeddedPart
from backend.embedded.place import Place
from backend.embedded.programs import find_postgres

_MAJOR = "18"
_SUPERUSER = "postgres"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A crash of the machine may lose everything; a crash of the server loses nothing.
_SETTINGS_THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres(EmbeddedPart):
    """PostgreSQL under `<data folder>/postgres`; `durable=False` is for tests' throw-away data."""

    title = "PostgreSQL"
    folder_name = "postgres"
    socket_name = ".s.PGSQL.5432"
    pid_file_name = "postmaster.pid"
    program_names = frozenset({"postgres"})
    stop_signals: ClassVar = ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10))

    def __init__(
        self, data_folder: Path, *, durable: bool = True, start_timeout_seconds: float = 120
    ) -> None:
        super().__init__(data_folder, start_timeout_seconds=start_timeout_seconds)
        self._durable = durable
        self._password = self.folder / "superuser.password"

    @property
    def superuser_url(self) -> str:
        """The address as the cluster's superuser, for provisioning only."""
        return self.url(_SUPERUSER, self._password.read_text(encoding="utf-8"), "postgres")

    def url(self, role: str, password: str, database: str) -> str:
        """Return the address of a database for a role, as libpq and SQLAlchemy read it."""
        place = f"host={quote(str(self.sockets), safe='')}&port=5432"
        return f"postgresql://{quote(role)}:{quote(password, safe='')}@/{quote(database)}?{place}"

    def answers(self) -> bool:
        """Whether it has recovered and takes a query with our password."""
        try:
            with psycopg.connect(self.superuser_url, connect_timeout=3) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    def _programs(self) -> Path:
        return find_postgres()[0]

    def _server(self, place: Place) -> list[str | Path]:
        settings = _SETTINGS | ({} if self._durable else _SETTINGS_THROWN_AWAY)
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [
            place.programs / find_postgres()[1] / "postgres",
            "-D",
            place.data,
            "-k",
            place.sockets,
            *words,
        ]

    def _fill_data(self, place: Place) -> None:
        password = secrets.token_urlsafe(24)
        handed_over = place.sockets / "password"
        write_private(handed_over, password)
        with open_log(self.log) as log:
            status = place.run(self._initdb(place, handed_over), log=log.descriptor)
            handed_over.unlink()
            if status != 0:
                raise self._failure("cannot make its data folder.", log)
        write_private(self._password, password)

    def _initdb(self, place: Place, password_file: Path) -> list[str | Path]:
        return [
            *(place.programs / find_postgres()[1] / "initdb", "-D", place.data),
            *("-U", _SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}"),
            # Code point order with full Unicode case mapping, whatever locales the machine has.
            *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *([] if self._durable else ["--no-sync"]),
        ]

    def _refuse_unusable_data(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != _MAJOR:
            raise ForeignDataError(
                self.data,
                f"was made by PostgreSQL {found}; this is {_MAJOR}.",
                "Dump it with the version it came from, or move it away to begin anew.",
            )
        if not self._password.exists():
            raise ForeignDataError(
                self.folder,
                f"has lost {self._password.name}, without which nobody gets in.",
                "Put it back, or move the folder away to begin anew.",
            )
