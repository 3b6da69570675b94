"""The `draftworks` command: `verify` checks a delivered bundle, `lint` asks about a blueprint."""

import argparse
import sys
from collections.abc import Sequence

import msgspec

from draftworks._errors import DraftworksError
from draftworks._linting import FORMATS, lint
from draftworks._verifying.verification import Verification, verify_bundle
from draftworks._version import __version__

VERIFIED, NOT_VERIFIED, NOT_CHECKED = 0, 1, 2
_MOST_FAULTS_SHOWN = 20


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    asked = _parser().parse_args(words)
    try:
        return _lint(asked) if asked.command == "lint" else _verify(asked)
    except (DraftworksError, OSError) as error:
        sys.stderr.write(f"draftworks: {error}\n")
        if asked.command == "lint":
            return NOT_VERIFIED
        if asked.json:
            refused = {"bundle": asked.bundle, "is_verified": False, "error": str(error)}
            sys.stdout.write(msgspec.json.encode(refused).decode() + "\n")
        return NOT_CHECKED


def _lint(asked: argparse.Namespace) -> int:
    return lint(asked.file, asked.format, api_key=asked.api_key, base_url=asked.base_url)


def _verify(asked: argparse.Namespace) -> int:
    found = verify_bundle(asked.bundle, key=asked.key)
    told = msgspec.json.encode(found).decode() if asked.json else "\n".join(_sentences(found))
    sys.stdout.write(told + "\n")
    return VERIFIED if found.is_verified else NOT_VERIFIED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="draftworks", description="Draftworks on your machine.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    verify = commands.add_parser(
        "verify",
        help="check a delivered bundle, without a network",
        description="Check a delivered folder, or its zip, without a network. Exit status: 0 when "
        "nothing is wrong with it (also with that of a build that failed: read what it says), 1 "
        "when something is, 2 when it could not be checked at all.",
    )
    verify.add_argument("bundle", metavar="BUNDLE", help="the folder that holds proof/, or its zip")
    verify.add_argument("--key", metavar="FILE", help="the works' public keys, as given to you")
    verify.add_argument("--json", action="store_true", help="write one JSON object")
    _add_lint(commands)
    return parser


def _add_lint(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lint_command = commands.add_parser(
        "lint",
        help="ask the works what is wrong with a blueprint; nothing is stored",
        description="Check a blueprint at the works and store nothing. Exit status: 0 when it can "
        "be ordered, 2 when it cannot, 1 when the works cannot be asked.",
    )
    lint_command.add_argument("file", metavar="FILE", help="the blueprint")
    lint_command.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    lint_command.add_argument("--api-key", metavar="KEY", help="default: DRAFTWORKS_API_KEY")
    lint_command.add_argument("--base-url", metavar="URL", help="default: DRAFTWORKS_BASE_URL")


def _sentences(found: Verification) -> list[str]:
    lines = [_headline(found), _signer(found)] if found.signer else [_headline(found)]
    lines += [f"  ✖ {fault}" for fault in found.faults[:_MOST_FAULTS_SHOWN]]
    if len(found.faults) > _MOST_FAULTS_SHOWN:
        lines.append(f"  and {len(found.faults) - _MOST_FAULTS_SHOWN} more")
    lines += [f"  ✔ {sentence}" for sentence in found.shown]
    if found.is_verified:
        lines += ["This does not show:", *(f"  · {sentence}" for sentence in found.not_shown)]
    return lines


def _headline(found: Verification) -> str:
    if not found.is_verified:
        return f"NOT VERIFIED: do not rely on {found.bundle}."
    ended = f"{found.status}: {found.reason}" if found.reason else f"{found.status}"
    return f"Verified: {found.blueprint}, build {found.build}, {ended.replace('_', ' ')}."


def _signer(found: Verification) -> str:
    if found.keys_named > 1:
        which = f"key {found.signer_number} of the {found.keys_named} that you named"
        return f"Signed by {which}, {found.signer}, on {found.signed}."
    if found.is_signer_known:
        return f"Signed by the key that you named, {found.signer}, on {found.signed}."
    return f"Signed by an unknown key, {found.signer}, on {found.signed}."


if __name__ == "__main__":
    sys.exit(main())
