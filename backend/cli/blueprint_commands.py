"""`factory lint`: what is wrong with a blueprint, before anything is ordered."""

import json
import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.text import Text

from backend.blueprints.document import Compiled, compile_blueprint
from backend.blueprints.schemas import CheckedBlueprint
from backend.builds.quote import quote_scenarios
from backend.cli.exits import DELIVERED, REFUSED
from backend.cli.screen import show_findings, show_measures
from draftworks import CheckedBlueprint as Told
from draftworks import sarif_log

FORMATS = ("text", "json", "sarif")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format", "output_format", type=click.Choice(FORMATS), default="text", show_default=True
)
def lint(file: Path, output_format: str) -> int:
    """Check FILE and say of each finding how to mend it. Exit status 0 or 2."""
    compiled = compile_blueprint(file.read_bytes(), file.name)
    # As a client is told it, so that every door says the same in the same words.
    told = msgspec.convert(
        msgspec.to_builtins(CheckedBlueprint.of(compiled, quote_scenarios)), Told
    )
    if output_format == "json":
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    elif output_format == "sarif":
        log = sarif_log(told, file.as_posix())
        sys.stdout.write(json.dumps(log, indent=2, ensure_ascii=False) + "\n")
    else:
        _show(compiled, told)
    return DELIVERED if compiled.blueprint and compiled.orderable else REFUSED


def _show(compiled: Compiled, told: Told) -> None:
    console = Console()
    show_findings(console, compiled.findings)
    show_measures(console, told)
    if compiled.blueprint is None or not compiled.orderable:
        console.print("[red]This blueprint cannot be ordered yet.[/red]")
        return
    blueprint = compiled.blueprint
    sealed = sum(scenario.is_holdout for scenario in blueprint.scenarios)
    console.print(
        Text.assemble(
            (f"{blueprint.name} can be ordered:", "green"),
            f" {_counted(len(blueprint.requirements), 'requirement')}, "
            f"{_counted(len(blueprint.scenarios), 'scenario')}, {sealed} of them sealed.",
        ),
        soft_wrap=True,
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
