"""What the sandbox's tests share: limits, specifications, and looks at the host from outside."""

import asyncio
import os
import time
from collections.abc import Iterable
from pathlib import Path

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.labels import PREFIX
from sandbox.limits import MEBIBYTE, Limits
from sandbox.protocol import ExecResult, SandboxRef, SandboxSpec, Toolchain

# Nobody's: no account has this id.
ORDINARY_USER = 54_321
# An ordinary user has one rung only; root can also give its rights up.
RUNGS = {"root": None, "ordinary": ORDINARY_USER} if os.getuid() == 0 else {"ordinary": None}

SMALL = Limits(
    memory_bytes=96 * MEBIBYTE,
    processes=48,
    cpu_cores=1.0,
    workspace_bytes=8 * MEBIBYTE,
    open_files=128,
    output_bytes=64 * 1024,
    exec_seconds=20,
    lifetime_seconds=120,
)
SYSTEM = Toolchain(name="system", root=Path("/usr"))


def make_spec(
    *,
    role: str = "test",
    build: str = "build",
    limits: Limits = SMALL,
    read_only_workspace: bool = False,
    toolchain: Toolchain = SYSTEM,
) -> SandboxSpec:
    return SandboxSpec(
        tenant="acme",
        build=build,
        role=role,
        toolchain=toolchain,
        limits=limits,
        read_only_workspace=read_only_workspace,
    )


async def wait_for_file(driver: BubblewrapSandbox, ref: SandboxRef, name: str) -> None:
    """Wait until a program inside has made a file: it runs, then."""
    async with asyncio.timeout(20):
        while name not in await driver.collect(ref, max_files=20, max_bytes=MEBIBYTE):  # noqa: ASYNC110 (the sign comes from inside the sandbox)
            await asyncio.sleep(0.01)


async def run_python(
    driver: BubblewrapSandbox, ref: SandboxRef, program: str, **options: float
) -> ExecResult:
    """Run a program inside; it is passed as an argument, so the workspace may be full."""
    return await driver.exec(ref, ["python3", "-c", program], **options)


def host_processes(text: str) -> list[int]:
    """List the host's processes whose command line contains the text."""
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(entry.name) for entry in entries if text.encode() in _command_line(entry)]


def _command_line(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def our_groups() -> set[str]:
    """List the control groups of sandboxes, whoever made them."""
    return {str(path) for path in _folders(Path("/sys/fs/cgroup"), depth=4)}


def _folders(folder: Path, depth: int) -> Iterable[Path]:
    try:
        entries = [entry for entry in folder.iterdir() if entry.is_dir()]
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(PREFIX):
            yield entry
        elif depth:
            yield from _folders(entry, depth - 1)


def wait_until_gone(text: str, *, within_seconds: float = 3.0) -> list[int]:
    """Wait for processes to end; return those that did not."""
    until = time.monotonic() + within_seconds
    while (left := host_processes(text)) and time.monotonic() < until:
        time.sleep(0.02)
    return left
