"""The `draftworks` command: `draftworks verify` checks a delivered bundle on your own machine."""

import argparse
import sys
from collections.abc import Sequence

import msgspec

from draftworks._errors import BundleError
from draftworks._verifying.verification import Verification, verify_bundle
from draftworks._version import __version__

VERIFIED, NOT_VERIFIED, NOT_CHECKED = 0, 1, 2
_MOST_FAULTS_SHOWN = 20


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    asked = _parser().parse_args(words)
    try:
        found = verify_bundle(asked.bundle, key=asked.key)
    except BundleError as error:
        sys.stderr.write(f"draftworks: {error}\n")
        if asked.json:
            refused = {"bundle": asked.bundle, "is_verified": False, "error": str(error)}
            sys.stdout.write(msgspec.json.encode(refused).decode() + "\n")
        return NOT_CHECKED
    told = msgspec.json.encode(found).decode() if asked.json else "\n".join(_sentences(found))
    sys.stdout.write(told + "\n")
    return VERIFIED if found.is_verified else NOT_VERIFIED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="draftworks", description="Draftworks on your machine.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser(
        "verify",
        help="check a delivered bundle, without a network",
        description="Check a delivered folder, or its zip, without a network. Exit status: 0 when "
        "nothing is wrong with it (also with that of a build that failed: read what it says), 1 "
        "when something is, 2 when it could not be checked at all.",
    )
    verify.add_argument("bundle", metavar="BUNDLE", help="the folder that holds proof/, or its zip")
    verify.add_argument("--key", metavar="FILE", help="the works' public key, as it was given you")
    verify.add_argument("--json", action="store_true", help="write one JSON object")
    return parser


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
    if found.is_signer_known:
        return f"Signed by the key that you named, {found.signer}, on {found.signed}."
    return f"Signed by an unknown key, {found.signer}, on {found.signed}."


if __name__ == "__main__":
    sys.exit(main())
