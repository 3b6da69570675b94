"""Says on what a proof was made: browser, fonts, screen, clock and language."""

import asyncio
import hashlib
import shutil
import subprocess
from pathlib import Path

import msgspec

from backend.proof.browser import WarmBrowser, playwright_version
from backend.proof.chromium import FLAGS
from backend.proof.window import WindowOptions

_FONT_SECONDS = 20


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """What the same pictures would need again."""

    browser: str
    playwright: str
    fonts_sha256: str
    renderer_sha256: str
    viewport: str
    clock: str
    locale: str
    isolation: str


async def describe_environment(browser: WarmBrowser) -> Environment:
    """Describe a started browser and this machine's fonts."""
    options = WindowOptions()
    fonts = await asyncio.to_thread(fonts_digest)
    return Environment(
        browser=browser.version,
        playwright=f"Playwright {playwright_version()}",
        fonts_sha256=fonts,
        renderer_sha256=_renderer_digest(browser.version, fonts),
        viewport=f"{options.device.width}x{options.device.height}",
        clock="UTC; the scenario's date where it names one",
        locale=options.locale,
        isolation=browser.isolation,
    )


def _renderer_digest(browser: str, fonts: str) -> str:
    """Return the hash of all that decides how the same page is painted, pixel by pixel."""
    return hashlib.sha256("\n".join((browser, fonts, *FLAGS)).encode()).hexdigest()


def fonts_digest() -> str:
    """Return a hash over the sorted hashes of the files that `fc-list` names; empty without it."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return ""
    listed = subprocess.run(  # noqa: S603  # the platform's own program, no input
        [fc_list, "--format", "%{file}\n"], capture_output=True, check=False, timeout=_FONT_SECONDS
    )
    files = sorted({Path(line) for line in listed.stdout.decode(errors="replace").splitlines()})
    digests = sorted(_digest(file) for file in files if file.is_file())
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
