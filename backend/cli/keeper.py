"""Owns the processes of the works on this machine: database, Redis, API and worker."""

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from urllib.request import urlopen

import msgspec
import structlog

from backend.cli.local_works import Places, RunningWorks, locked
from backend.embedded import EmbeddedPostgres, EmbeddedRedis
from backend.embedded.errors import EmbeddedError
from backend.embedded.files import write_private
from backend.errors import PartMissingError, WorksError
from backend.migrations.provision import provision
from backend.migrations.upgrade import upgrade
from backend.settings import Settings, read_settings
from backend.telemetry import configure_logs
from billing.ledger import grant
from tenants.database import open_database
from tenants.service import create_tenant
from tenants.signing import ServerSecret

DATABASE = "draftworks"
LOOK_SECONDS = 0.2
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
RESTART_SECONDS = 1.0

log = structlog.get_logger()


class LocalCredentials(msgspec.Struct, frozen=True):
    """What this installation made up for itself on its first start."""

    owner_password: str
    app_password: str
    api_key: str | None = None


def main() -> int:
    """Keep the works running until told to stop or until nobody uses it."""
    configure_logs(colors=False)
    settings = read_settings(os.environ)
    places = Places(settings.data_folder)
    try:
        with locked(places.keeper, fcntl.LOCK_EX | fcntl.LOCK_NB), ExitStack() as users:
            keep(settings, places, users)
    except BlockingIOError:
        return 0  # another keeper was quicker
    except Exception as error:
        write_private(places.failure, str(error))
        if not isinstance(error, WorksError | EmbeddedError):
            log.exception("keeper_failed")
        return 1
    return 0


def keep(settings: Settings, places: Places, users: ExitStack) -> None:
    """Start everything in order, watch it, and stop it in the reverse order.

    `users` takes the users' lock for the time of stopping, so that newcomers wait for the end.
    """
    stop = StopRequest()
    places.running.unlink(missing_ok=True)
    with ExitStack() as stack:
        environment = stack.enter_context(open_parts(settings))
        listener = stack.enter_context(socket.create_server((settings.host, _port(settings))))
        address = _address(settings, listener)
        viewer = _open_viewer(settings, stack)
        environment = {**environment, **_origins(settings, address, viewer)}
        commands = [_serving("serve", listener), ["work"]]
        children = stack.enter_context(run_children(commands, environment, listener))
        wait_until_ready(address, children, stop)
        if viewer is not None:
            # Nobody waits for it, so it does not hold up the others' start.
            traces = [_serving("traces", viewer)]
            more = stack.enter_context(run_children(traces, environment, viewer))
            children = [*children, *more]
        running = RunningWorks(
            address,
            _local_key(settings, environment),
            os.getpid(),
            environment.get("DRAFTWORKS_TRACE_VIEWER_ORIGIN", ""),
        )
        write_private(places.running, msgspec.json.encode(running).decode())
        stack.callback(places.running.unlink, missing_ok=True)
        log.info("works_ready", address=address)
        watch(places, children, stop, users)


class StopRequest:
    """Set by SIGTERM and SIGINT."""

    def __init__(self) -> None:
        self.is_set = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._set)

    def _set(self, *_: object) -> None:
        self.is_set = True


@contextmanager
def open_parts(settings: Settings) -> Iterator[Mapping[str, str]]:
    """Start the embedded parts that no address replaces; yield the environment for the rest."""
    environment = dict(os.environ)
    with ExitStack() as stack:
        if settings.database_url is None:
            owner, app = _start_postgres(settings, stack)
            environment |= {
                "DRAFTWORKS_OWNER_DATABASE_URL": owner,
                "DRAFTWORKS_DATABASE_URL": app,
            }
        if settings.redis_url is None:
            redis = EmbeddedRedis(settings.data_folder)
            stack.callback(redis.stop)
            redis.start()
            environment["DRAFTWORKS_REDIS_URL"] = redis.url
        yield environment


def _start_postgres(settings: Settings, stack: ExitStack) -> tuple[str, str]:
    postgres = EmbeddedPostgres(settings.data_folder)
    stack.callback(postgres.stop)
    postgres.start()
    credentials = _credentials(settings.data_folder)
    urls = provision(
        postgres.superuser_url,
        database=DATABASE,
        owner_password=credentials.owner_password,
        app_password=credentials.app_password,
    )
    upgrade(urls.owner)
    return urls.owner, urls.app


@contextmanager
def run_children(
    commands: list[list[str]], environment: Mapping[str, str], listener: socket.socket
) -> Iterator[list["Child"]]:
    """Run `factory` commands as processes of our own; all are gone at exit."""
    children = [Child(command, environment, listener.fileno()) for command in commands]
    try:
        yield children
    finally:
        for child in children:
            child.process.terminate()
        for child in children:
            child.wait_or_kill()


