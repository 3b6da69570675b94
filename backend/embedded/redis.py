"""A real redis-server on a Unix socket, its data in an append-only file."""

import signal
import socket
from pathlib import Path
from typing import ClassVar

from backend.embedded.part import EmbeddedPart
from backend.embedded.place import Place
from backend.embedded.programs import find_redis


class EmbeddedRedis(EmbeddedPart):
    """Redis under `<data folder>/redis`; only who may enter the sockets' folder reaches it."""

    title = "Redis"
    folder_name = "redis"
    socket_name = "redis.sock"
    pid_file_name = "redis.pid"
    # Debian's redis-server is a link to redis-check-rdb; Valkey answers to the name too.
    program_names = frozenset({"redis-server", "redis-check-rdb", "valkey-server"})
    stop_signals: ClassVar = ((signal.SIGTERM, 20), (signal.SIGKILL, 10))

    @property
    def url(self) -> str:
        """The address for redis-py and arq."""
        return f"unix://{self.sockets / self.socket_name}?db=0"

    def answers(self) -> bool:
        """Whether it has read its data and takes commands."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(3)
                connection.connect(str(self.sockets / self.socket_name))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _programs(self) -> Path:
        return find_redis()[0]

    def _refuse_unusable_data(self) -> None:
        """Any Redis says itself, in its log, which data it cannot read."""

    def _fill_data(self, place: Place) -> None:
        """Leave it empty: Redis needs nothing."""

    def _server(self, place: Place) -> list[str | Path]:
        settings: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": place.sockets / self.socket_name,
            "unixsocketperm": "700",
            "dir": place.data,
            "pidfile": place.data / self.pid_file_name,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return [place.programs / find_redis()[1], *words, "--save", ""]
