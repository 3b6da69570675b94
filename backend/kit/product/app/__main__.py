"""Starts the app, or one of its commands: `python -m app [seed|reset|backup]`."""

import importlib
import sys

# Only what a command needs is imported: seed and reset must be quick.
COMMANDS = {
    "serve": "app.server",
    "seed": "app.seed",
    "reset": "app.reset",
    "backup": "app.backup",
}


def main(arguments: list[str]) -> int:
    """Run the command that the first argument names."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("serve", [])
    if name not in COMMANDS:
        print(f"Unknown command {name!r}: use {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    return importlib.import_module(COMMANDS[name]).main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
