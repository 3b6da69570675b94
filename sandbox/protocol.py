"""The contract between the works and whatever machine runs untrusted code."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Protocol

from sandbox.limits import Limits, Usage


class Isolation(IntEnum):
    """How much stands between the sandbox and its host; higher is stronger."""

    NONE = 0
    NAMESPACE = 10
    USER_KERNEL = 20
    MICRO_VM = 30


class Enforcement(StrEnum):
    """How well a driver keeps one limit."""

    ENFORCED = "enforced"
    BEST_EFFORT = "best_effort"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """A read-only folder of programs that sandboxes see at the same path as the host does."""

    name: str
    root: Path


@dataclass(frozen=True, kw_only=True)
class SandboxSpec:
    """One sandbox to make. Labels name the owner, so that the reaper can find it again."""

    tenant: str
    build: str
    role: str
    toolchain: Toolchain
    limits: Limits = field(default_factory=Limits)
    min_isolation: Isolation = Isolation.NAMESPACE
    read_only_workspace: bool = False


@dataclass(frozen=True)
class SandboxRef:
    """An opaque handle on a living sandbox."""

    id: str


@dataclass(frozen=True)
class ServiceRef:
    """An opaque handle on a background process inside a sandbox."""

    sandbox: SandboxRef
    id: str


@dataclass(frozen=True, kw_only=True)
class ExecResult:
    """How a command ended: a claim of the code inside, never evidence."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    truncated: bool = False


class CollectedFiles(dict[str, bytes]):
    """The regular files of a workspace by path; `refused` names what was left out, and why."""

    def __init__(self, files: Mapping[str, bytes], refused: Mapping[str, str]) -> None:
        super().__init__(files)
        self.refused = dict(refused)


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a driver can do on this machine, limit by limit, with the reasons."""

    driver: str
    isolation: Isolation
    limits: Mapping[str, Enforcement]
    notes: Sequence[str] = ()


class SandboxDriver(Protocol):
    """A maker of sandboxes; `destroy` never raises on one that is gone."""

    async def probe(self) -> Capabilities:
        """Say what this machine can enforce, by trying it; raise SandboxUnavailableError."""

    async def create(self, spec: SandboxSpec) -> SandboxRef:
        """Make an empty sandbox, or raise when it cannot keep a required limit."""

    async def put(self, ref: SandboxRef, files: Mapping[str, bytes]) -> None:
        """Write regular files into the workspace; paths are relative, without `..`."""

    async def exec(
        self,
        ref: SandboxRef,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        timeout_seconds: float | None = None,
    ) -> ExecResult:
        """Run a command to its end in the workspace and return what it said."""

    async def start(
        self, ref: SandboxRef, argv: Sequence[str], *, env: Mapping[str, str] | None = None
    ) -> ServiceRef:
        """Start a background process that lives as long as the sandbox or until `stop`."""

    async def stop(self, service: ServiceRef) -> None:
        """End a background process and all that it started."""

    async def log(self, service: ServiceRef) -> bytes:
        """Return the last output of a background process, capped."""

    async def exit_code(self, service: ServiceRef) -> int | None:
        """Say how a background process ended; None while it runs."""

    async def dial(
        self, ref: SandboxRef, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a TCP port on the sandbox's own loopback."""

    async def listen(self, ref: SandboxRef, port: int) -> socket.socket:
        """Listen on a TCP port of the sandbox's own loopback; who connects inside is served here.

        An OSError says that the port is taken. The caller closes the socket.
        """

    async def collect(self, ref: SandboxRef, *, max_files: int, max_bytes: int) -> CollectedFiles:
        """Read the workspace's regular files; links and special files are refused.

        What was refused is in the result's `refused`: path to reason.
        """

    async def control(self, ref: SandboxRef, name: str, content: bytes) -> None:
        """Write `/control/<name>`, which processes inside can read but not change."""

    async def stats(self, ref: SandboxRef) -> Usage:
        """Return what the sandbox used."""

    async def destroy(self, ref: SandboxRef) -> None:
        """Kill every process in it and remove every trace; idempotent."""

    async def destroy_build(self, tenant: str, build: str) -> int:
        """Destroy a build's sandboxes, whoever made them: for the worker that takes it over."""

    async def reap(self, older_than: timedelta) -> int:
        """Destroy sandboxes that nobody owns any more, found on the machine itself."""
