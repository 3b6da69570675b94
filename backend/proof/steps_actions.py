"""Actions with the mouse and the keyboard, and going from page to page."""

from datetime import timedelta

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page

from backend.blueprints.blueprint import Step
from backend.proof import locate
from backend.proof.errors import StepFailedError
from backend.proof.locate import REGIONS, Scope
from backend.proof.scene import DownloadedFile, Handler, Scene
from backend.proof.words import plain, shorten

_POPUP = "[aria-haspopup]:not([aria-haspopup=false]), [aria-expanded], [popovertarget], summary"
_UNITS_SECONDS = {
    "millisecond": 0.001,
    "second": 1.0,
    "minute": 60.0,
    "hour": 3600.0,
    "day": 86400.0,
}
_MOST_DOWNLOAD_BYTES = 20_000_000


async def press(scene: Scene, step: Step) -> None:
    """A02: RESOLVE the name and click it."""
    await _click_resolved(scene, await scene.page(), str(step.arguments[0]))


async def follow_link(scene: Scene, step: Step) -> None:
    """A03: click the link of this name."""
    await _click_role(scene, "link", str(step.arguments[0]))


async def open_tab(scene: Scene, step: Step) -> None:
    """A04: click the tab of this name."""
    await _click_role(scene, "tab", str(step.arguments[0]))


async def open_menu(scene: Scene, step: Step) -> None:
    """A29: click the button of this name that opens something."""
    name = str(step.arguments[0])
    page = await scene.page()
    button = await locate.named(
        page, ("button",), name, word="button", within_seconds=scene.seconds
    )
    if not await button.and_(page.locator(_POPUP)).count():
        raise StepFailedError(f'The button "{shorten(name)}" does not say that it opens a menu.')
    await click(scene, button, name)


async def press_in_row(scene: Scene, step: Step) -> None:
    """A16: find the row, then RESOLVE inside it."""
    name, row_name = map(str, step.arguments)
    row = await locate.row(await scene.page(), row_name, within_seconds=scene.seconds)
    await _click_resolved(scene, row, name)


async def press_in_region(scene: Scene, step: Step) -> None:
    """A17: find the part of the page, then RESOLVE inside it."""
    name, region_name, word = map(str, step.arguments)
    region = await locate.named(
        await scene.page(), REGIONS[word], region_name, word=word, within_seconds=scene.seconds
    )
    await _click_resolved(scene, region, name)


async def _click_role(scene: Scene, role: str, name: str) -> None:
    found = await locate.named(
        await scene.page(), (role,), name, word=role, within_seconds=scene.seconds
    )
    await click(scene, found, name)


async def _click_resolved(scene: Scene, scope: Scope, name: str) -> None:
    await click(scene, await locate.resolve(scope, name, within_seconds=scene.seconds), name)


async def click(scene: Scene, found: Locator, name: str) -> None:
    """Click; what is in the way is said in plain words."""
    scene.has_navigated = True
    try:
        await found.click(timeout=scene.seconds * 1000)
    except PlaywrightError as error:
        raise StepFailedError(f'"{shorten(name)}" could not be pressed. {plain(error)}') from error


async def type_text(scene: Scene, step: Step) -> None:
    """A12: type into whatever has the focus."""
    await (await scene.page()).keyboard.type(str(step.arguments[0]))


async def press_key(scene: Scene, step: Step) -> None:
    """A13: press a key; pressed on the focused element, so that a page it brings is waited for."""
    key = str(step.arguments[0])
    page = await scene.page()
    focused = page.locator("*:focus")
    try:
        if await focused.count() == 1:
            await focused.press(key, timeout=scene.seconds * 1000)
        else:
            await page.keyboard.press(key)
    except PlaywrightError as error:
        if "Unknown key" in error.message:
            raise StepFailedError(
                f'There is no key "{shorten(key)}". Keys are named as Enter, Escape, Tab, '
                "ArrowDown or Control+A."
            ) from error
        raise


async def hover(scene: Scene, step: Step) -> None:
    """A14: rest the mouse on something."""
    name = str(step.arguments[0])
    found = await locate.resolve(await scene.page(), name, within_seconds=scene.seconds)
    await found.hover(timeout=scene.seconds * 1000)


async def drag(scene: Scene, step: Step) -> None:
    """A15: drag one thing onto another."""
    what, onto = map(str, step.arguments)
    page = await scene.page()
    source = await locate.resolve(page, what, within_seconds=scene.seconds)
    target = await locate.resolve(page, onto, within_seconds=scene.seconds)
    await source.drag_to(target, timeout=scene.seconds * 1000)


async def scroll_to(scene: Scene, step: Step) -> None:
    """A20: bring something into view."""
    name = str(step.arguments[0])
    found = await locate.resolve(await scene.page(), name, within_seconds=scene.seconds)
    await found.scroll_into_view_if_needed(timeout=scene.seconds * 1000)


async def go_to(scene: Scene, step: Step) -> None:
    """A01: open a path; what it answers is for the checks to judge."""
    await scene.goto(str(step.arguments[0]))


async def reload(scene: Scene, _: Step) -> None:
    """A21: load the page again."""
    await scene.reload()


async def go_back(scene: Scene, _: Step) -> None:
    """A22: back to the page before."""
    await scene.go_back()


async def let_time_pass(scene: Scene, step: Step) -> None:
    """A23: the clocks of the product and of all windows move on."""
    await scene.pass_time(duration(step.arguments[0], str(step.arguments[1])))


def duration(amount: str | float, unit: str) -> timedelta:
    """Return `30, "minutes"` as a span of time."""
    return timedelta(seconds=float(amount) * _UNITS_SECONDS[unit.removesuffix("s")])


async def download(scene: Scene, step: Step) -> None:
    """A24: press something that gives a file, and keep the file."""
    name = str(step.arguments[0])
    page = await scene.page()
    found = await locate.resolve(page, name, within_seconds=scene.seconds)
    scene.download = await _downloaded(scene, page, found, name)


async def _downloaded(scene: Scene, page: Page, found: Locator, name: str) -> DownloadedFile:
    try:
        async with page.expect_download(timeout=scene.seconds * 1000) as coming:
            await click(scene, found, name)
        given = await coming.value
        path = await given.path()
    except PlaywrightError as error:
        raise StepFailedError(f'"{shorten(name)}" gave no file to download.') from error
    if path.stat().st_size > _MOST_DOWNLOAD_BYTES:
        raise StepFailedError("The downloaded file is larger than 20 MB.")
    return DownloadedFile(name=given.suggested_filename, content=path.read_bytes())


ACTIONS: dict[str, Handler] = {
    "A01": go_to,
    "A02": press,
    "A03": follow_link,
    "A04": open_tab,
    "A29": open_menu,
    "A12": type_text,
    "A13": press_key,
    "A14": hover,
    "A15": drag,
    "A16": press_in_row,
    "A17": press_in_region,
    "A20": scroll_to,
    "A21": reload,
    "A22": go_back,
    "A23": let_time_pass,
    "A24": download,
}
