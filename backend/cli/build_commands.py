"""`factory build` and what follows it: show, accept, reject."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.text import Text

from backend.blueprints.document import compile_blueprint
from backend.cli import exits, machine_output
from backend.cli.local_works import use_works
from backend.cli.order import (
    ACCEPT,
    LATER,
    REJECT,
    Answer,
    Ask,
    Order,
    accept_blanket,
    ask_on_terminal,
)
from backend.cli.screen import show_findings, show_measures, show_result
from backend.settings import read_settings
from draftworks import Build, Draftworks

OUT = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for product and proof."
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@OUT
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to standard output.")
@click.option(
    "--accept", "blanket", is_flag=True, help="Accept plan, first pictures and what passed."
)
def build(file: Path, out: Path | None, *, as_json: bool, blanket: bool) -> int:
    """Build FILE, prove it and write product and proof to a folder.

    Exit status: 0 delivered, 2 the blueprint was refused, 3 the build failed, 4 it waits for a
    person, 1 anything else.
    """
    began = time.monotonic()
    console = Console(stderr=as_json)
    compiled = compile_blueprint(file.read_bytes(), file.name)
    if compiled.blueprint is None or not compiled.orderable:
        show_findings(console, compiled.findings)
        if as_json:
            _write(machine_output.refused(compiled.findings, time.monotonic() - began))
        return exits.REFUSED
    show_findings(console, compiled.findings)
    folder = _free_folder(out or Path("out") / compiled.blueprint.slug)
    ask = accept_blanket if blanket else ask_on_terminal(console)
    console.print(Text(compiled.blueprint.name, style="bold"))
    rested = _build(file, folder, console, ask)
    show_result(console, rested, folder)
    if as_json:
        seconds = time.monotonic() - began
        _write(machine_output.built(rested, compiled.findings, seconds, folder))
    return exits.status_of(rested)


def _build(file: Path, folder: Path, console: Console, ask: Ask) -> Build:
    settings = read_settings(os.environ)
    with (
        use_works(settings.data_folder) as works,
        Draftworks(works.api_key, base_url=works.address) as client,
    ):
        blueprint = client.blueprints.submit(file.read_text(encoding="utf-8"), file=file.name)
        show_measures(console, blueprint)
        started = client.builds.start(blueprint.id)
        _remember(settings.data_folder, started.id, folder)
        try:
            rested = Order(client, console, folder).see_through(started.id, ask)
        except KeyboardInterrupt:
            client.builds.cancel(started.id)
            raise
    return rested


@click.command()
@click.argument("build_id", metavar="BUILD")
def show(build_id: str) -> int:
    """Show how BUILD stands."""
    settings = read_settings(os.environ)
    with (
        use_works(settings.data_folder) as works,
        Draftworks(works.api_key, base_url=works.address) as client,
    ):
        found = client.builds.get(build_id)
    show_result(Console(), found, _remembered(settings.data_folder, build_id))
    return exits.status_of(found)


@click.command()
@click.argument("build_id", metavar="BUILD")
@OUT
@click.option("-m", "--comment", default="", help="A word on the decision.")
@click.option("--criterion", "criteria", multiple=True, help="Accept this one by name.")
def accept(build_id: str, out: Path | None, comment: str, criteria: tuple[str, ...]) -> int:
    """Accept what BUILD waits with, and write what it delivers."""
    return _decide(build_id, out, Answer(ACCEPT, comment=comment, criteria=criteria))


@click.command()
@click.argument("build_id", metavar="BUILD")
@OUT
@click.option("-m", "--comment", required=True, help="What is wrong with it.")
@click.option("--criterion", "criteria", multiple=True, help="The criterion that is wrong.")
def reject(build_id: str, out: Path | None, comment: str, criteria: tuple[str, ...]) -> int:
    """Reject what BUILD waits with."""
    return _decide(build_id, out, Answer(REJECT, comment=comment, criteria=criteria))


def _decide(build_id: str, out: Path | None, answer: Answer) -> int:
    settings = read_settings(os.environ)
    console = Console()
    folder = out or _remembered(settings.data_folder, build_id) or Path("out") / build_id
    with (
        use_works(settings.data_folder) as works,
        Draftworks(works.api_key, base_url=works.address) as client,
    ):
        order = Order(client, console, folder)
        found = client.builds.get(build_id)
        if found.gate is None:
            raise click.ClickException(f"build {build_id} does not wait: it is {found.status}")
        named = answer.criteria or tuple(item.id for item in found.gate.criteria)
        order.decide(found, found.gate, replace(answer, criteria=named))
        rested = order.see_through(build_id, lambda *_: Answer(LATER))
    show_result(console, rested, folder)
    return exits.status_of(rested)


def _free_folder(folder: Path) -> Path:
    """Refuse a folder with something in it: nothing of anybody's is ever overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.ClickException(f"{folder} is not empty: name another folder with --out")
    return folder.absolute()


def _remember(data_folder: Path, build_id: str, folder: Path) -> None:
    """Note where a build is written to, so that a later decision goes on there."""
    notes = data_folder / "outs"
    notes.mkdir(exist_ok=True)
    (notes / build_id).write_text(str(folder), encoding="utf-8")


def _remembered(data_folder: Path, build_id: str) -> Path | None:
    note = data_folder / "outs" / Path(build_id).name
    return Path(note.read_text(encoding="utf-8")) if note.is_file() else None


def _write(told: object) -> None:
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
