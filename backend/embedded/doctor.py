"""Says what this machine lacks: each part by name, what it is for, and how to get it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.embedded.errors import PartMissingError
from backend.embedded.programs import (
    find_libfaketime,
    find_playwright_driver,
    find_postgres,
    find_redis,
)

_APT = "make setup, or: apt-get install "
_FREE_BYTES = 2_000_000_000
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing a machine should have; `found` says what is there, or why it is no good."""

    name: str
    is_ok: bool
    found: str
    purpose: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class _Question:
    """A check to make: `look` says what it found and raises _LackError for what it did not."""

    name: str
    look: Callable[[], str]
    purpose: str
    remedy: str


class _LackError(Exception):
    """Something is not there, or does not work; says which."""


def examine(*, checkout: Path, data_folder: Path, chromium: Path | None) -> list[Check]:
    """Look at this machine, changing nothing; the caller knows which browser would be used."""
    return [
        _ask(question)
        for question in (*_environment(checkout, data_folder), *_machine(chromium), *_embedded())
    ]


def _ask(question: _Question) -> Check:
    try:
        found, is_ok = question.look(), True
    except (_LackError, PartMissingError) as lack:
        found, is_ok = str(lack), False
    return Check(
        name=question.name,
        is_ok=is_ok,
        found=found,
        purpose=question.purpose,
        remedy="" if is_ok else question.remedy,
    )


def _environment(checkout: Path, data_folder: Path) -> tuple[_Question, ...]:
    return (
        _Question(
            name="Python",
            look=_look_at_python,
            purpose="runs the works",
            remedy="install Python 3.11 to 3.14, then: make setup PYTHON=python3.11",
        ),
        _Question(
            name="toolchain",
            look=lambda: _existing(checkout / ".toolchains/python-web/bin/python"),
            purpose="what generated products run with",
            remedy="make setup",
        ),
        _Question(
            name="data folder",
            look=lambda: _look_at_folder(data_folder),
            purpose="holds the embedded database, the queue and the artifacts",
            remedy="make room, or name another folder in DRAFTWORKS_DATA",
        ),
    )


def _machine(chromium: Path | None) -> tuple[_Question, ...]:
    return (
        _Question(
            name="bubblewrap",
            look=_look_at_bubblewrap,
            purpose="seals products while they are built and proved",
            remedy=(
                "a container driver is still to come; until then builds need Linux"
                if sys.platform != "linux"
                else f"{_APT}bubblewrap; where it is there and refused, allow user namespaces "
                "(sysctl kernel.apparmor_restrict_unprivileged_userns=0) or run as root"
            ),
        ),
        _Question(
            name="Chromium",
            look=lambda: _look_at_chromium(chromium),
            purpose="the browser that proves each scenario",
            remedy=f"{_APT}chromium; on Ubuntu and a Mac: .venv/bin/playwright install chromium",
        ),
        _Question(
            name="Playwright",
            look=lambda: _run(str(find_playwright_driver()), "--version"),
            purpose="drives the browser",
            remedy=f"{_APT}libatomic1",
        ),
        _Question(
            name="fonts",
            look=_look_at_fonts,
            purpose="without them pictures show boxes",
            remedy=f"{_APT}fonts-dejavu-core",
        ),
        _Question(
            name="libfaketime",
            look=_look_at_libfaketime,
            purpose="moves the clock for scenarios that set one",
            remedy=f"{_APT}libfaketime",
        ),
    )


def _embedded() -> tuple[_Question, ...]:
    return (
        _Question(
            name="PostgreSQL",
            look=lambda: _version(*find_postgres(), program="postgres"),
            purpose="the embedded database",
            remedy="make setup, or give DRAFTWORKS_DATABASE_URL",
        ),
        _Question(
            name="Redis",
            look=lambda: _version(find_redis()[0], Path(), program="redis-server"),
            purpose="the embedded queue's bell",
            remedy="make setup (on a Mac: brew install redis), or give DRAFTWORKS_REDIS_URL",
        ),
        _Question(
            name="private mounts",
            look=_look_at_private_mounts,
            purpose="lets root run the embedded parts as an ordinary user",
            remedy="allow CAP_SYS_ADMIN to the container, or run as an ordinary user",
        ),
    )


def _look_at_python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info < (3, 15):
        raise _LackError(version)
    return f"{version} ({sys.executable})"


def _look_at_folder(folder: Path) -> str:
    """Look at the folder, or at the nearest one above it that there is."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
    free_bytes = shutil.disk_usage(there).free
    if not os.access(there, os.W_OK):
        raise _LackError(f"{folder} cannot be written by you")
    if free_bytes < _FREE_BYTES:
        raise _LackError(f"{folder} has {free_bytes // 1_000_000} MB left; 2000 are needed")
    return f"{folder} ({free_bytes // 1_000_000_000} GB free)"


def _look_at_bubblewrap() -> str:
    program = shutil.which("bwrap")
    if program is None:
        raise _LackError("not found")
    _run(
        program, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"
    )
    return _run(program, "--version")


def _look_at_chromium(chromium: Path | None) -> str:
    if chromium is None:
        raise _LackError("not found")
    return str(chromium)


def _look_at_fonts() -> str:
    for folder in _FONTS:
        for font in Path(folder).rglob("*.[to]t[fc]"):
            return str(font)
    raise _LackError("not found")


def _look_at_libfaketime() -> str:
    library = find_libfaketime()
    if library is None:
        raise _LackError("not found")
    return str(library)


def _look_at_private_mounts() -> str:
    if os.geteuid() != 0:
        return "not needed: you are an ordinary user"
    _run("unshare", "--mount", "setpriv", "--reuid", "65534", "--clear-groups", "true")
    return "allowed"


def _existing(path: Path) -> str:
    if not path.exists():
        raise _LackError(f"{path} is not there")
    return str(path)


def _version(folder: Path, tools: Path, *, program: str) -> str:
    return _run(str(folder / tools / program), "--version")


def _run(*command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed programs
            command, capture_output=True, text=True, timeout=20, check=True
        )
    except FileNotFoundError:
        raise _LackError(f"{command[0]} not found") from None
    except subprocess.TimeoutExpired:
        raise _LackError(f"{command[0]} does not answer") from None
    except subprocess.CalledProcessError as error:
        raise _LackError(f"{command[0]}: {error.stderr.strip()}") from None
    return done.stdout.strip()
