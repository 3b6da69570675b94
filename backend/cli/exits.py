"""The exit statuses of `factory`, and which one a build's state means."""

from draftworks import Build

DELIVERED = 0
ANYTHING_ELSE = 1
REFUSED = 2
FAILED = 3
WAITS = 4


def status_of(build: Build) -> int:
    """Say with which status a command about this build ends."""
    if build.status == "delivered":
        return DELIVERED
    if build.status == "failed":
        return FAILED
    return WAITS if build.needs_person else ANYTHING_ELSE
