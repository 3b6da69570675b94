"""The `factory` command and its subcommands; each lives in a module by what it is about."""

import sys

import click

from backend.cli.blueprint_commands import lint
from backend.cli.build_commands import accept, build, reject, show
from backend.cli.exits import ANYTHING_ELSE
from backend.cli.key_command import key
from backend.cli.process_commands import doctor, migrate, serve, up, work
from backend.cli.product_commands import run
from backend.cli.trace_command import trace, traces
from backend.embedded.errors import EmbeddedError
from backend.errors import WorksError
from backend.telemetry import configure_logs
from draftworks import DraftworksError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def factory() -> None:
    """Build software from blueprints, with proof, on this machine."""
    configure_logs()


COMMANDS = (
    *(build, lint, show, accept, reject, run, trace),
    *(key, up, serve, work, traces, migrate, doctor),
)
for command in COMMANDS:
    factory.add_command(command)


def main() -> int:
    """Run `factory`; what goes wrong is one clear sentence and exit status 1."""
    try:
        return int(factory(standalone_mode=False) or 0)
    except click.UsageError as error:
        error.show()
        return ANYTHING_ELSE
    except click.Abort:
        click.echo("Stopped.", err=True)
        return ANYTHING_ELSE
    except (WorksError, EmbeddedError, DraftworksError, click.ClickException, OSError) as error:
        click.echo(f"factory: {error}", err=True)
        return ANYTHING_ELSE


if __name__ == "__main__":
    sys.exit(main())
