"""Checks of what the page shows: texts, headings, messages, lists, and on which page one is."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from playwright.async_api import Locator, Page

from backend.blueprints.blueprint import Step
from backend.proof import locate
from backend.proof.apart import read
from backend.proof.errors import StepFailedError
from backend.proof.locate import FIELDS, ROLES, by_roles
from backend.proof.page_reading import COUNT_ITEMS, READ_TEXT
from backend.proof.scene import Handler, Scene
from backend.proof.steps_actions import duration
from backend.proof.waiting import eventually
from backend.proof.words import counted, quoted, shorten

_MESSAGES = ("alert", "status", "log")
_JAVASCRIPT_SPECIAL = re.compile(r"([.*+?^${}()|\[\]\\/])")


def containing(text: str) -> re.Pattern[str]:
    """Return a pattern that JavaScript reads alike: contains, with case, any white space."""
    parts = [_JAVASCRIPT_SPECIAL.sub(r"\\\1", part) for part in text.split()]
    return re.compile(r"\s+".join(parts))


async def see_text(scene: Scene, step: Step) -> None:
    """C01: at least one visible place holds the text."""
    await _see_text(scene, str(step.arguments[0]), within_seconds=scene.seconds)


async def see_text_within(scene: Scene, step: Step) -> None:
    """C03: as C01, with as much patience as the author grants."""
    text, amount, unit = step.arguments
    await _see_text(scene, str(text), within_seconds=duration(amount, str(unit)).total_seconds())


async def _see_text(scene: Scene, text: str, *, within_seconds: float) -> None:
    page = await scene.page()

    async def probe() -> None:
        if not await _texts(page, text).count():
            raise StepFailedError(f'"{shorten(text)}" is nowhere to be seen on the page.')

    await eventually(probe, within_seconds=within_seconds)


async def not_see_text(scene: Scene, step: Step) -> None:
    """C02: no visible place holds the text, and none comes back."""
    text = str(step.arguments[0])
    page = await scene.page()
    await stay_away(scene, lambda: _texts(page, text), f'"{shorten(text)}" is on the page.')


def _texts(page: Page, text: str) -> Locator:
    return page.get_by_text(containing(text)).filter(visible=True)


async def see_role(scene: Scene, step: Step) -> None:
    """C04: something of this role and exactly this name is visible."""
    word, name = map(str, step.arguments)
    page = await scene.page()

    async def probe() -> None:
        if not await _of_role(page, word, name).count():
            raise StepFailedError(
                f'The page shows no {word} "{shorten(name)}".', offers=ROLES[word]
            )

    await eventually(probe, within_seconds=scene.seconds)


async def not_see_role(scene: Scene, step: Step) -> None:
    """C05: nothing of this role and name is visible, and nothing comes back."""
    word, name = map(str, step.arguments)
    page = await scene.page()
    said = f'The {word} "{shorten(name)}" is on the page.'
    await stay_away(scene, lambda: _of_role(page, word, name), said)


def _of_role(page: Page, word: str, name: str) -> Locator:
    roles = ROLES[word]
    found = locate.fields(page, name) if roles is FIELDS else by_roles(page, roles, name)
    return found.filter(visible=True)


async def see_message(scene: Scene, step: Step) -> None:
    """C09: an alert, status or log says it."""
    text = str(step.arguments[0])
    page = await scene.page()

    async def probe() -> None:
        if await _messages(page, text).count():
            return
        said = [await read(said, READ_TEXT) for said in await _all_messages(page).all()]
        raise StepFailedError(
            f'No message says "{shorten(text)}". The page\'s messages say '
            f"{quoted(filter(None, said))}."
        )

    await eventually(probe, within_seconds=scene.seconds)


async def not_see_message(scene: Scene, step: Step) -> None:
    """C32: no alert, status or log says it, and none comes to say it."""
    text = str(step.arguments[0])
    page = await scene.page()
    said = f'A message says "{shorten(text)}".'
    await stay_away(scene, lambda: _messages(page, text), said)


def _all_messages(page: Page) -> Locator:
    alert, status, log = (page.get_by_role(role) for role in ("alert", "status", "log"))
    return alert.or_(status).or_(log).filter(visible=True)


def _messages(page: Page, text: str) -> Locator:
    return _all_messages(page).filter(has_text=containing(text))


async def stay_away(scene: Scene, find: Callable[[], Locator], said: str) -> None:
    """Wait until nothing is found, then keep watching until the next action."""

    async def probe() -> None:
        if await find().count():
            raise StepFailedError(said)

    await keep_absent(scene, probe)


async def keep_absent(scene: Scene, probe: Callable[[], Awaitable[None]]) -> None:
    """Wait until a probe holds, then keep asking it until the next action."""
    await eventually(probe, within_seconds=scene.seconds)
    scene.absences.hold(scene.step_number, probe)


async def count_items(scene: Scene, step: Step) -> None:
    """C15: the list of this name shows so many items."""
    name, wanted = str(step.arguments[0]), int(step.arguments[1])
    page = await scene.page()

    async def probe() -> None:
        found = await locate.one_named(page, ("list",), name, word="list")
        number = await read(found, COUNT_ITEMS)
        if number != wanted:
            raise StepFailedError(
                f'The "{shorten(name)}" list shows {counted(number, "item")}, not {wanted}.'
            )

    await eventually(probe, within_seconds=scene.seconds)


async def be_on_page(scene: Scene, step: Step) -> None:
    """C16: the address is that page's, and its heading or title says so."""
    name = str(step.arguments[0])
    page = await scene.page()
    wanted = urlsplit(await scene.path_of(name)).path
    needs_heading = scene.run.pages.has_heading(name)

    async def probe() -> None:
        path = urlsplit(page.url).path
        if _bare(path) != _bare(wanted):
            raise StepFailedError(
                f'This is not the "{shorten(name)}" page ({shorten(wanted)}) but {shorten(path)}.'
            )
        if needs_heading and not await _is_headed(page, name):
            raise StepFailedError(
                f"Neither the main heading nor the title of {shorten(path)} says "
                f'"{shorten(name)}".',
                offers=("heading",),
            )

    await eventually(probe, within_seconds=scene.seconds)


async def _is_headed(page: Page, name: str) -> bool:
    if await page.get_by_role("heading", level=1, name=name, exact=True).count():
        return True
    return name.casefold() in (await page.title()).casefold()


def _bare(path: str) -> str:
    return path.rstrip("/") or "/"


async def have_title(scene: Scene, step: Step) -> None:
    """C17: the page's title is exactly this."""
    wanted = str(step.arguments[0])
    page = await scene.page()

    async def probe() -> None:
        title = await page.title()
        if title.split() != wanted.split():
            raise StepFailedError(f'The title is "{shorten(title)}", not "{shorten(wanted)}".')

    await eventually(probe, within_seconds=scene.seconds)


CHECKS: dict[str, Handler] = {
    "C01": see_text,
    "C02": not_see_text,
    "C03": see_text_within,
    "C04": see_role,
    "C05": not_see_role,
    "C09": see_message,
    "C32": not_see_message,
    "C15": count_items,
    "C16": be_on_page,
    "C17": have_title,
}