class Child:
    """One process of the works, started again when it dies."""

    def __init__(self, command: list[str], environment: Mapping[str, str], listener: int) -> None:
        self._command = [sys.executable, "-m", "backend.cli", *command]
        self._environment = environment
        self._listener = listener
        self.process = self._start()

    def _start(self) -> Popen[bytes]:
        return Popen(  # noqa: S603 - our own command
            self._command,
            env=dict(self._environment) | {"DRAFTWORKS_KEEPER": str(os.getpid())},
            pass_fds=[self._listener],
        )

    def revive(self) -> None:
        """Start the process again if it has died."""
        if self.process.poll() is not None:
            log.error("process_died", command=self._command[-1], status=self.process.returncode)
            time.sleep(RESTART_SECONDS)
            self.process = self._start()

    def wait_or_kill(self) -> None:
        """Wait for a polite end, then end it."""
        try:
            self.process.wait(STOP_SECONDS)
        except TimeoutExpired:
            self.process.kill()
            self.process.wait()


def wait_until_ready(address: str, children: list[Child], stop: StopRequest) -> None:
    """Wait until the API answers, or raise what is wrong."""
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(address):
        dead = [child for child in children if child.process.poll() is not None]
        if dead or stop.is_set or time.monotonic() > deadline:
            raise PartMissingError("the API or the worker did not start; see works.log")
        time.sleep(LOOK_SECONDS / 4)


def _answers(address: str) -> bool:
    ready = f"{address}/health/ready"
    with contextlib.suppress(OSError), urlopen(ready, timeout=2) as answer:  # noqa: S310 - our own
        return bool(answer.status == HTTPStatus.OK)
    return False


def watch(places: Places, children: list[Child], stop: StopRequest, users: ExitStack) -> None:
    """Return when told to stop or when no user is left; revive what dies until then."""
    while not stop.is_set:
        with contextlib.suppress(BlockingIOError):
            users.enter_context(locked(places.users, fcntl.LOCK_EX | fcntl.LOCK_NB))
            return
        for child in children:
            child.revive()
        time.sleep(LOOK_SECONDS)


def _port(settings: Settings) -> int:
    """Return a chosen port for `factory up`, a free one for everything else."""
    return settings.port if "DRAFTWORKS_PORT" in os.environ else 0


def _open_viewer(settings: Settings, stack: ExitStack) -> socket.socket | None:
    """Open the viewer's port, the chosen one if it is free; only who stays up looks at traces."""
    if "DRAFTWORKS_PORT" not in os.environ:
        return None
    try:
        listener = socket.create_server((settings.host, settings.trace_port))
    except OSError:
        listener = socket.create_server((settings.host, 0))
    return stack.enter_context(listener)


def _address(settings: Settings, listener: socket.socket) -> str:
    return f"http://{settings.host}:{listener.getsockname()[1]}"


def _origins(settings: Settings, api: str, viewer: socket.socket | None) -> dict[str, str]:
    """Return where API and viewer are reached: as the settings say, else at their own ports."""
    origins = {"DRAFTWORKS_API_ORIGIN": settings.api_origin or api}
    if viewer is not None:
        own = _address(settings, viewer)
        origins["DRAFTWORKS_TRACE_VIEWER_ORIGIN"] = settings.trace_viewer_origin or own
    return origins


def _serving(command: str, listener: socket.socket) -> list[str]:
    listener.set_inheritable(True)
    return [command, "--fd", str(listener.fileno())]


def _local_key(settings: Settings, environment: Mapping[str, str]) -> str:
    """Return this machine's own API key, made with a tenant and credits on the first start."""
    credentials = _credentials(settings.data_folder)
    if credentials.api_key is None:
        key = asyncio.run(_make_tenant(settings, environment["DRAFTWORKS_DATABASE_URL"]))
        credentials = msgspec.structs.replace(credentials, api_key=key)
        path = _credentials_path(settings.data_folder)
        write_private(path, msgspec.json.encode(credentials).decode())
    return str(credentials.api_key)


async def _make_tenant(settings: Settings, database_url: str) -> str:
    database = await open_database(database_url)
    try:
        tenant = await create_tenant(
            database,
            name="This machine",
            key_name="this machine's operator",
            secret=ServerSecret(settings.secret.encode()),
            welcome=lambda session: grant(
                session, settings.starting_credits_micros, "starting credits"
            ),
        )
    finally:
        await database.close()
    return tenant.key.text


def _credentials_path(data_folder: Path) -> Path:
    return data_folder / "credentials.json"


def _credentials(data_folder: Path) -> LocalCredentials:
    path = _credentials_path(data_folder)
    try:
        return msgspec.json.decode(path.read_bytes(), type=LocalCredentials)
    except FileNotFoundError:
        made = LocalCredentials(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        write_private(path, msgspec.json.encode(made).decode())
        return made


if __name__ == "__main__":
    sys.exit(main())
