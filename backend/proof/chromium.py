"""Finds the Chromium of this machine and the ways in which it may be started."""

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import imageio_ffmpeg
import playwright

# A lone imageAnimationPolicy would drop Playwright's own hover and pointer settings: all five go
# together. Animated pictures stand still, so that two shots of one page are equal.
_BLINK = (
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,"
    "availablePointerTypes=4,imageAnimationPolicy=2"
)
# Of two such flags the browser minds the last alone, so Playwright's own list goes along.
_DISABLED_FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    # Two pages of the address bar's own, loaded with each window though nobody sees that bar: they
    # cost more of the processor than a small product's pages do (docs/speed.md).
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
FLAGS = (
    _BLINK,
    "--disable-features=" + ",".join(_DISABLED_FEATURES),
    # A page is told of a driver unasked otherwise, and could behave for it alone (ADR 0018).
    "--disable-blink-features=AutomationControlled",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_SYSTEM_NAMES = ("chromium", "google-chrome-stable", "google-chrome", "chromium-browser")
_DEBIAN_BINARY = Path("/usr/lib/chromium/chromium")


class Isolation(StrEnum):
    """What stands between a product's pages and this machine."""

    BUBBLEWRAP = "bubblewrap and Chromium's own sandbox"
    OWN_SANDBOX = "Chromium's own sandbox"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One way to start the browser."""

    executable: Path
    isolation: Isolation

    @property
    def has_own_sandbox(self) -> bool:
        """Whether Chromium's own sandbox is on."""
        return self.isolation is not Isolation.NONE


def launches(folder: Path, executable: Path | None) -> Iterator[Launch]:
    """Yield the ways to start a browser here, the safest first."""
    binary = executable or find_chromium()
    if binary is None:
        return
    bubblewrap = shutil.which("bwrap")
    if bubblewrap and sys.platform == "linux":
        wrapper = _write_wrapper(folder, bubblewrap=bubblewrap, binary=_real_binary(binary))
        yield Launch(executable=wrapper, isolation=Isolation.BUBBLEWRAP)
    if os.geteuid() != 0:
        yield Launch(executable=binary, isolation=Isolation.OWN_SANDBOX)
    yield Launch(executable=binary, isolation=Isolation.NONE)


def find_chromium() -> Path | None:
    """Return Playwright's own Chromium where it is installed, else the system's."""
    for path in (*_playwright_browsers(), *_system_browsers()):
        if path.is_file():
            return path
    return None


def link_ffmpeg(folder: Path) -> Path:
    """Put ffmpeg where Playwright looks for its own below `folder`; return the browsers' folder."""
    browsers = folder / "browsers"
    link = browsers / f"ffmpeg-{_revision('ffmpeg')}" / _ffmpeg_name()
    link.parent.mkdir(parents=True, exist_ok=True)
    target = Path(imageio_ffmpeg.get_ffmpeg_exe())
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return browsers


def _ffmpeg_name() -> str:
    return "ffmpeg-mac" if sys.platform == "darwin" else "ffmpeg-linux"


def driver_package() -> Path:
    """Return the folder of Playwright's driver, where its own pages and lists lie too."""
    return Path(playwright.__file__).parent / "driver" / "package"


def _revision(name: str) -> str:
    known = json.loads((driver_package() / "browsers.json").read_text())["browsers"]
    return str(next(entry["revision"] for entry in known if entry["name"] == name))


def _playwright_browsers() -> Iterator[Path]:
    home = Path.home()
    for cache in (home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"):
        root = cache / f"chromium-{_revision('chromium')}"
        yield from sorted(root.glob("chrome-linux*/chrome"))
        yield from sorted(root.glob("chrome-mac*/*.app/Contents/MacOS/*"))


def _system_browsers() -> Iterator[Path]:
    for name in _SYSTEM_NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)
    yield Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def _real_binary(executable: Path) -> Path:
    """Debian's `chromium` is a script that reads /etc: inside, the program itself is started."""
    if executable == Path("/usr/bin/chromium") and _DEBIAN_BINARY.is_file():
        return _DEBIAN_BINARY
    return executable.resolve()


def _write_wrapper(folder: Path, *, bubblewrap: str, binary: Path) -> Path:
    """Write the program that starts Chromium as an ordinary user who sees next to nothing.

    The network stays the host's, because the product answers on its loopback; which address a page
    may reach is decided for each browser context.
    """
    temporary = temporary_folder(folder)
    words = [
        *(bubblewrap, "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-pid"),
        *("--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent"),
        *("--ro-bind", "/usr", "/usr"),
        *("--symlink", "usr/bin", "/bin", "--symlink", "usr/sbin", "/sbin"),
        *("--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"),
        *_visible("/etc/fonts", "/etc/ld.so.cache", "/etc/alternatives", "/var/cache/fontconfig"),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm"),  # noqa: S108  # a mount point
        *("--tmpfs", "/tmp", "--tmpfs", "/run", "--dir", "/tmp/home"),  # noqa: S108  # mount points
        *("--setenv", "HOME", "/tmp/home", "--setenv", "TMPDIR", "/tmp"),  # noqa: S108  # inside only
        *("--unsetenv", "DBUS_SESSION_BUS_ADDRESS"),
        *_visible(*([] if binary.is_relative_to("/usr") else [str(binary.parent)])),
        *("--bind", str(temporary), str(temporary), "--", str(binary)),
    ]
    wrapper = folder / "chromium-in-bubblewrap"
    text = f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n'
    if not wrapper.exists() or wrapper.read_text() != text:
        fresh = folder / f".{wrapper.name}.{os.getpid()}"
        fresh.write_text(text)
        fresh.chmod(0o755)
        fresh.replace(wrapper)
    return wrapper


def _visible(*paths: str) -> Iterator[str]:
    for path in paths:
        yield from ("--ro-bind-try", path, path)


def temporary_folder(folder: Path) -> Path:
    """Return the one folder that the browser and Playwright's driver share."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return temporary
