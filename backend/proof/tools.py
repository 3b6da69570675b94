"""Names the versions of the programs that a proof is made with."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = (
    "draftworks-works",
    "pillow",
    "imageio-ffmpeg",
    "axe-playwright-python",
    "gherkin-official",
    "cucumber-expressions",
)


@cache
def tool_versions() -> dict[str, str]:
    """Return each program's version by its name."""
    return {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
