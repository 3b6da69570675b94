"""Checks of how a page looks: its exact picture, its colours, its structure read aloud."""

from collections.abc import Mapping

from playwright.async_api import Locator, Page, expect

from backend.blueprints.blueprint import Step
from backend.proof import locate
from backend.proof.apart import read, read_page
from backend.proof.errors import StepFailedError
from backend.proof.exact_picture import take_exact_picture
from backend.proof.locate import REGIONS
from backend.proof.scene import Handler, Scene
from backend.proof.waiting import eventually
from backend.proof.words import shorten

_PARTS = {"text": "color", "background": "backgroundColor", "border": "borderTopColor"}
# A colour as the browser paints it: four bytes, whatever the notation; null when it is no colour.
_PAINTED = """
function painted(colour) {
  if (!CSS.supports('color', colour)) return null;
  const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true});
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
  return `rgba(${r}, ${g}, ${b}, ${Math.round(a / 2.55) / 100})`;
}"""
_COLOURS = f"""(el, [part, wanted]) => {{ {_PAINTED}
  return [painted(getComputedStyle(el)[part]), painted(wanted)]; }}"""
_PAGE_COLOURS = f"""wanted => {{ {_PAINTED}
  const of = el => painted(getComputedStyle(el).backgroundColor);
  const clear = 'rgba(0, 0, 0, 0)';
  const page = of(document.body) !== clear ? of(document.body)
    : of(document.documentElement) !== clear ? of(document.documentElement) : painted('white');
  return [page, painted(wanted)]; }}"""


async def page_look(scene: Scene, step: Step) -> None:
    """C19: the exact picture of the whole page."""
    await _keep_picture(scene, str(step.arguments[0]))


async def page_look_except(scene: Scene, step: Step) -> None:
    """C33: the same with the named parts covered."""
    page = await scene.page()
    covered = {row[0]: await _part(scene, page, row[0]) for row in step.table or ()}
    await _keep_picture(scene, str(step.arguments[0]), covered=covered)


async def region_look(scene: Scene, step: Step) -> None:
    """C20: the exact picture of one part of the page."""
    name, word, picture = map(str, step.arguments)
    page = await scene.page()
    part = await locate.named(page, REGIONS[word], name, word=word, within_seconds=scene.seconds)
    await _keep_picture(scene, picture, part=part)


async def _part(scene: Scene, page: Page, name: str) -> Locator:
    """Return what a line of the table names: a part of the page, a field, or a control."""
    regions = tuple(dict.fromkeys(role for roles in REGIONS.values() for role in roles))
    for found in (
        locate.by_roles(page, (*regions, "img", "heading"), name),
        locate.fields(page, name),
        page.get_by_label(name, exact=True),
    ):
        if await found.count() == 1:
            return found
    return await locate.resolve(page, name, within_seconds=scene.seconds)


async def _keep_picture(
    scene: Scene,
    name: str,
    *,
    part: Locator | None = None,
    covered: Mapping[str, Locator] | None = None,
) -> None:
    """Take the exact picture and keep it; without a camera there is nobody to look at it."""
    await scene.settle()
    await scene.camera.settle()
    if not scene.camera.is_recording:
        return
    picture = await take_exact_picture(
        await scene.page(),
        part=part,
        covered=covered,
        clock=scene.windows.current.clock,
        settle=scene.settle,
        seconds=scene.seconds,
    )
    device = scene.options.device
    viewport = f"{device.width}x{device.height}"
    scene.camera.keep(picture, scene.step_number, name=name, viewport=viewport)


async def read_like(scene: Scene, step: Step) -> None:
    """C18: the page's ARIA snapshot holds what the author wrote."""
    page = await scene.page()
    wanted = step.document or ""
    if not wanted.strip():
        raise StepFailedError("The step has no text to compare with.")
    try:
        await expect(page.locator("body")).to_match_aria_snapshot(
            wanted, timeout=scene.seconds * 1000
        )
    except AssertionError as error:
        raise StepFailedError(f"The page reads differently. {_unlike(str(error))}") from error


def _unlike(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith(("-", "+"))]
    return f"Difference: {shorten(' / '.join(lines))}" if lines else shorten(said)


async def have_colour(scene: Scene, step: Step) -> None:
    """C21: the computed colour is this one, both as the browser paints them."""
    part, name, wanted = map(str, step.arguments)
    page = await scene.page()

    async def probe() -> None:
        found = await _coloured(page, name)
        seen, meant = await read(found, _COLOURS, [_PARTS[part], wanted])
        _compare_colours(f'The {part} colour of "{shorten(name)}"', seen, meant, wanted)

    await eventually(probe, within_seconds=scene.seconds)


async def _coloured(page: Page, name: str) -> Locator:
    found = await locate.clickable(page, name)
    if found is None and await locate.fields(page, name).count() == 1:
        found = locate.fields(page, name)
    found = found or await locate.labelled_or_text(page, name)
    if found is None:
        raise StepFailedError(
            f'The page shows nothing named "{shorten(name)}".',
            offers=(*locate.CLICKED, "heading", "textbox"),
        )
    return found


async def have_background(scene: Scene, step: Step) -> None:
    """C22: the page's ground has this colour."""
    wanted = str(step.arguments[0])
    page = await scene.page()

    async def probe() -> None:
        seen, meant = await read_page(page, _PAGE_COLOURS, wanted)
        _compare_colours("The page's background", seen, meant, wanted)

    await eventually(probe, within_seconds=scene.seconds)


def _compare_colours(what: str, seen: str, meant: str | None, wanted: str) -> None:
    if meant is None:
        raise StepFailedError(f'"{shorten(wanted)}" is not a colour, such as "navy" or "#336699".')
    if seen != meant:
        raise StepFailedError(f'{what} is {seen}, not "{shorten(wanted)}" ({meant}).')


LOOKS: dict[str, Handler] = {
    "C18": read_like,
    "C19": page_look,
    "C33": page_look_except,
    "C20": region_look,
    "C21": have_colour,
    "C22": have_background,
}
