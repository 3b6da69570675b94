"""The commands that run the works' processes or look after them."""

import asyncio
import os
import signal
import threading
import time

import click
import uvicorn
from rich.console import Console

from backend.app import make_app
from backend.cli.exits import ANYTHING_ELSE, DELIVERED
from backend.cli.local_works import use_works
from backend.embedded.doctor import examine
from backend.migrations.upgrade import upgrade
from backend.proof.chromium import find_chromium
from backend.settings import CHECKOUT, read_settings
from backend.worker import run_worker

PARENT_LOOK_SECONDS = 1.0
CHILD_OF_KEEPER = "DRAFTWORKS_KEEPER"


@click.command()
@click.option("--port", type=int, help="Port of the API (default 8321).")
def up(port: int | None) -> int:
    """Run API, worker and embedded parts until Ctrl-C; print the address and a key."""
    os.environ.setdefault("DRAFTWORKS_PORT", str(port or 8321))
    settings = read_settings(os.environ)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with use_works(settings.data_folder) as works:
        click.echo(f"The works is up at {works.address}")
        click.echo(f"export DRAFTWORKS_BASE_URL={works.address}")
        click.echo(f"export DRAFTWORKS_API_KEY={works.api_key}")
        if works.trace_viewer:
            click.echo(f"Traces are shown at {works.trace_viewer}")
        click.echo("Ctrl-C stops it.")
        stopped.wait()
        click.echo("Stopping.")
    return DELIVERED


@click.command()
@click.option("--fd", type=int, help="Serve on an open socket instead of host and port.")
def serve(fd: int | None) -> int:
    """Run the API process alone; PostgreSQL and Redis by their addresses in the environment."""
    settings = read_settings(os.environ)
    stop_with_parent()
    config = uvicorn.Config(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        fd=fd,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run()
    return DELIVERED


@click.command()
def work() -> int:
    """Run a worker process alone."""
    settings = read_settings(os.environ)
    stop_with_parent()
    asyncio.run(run_worker(settings))
    return DELIVERED


@click.command()
def migrate() -> int:
    """Bring the database to the newest schema, as its owner."""
    settings = read_settings(os.environ)
    if settings.owner_database_url is None:
        raise click.ClickException(
            "DRAFTWORKS_OWNER_DATABASE_URL is not set: the embedded database migrates by itself"
        )
    upgrade(settings.owner_database_url)
    click.echo("The database is at the newest schema.")
    return DELIVERED


@click.command()
def doctor() -> int:
    """Say what is missing on this machine and how to get it."""
    console = Console()
    settings = read_settings(os.environ)
    checks = examine(
        checkout=CHECKOUT,
        data_folder=settings.data_folder,
        chromium=settings.chromium or find_chromium(),
    )
    for check in checks:
        mark = "[green]✔[/green]" if check.is_ok else "[red]✖[/red]"
        console.print(f"{mark} {check.name}: {check.found}", highlight=False)
        if not check.is_ok:
            console.print(f"    It {check.purpose}. To get it: {check.remedy}", highlight=False)
    return DELIVERED if all(check.is_ok for check in checks) else ANYTHING_ELSE


def stop_with_parent() -> None:
    """When the keeper dies, even by SIGKILL, its children stop as if they had been asked to."""
    if CHILD_OF_KEEPER not in os.environ:
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
