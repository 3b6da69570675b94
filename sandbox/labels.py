"""The names under which a sandbox can be found again on the machine itself.

A sandbox's process and its control groups carry `draftworks-sandbox.OWNER.BUILD.ROLE.TOKEN`:
OWNER is the supervisor's process id and start time, BUILD a digest of tenant and build.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError

PREFIX = "draftworks-sandbox"
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LABEL = re.compile(
    rf"{PREFIX}\.(?P<process>\d+)-(?P<start>\d+)"
    r"\.(?P<id>(?P<build>[0-9a-f]{16})\.[a-z][a-z0-9-]{0,31}\.[0-9a-f]{8})"
)
# Field 22 of /proc/PID/stat, counted from the one after the state, which is the fourth.
_START_TIME_FIELD = 22 - 4


@dataclass(frozen=True)
class Label:
    """What a sandbox's name says about it."""

    owner_process: int
    owner_start: int
    sandbox_id: str
    build: str


def build_digest(tenant: str, build: str) -> str:
    """Name one tenant's build in sixteen characters that any kernel object may carry."""
    return hashlib.sha256(f"{tenant}\0{build}".encode()).hexdigest()[:16]


def new_sandbox_id(tenant: str, build: str, role: str) -> str:
    """Make up an id; the same tenant, build and role may have several sandboxes."""
    if not _ROLE.fullmatch(role):
        raise SandboxError(
            f"the role {role!r} is not a short lower-case word: use letters, digits and '-'"
        )
    return f"{build_digest(tenant, build)}.{role}.{secrets.token_hex(4)}"


def full_name(owner: str, sandbox_id: str) -> str:
    """Name a process or control group of the sandbox."""
    return f"{PREFIX}.{owner}.{sandbox_id}"


def owner_token(process: int) -> str:
    """Name a process so that a later one with the same id is not mistaken for it."""
    return f"{process}-{start_time(process)}"


def start_time(process: int) -> int | None:
    """When the process started, in clock ticks since boot; None when it is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = stat.rpartition(")")[2].split()
    # The dead that nobody has waited for are still listed.
    return None if state in ("Z", "X") else int(fields[_START_TIME_FIELD])


def parse_label(name: str) -> Label | None:
    """Read a name again; None when it is none of ours."""
    match = _LABEL.fullmatch(name)
    if match is None:
        return None
    return Label(
        owner_process=int(match["process"]),
        owner_start=int(match["start"]),
        sandbox_id=match["id"],
        build=match["build"],
    )


def is_owned(label: Label) -> bool:
    """Whether the supervisor that made the sandbox still lives."""
    return start_time(label.owner_process) == label.owner_start
