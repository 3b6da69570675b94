"""`factory trace` and `factory traces`: look into the recording of a scenario."""

import os
import socket
import webbrowser
import zipfile
from pathlib import Path
from urllib.parse import quote

import click
import uvicorn

from backend.cli.exits import DELIVERED
from backend.cli.process_commands import stop_with_parent
from backend.settings import read_settings
from backend.trace_viewer import LOCAL_TRACE, make_viewer, trace_sources

_HOST = "127.0.0.1"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--port", type=int, default=0, help="Port to answer at (default: a free one).")
@click.option("--browser/--no-browser", default=True, help="Open it in a browser, if there is one.")
def trace(file: Path, port: int, *, browser: bool) -> int:
    """Show the trace FILE of a proof on this machine, until Ctrl-C."""
    if not zipfile.is_zipfile(file):
        raise click.ClickException(f"{file} is no trace: traces are zip files in proof/traces")
    listener = socket.create_server((_HOST, port))
    origin = f"http://{_HOST}:{listener.getsockname()[1]}"
    address = f"{origin}/?trace={quote(origin + LOCAL_TRACE, safe='')}"
    click.echo(f"{file.name} is shown at {address} (Ctrl-C stops it)")
    if browser:
        webbrowser.open(address)
    config = uvicorn.Config(make_viewer(trace=file.absolute()), log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])
    return DELIVERED


@click.command()
@click.option("--fd", type=int, help="Serve on an open socket instead of host and port.")
def traces(fd: int | None) -> int:
    """Run the trace viewer's process alone, on an origin of its own."""
    settings = read_settings(os.environ)
    stop_with_parent()
    config = uvicorn.Config(
        make_viewer(trace_sources(settings)),
        host=settings.host,
        port=settings.trace_port,
        fd=fd,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run()
    return DELIVERED
