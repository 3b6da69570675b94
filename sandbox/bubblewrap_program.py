"""The bubblewrap program that the driver needs, and what to do when it is not there."""

import re
import subprocess
import sys

from sandbox.errors import SandboxUnavailableError

# Below /usr, which every sandbox's supervisor sees; from nowhere that a user could change.
BUBBLEWRAP = "/usr/bin/bwrap"
# The first that can forbid further user namespaces.
_LEAST_VERSION = (0, 8, 0)
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def require_bubblewrap() -> None:
    """Raise, with the remedy, unless a bubblewrap that is new enough is installed."""
    if sys.platform != "linux":
        raise SandboxUnavailableError(
            f"sandboxes by bubblewrap need Linux, this is {sys.platform}: run the works in a Linux"
            " machine, real or virtual"
        )
    try:
        answer = subprocess.run(  # noqa: S603 (a fixed program of the system)
            [BUBBLEWRAP, "--version"], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        raise SandboxUnavailableError(
            f"{BUBBLEWRAP} is missing or does not run: install it with `apt-get install bubblewrap`"
        ) from None
    require_version(answer.stdout.decode(errors="replace"))


def require_version(answer: str) -> None:
    """Raise unless what `bwrap --version` said is new enough."""
    match = _VERSION.search(answer)
    version = tuple(int(part) for part in match.groups()) if match else (0, 0, 0)
    if version < _LEAST_VERSION:
        raise SandboxUnavailableError(
            f"{answer.strip() or BUBBLEWRAP} is too old: version 0.8.0 or newer is needed"
            " (Debian 12, Ubuntu 24.04)"
        )
