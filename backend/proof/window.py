"""How a scenario's browser window is made: size, language and clock, read from its first steps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from playwright.async_api import Browser, BrowserContext, ViewportSize

from backend.blueprints.blueprint import Step
from backend.proof.errors import StepFailedError

WINDOW_STEPS = frozenset({"W04", "W07", "W08", "W09"})
_CLOCK_STEPS = frozenset({"W07", "A23", "C19", "C20", "C33"})
_LOOK_STEPS = frozenset({"C19", "C20", "C33"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WIDEST_VIDEO = 800
# Encoding costs by the picture too: a quarter less than at 25 (measured), and forms read well.
_VIDEO_PICTURES_PER_SECOND = 10
# Nothing answers there: whatever a page wants from anywhere but its own product is refused.
_NOWHERE = "http://127.0.0.1:9"
# A proxy of the browser's own function, which a page cannot tell by its text.
_SEEDED_RANDOM = """(() => {
  let s = 42;
  Math.random = new Proxy(Math.random, {
    apply: () => (s = (s * 1664525 + 1013904223) % 4294967296) / 4294967296});
})()"""


@dataclass(frozen=True, kw_only=True)
class Device:
    """A size of screen, and whether it is touched."""

    width: int
    height: int
    is_mobile: bool = False


DEVICES = {
    "phone": Device(width=390, height=844, is_mobile=True),
    "tablet": Device(width=820, height=1180, is_mobile=True),
    "laptop": Device(width=1280, height=800),
    "desktop": Device(width=1440, height=900),
    "large screen": Device(width=1920, height=1080),
}


@dataclass(frozen=True, kw_only=True)
class WindowOptions:
    """One scenario's window. `instant` is the date it was given; None means the real one."""

    device: Device = DEVICES["laptop"]
    locale: str = "en-GB"
    instant: datetime | None = None
    has_clock: bool = False
    has_seed: bool = False

    @property
    def video_size(self) -> ViewportSize:
        """The window's shape, made smaller where it is wide: encoding costs by the pixel."""
        scale = min(1.0, _WIDEST_VIDEO / self.device.width)
        return ViewportSize(
            width=int(self.device.width * scale) // 2 * 2,
            height=int(self.device.height * scale) // 2 * 2,
        )


def window_options(steps: Sequence[Step]) -> WindowOptions:
    """Read the steps that shape the window; a wrong value is left for its own step to refuse."""
    options = WindowOptions(
        has_clock=any(step.expression in _CLOCK_STEPS for step in steps),
        has_seed=any(step.expression in _LOOK_STEPS for step in steps),
    )
    for step in steps:
        if step.expression == "W08":
            options = replace(options, device=DEVICES.get(str(step.arguments[0]), options.device))
        elif step.expression == "W09":
            language = str(step.arguments[0])
            if _LANGUAGE.fullmatch(language):
                options = replace(options, locale=language)
        elif step.expression == "W07":
            options = replace(options, instant=_instant_or_none(str(step.arguments[0])))
    return options


def parse_instant(text: str) -> datetime:
    """Read `2026-03-02` or `2026-03-02 09:00` as UTC; raise StepFailedError otherwise."""
    instant = _instant_or_none(text)
    if instant is None:
        raise StepFailedError(
            f'"{text}" is not a date. Write it as "2026-03-02" or "2026-03-02 09:00".'
        )
    return instant


def _instant_or_none(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def ordinary_user_agent(version: str, device: Device) -> str:
    """Name the browser as one that somebody looks at does: without a word of being driven.

    Chromium itself freezes all but the first part of its version and the platform's name.
    """
    system = "Linux; Android 10; K" if device.is_mobile else "X11; Linux x86_64"
    mobile = "Mobile " if device.is_mobile else ""
    return (
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{version.partition('.')[0]}.0.0.0 {mobile}Safari/537.36"
    )


async def open_window(
    browser: Browser, options: WindowOptions, *, address: str, video_folder: str | None
) -> BrowserContext:
    """Open a clean context that reaches the product at `address` and nothing else."""
    device = options.device
    size = ViewportSize(width=device.width, height=device.height)
    context = await browser.new_context(
        viewport=size,
        screen=size,
        device_scale_factor=1,
        user_agent=ordinary_user_agent(browser.version, device),
        is_mobile=device.is_mobile,
        has_touch=device.is_mobile,
        locale=options.locale,
        timezone_id="UTC",
        color_scheme="light",
        reduced_motion="reduce",
        accept_downloads=True,
        proxy={"server": _NOWHERE, "bypass": address.removeprefix("http://")},
        record_video_dir=video_folder,
        record_video_size=options.video_size if video_folder else None,
        record_video_fps=_VIDEO_PICTURES_PER_SECOND if video_folder else None,
    )
    if options.has_seed:
        await context.add_init_script(_SEEDED_RANDOM)
    if options.has_clock:
        # It runs on from its instant: a paused clock starves products that use timers (measured).
        await context.clock.install(time=options.instant or datetime.now(UTC))
    return context
