"""Prints, for the shell, the settings by which uv asks the same package index as pip does."""

# ruff: noqa: INP001 -- a script for setup.sh, not a package

import ast
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

# Told to uv itself: then uv knows better than pip.
_UV_KNOWS = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE")
_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_SECTIONS = ("global", "install", ":env:")  # the later one wins, as in pip


def read_pip() -> dict[str, str]:
    """Return pip's settings by name, whatever file or variable they come from."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    found = {}
    for line in listing.splitlines():
        place, _, value = line.partition("=")
        section, _, name = place.partition(".")
        found[section, name] = str(ast.literal_eval(value))
    return {
        name: found[section, name]
        for wanted in _SECTIONS
        for section, name in found
        if section == wanted
    }


def translate(pip: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield uv's variables for pip's settings; one that is set already stays."""
    if not any(name in environment for name in _UV_KNOWS):
        yield from _index(pip)
    if "cert" in pip and "SSL_CERT_FILE" not in environment:
        yield "SSL_CERT_FILE", pip["cert"]
    elif _SYSTEM_CERTIFICATES.exists() and "UV_SYSTEM_CERTS" not in environment:
        yield "UV_SYSTEM_CERTS", "1"
    for name, variable in (("proxy", "ALL_PROXY"), ("client-cert", "SSL_CLIENT_CERT")):
        if name in pip and variable not in environment:
            yield variable, pip[name]
    patience = pip.get("timeout", pip.get("default-timeout"))
    if patience and "UV_HTTP_TIMEOUT" not in environment:
        yield "UV_HTTP_TIMEOUT", patience


def _index(pip: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "index-url" in pip:
        yield "UV_DEFAULT_INDEX", pip["index-url"]
    if "extra-index-url" in pip:
        yield "UV_INDEX", " ".join(pip["extra-index-url"].split())
        # As pip does; every file is checked against the lock's hash, whichever index it comes from.
        yield "UV_INDEX_STRATEGY", "unsafe-best-match"
    if "find-links" in pip:
        yield "UV_FIND_LINKS", ",".join(pip["find-links"].split())
    if "trusted-host" in pip:
        yield "UV_INSECURE_HOST", " ".join(pip["trusted-host"].split())
    if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        yield "UV_NO_INDEX", "1"


def main() -> None:
    """Print one `export` for each variable."""
    for name, value in translate(read_pip(), os.environ):
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


if __name__ == "__main__":
    main()
