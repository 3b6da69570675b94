"""`factory lint`: what is wrong with a blueprint, before anything is ordered."""

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from backend.blueprints.document import compile_blueprint
from backend.cli.exits import DELIVERED, REFUSED
from backend.cli.screen import show_findings


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def lint(file: Path) -> int:
    """Check FILE and say of each finding how to mend it. Exit status 0 or 2."""
    compiled = compile_blueprint(file.read_bytes(), file.name)
    console = Console()
    show_findings(console, compiled.findings)
    if compiled.blueprint is None or not compiled.orderable:
        console.print("[red]This blueprint cannot be ordered yet.[/red]")
        return REFUSED
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
    return DELIVERED


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
