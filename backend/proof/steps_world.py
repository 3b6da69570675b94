"""World steps: the data, the date and the window that a scenario starts from."""

from backend.blueprints.blueprint import Step
from backend.proof.apart import read_page
from backend.proof.errors import StepFailedError
from backend.proof.no_records import check_no_records
from backend.proof.page_map import navigation_links
from backend.proof.scene import Handler, Scene
from backend.proof.subject import ToolSubject
from backend.proof.uploads import check_file_name
from backend.proof.window import DEVICES, parse_instant
from backend.proof.words import shorten

_REFUSED = 400
_BODY_MILLISECONDS = 5000


async def open_app(scene: Scene, _: Step) -> None:
    """W01: the home page answers and shows something."""
    await _goto_page(scene, "/", name="home")
    page = await scene.page()
    await page.locator("body").wait_for(state="visible", timeout=_BODY_MILLISECONDS)


async def be_on_page(scene: Scene, step: Step) -> None:
    """W02: go straight to a page by its name."""
    name = str(step.arguments[0])
    pages = scene.run.pages
    if pages.needs_home(name):
        await _goto_page(scene, "/", name="home")
        pages.learn(await navigation_links(await scene.page()))
    await _goto_page(scene, pages.known_path(name), name=name)


async def _goto_page(scene: Scene, path: str, *, name: str) -> None:
    response = await scene.goto(path)
    if response is not None and response.status >= _REFUSED:
        raise StepFailedError(
            f'The "{shorten(name)}" page answers with the error {response.status}.'
        )


async def be_signed_out(scene: Scene, _: Step) -> None:
    """W04: every window starts without anybody signed in."""
    _check_before_navigation(scene)


async def load_rows(scene: Scene, step: Step) -> None:
    """W05: load rows through the product's own seed command, never through its pages."""
    entity = scene.entity(str(step.arguments[0]))
    header, *body = step.table or ((),)
    if not header or not body:
        raise StepFailedError("The table has no rows: name the fields, then one row for each.")
    rows = [dict(zip(header, cells, strict=False)) for cells in body]
    scene.seeded.add(entity.name)
    await scene.subject.seed(entity.name, rows)


async def have_none(scene: Scene, step: Step) -> None:
    """W06: just-started data holds none; seen once for a run, in a window of its own."""
    entity = scene.entity(str(step.arguments[0]))
    if entity.name in scene.seeded:
        raise StepFailedError(f'The scenario itself has loaded "{entity.plural}" before.')
    if entity.name not in scene.run.empty_entities:
        await check_no_records(scene, entity)
        scene.run.empty_entities.add(entity.name)


async def set_date(scene: Scene, step: Step) -> None:
    """W07: the product's clock and the page's run on from one instant."""
    _check_before_navigation(scene)
    await scene.move_clock(parse_instant(str(step.arguments[0])))


async def use_device(scene: Scene, step: Step) -> None:
    """W08: the window was made in that size; a device that is not known is refused."""
    _check_before_navigation(scene)
    if str(step.arguments[0]) not in DEVICES:
        raise StepFailedError(f"There is no such device; known are: {', '.join(DEVICES)}.")


async def use_language(scene: Scene, step: Step) -> None:
    """W09: the window asks for that language."""
    _check_before_navigation(scene)
    language = str(step.arguments[0])
    page = await scene.page()
    if await read_page(page, "() => navigator.language") != language:
        raise StepFailedError(f'"{shorten(language)}" is not a language such as "fr-FR".')


async def go_offline(scene: Scene, _: Step) -> None:
    """W11: nothing answers any more."""
    await (await scene.context()).set_offline(True)


async def write_file(scene: Scene, step: Step) -> None:
    """W12: a file that later steps may upload, or that commands find in their folder."""
    name, content = check_file_name(str(step.arguments[0])), (step.document or "").encode()
    scene.files[name] = content
    if isinstance(scene.subject, ToolSubject):
        await scene.subject.write_file(name, content)


def _check_before_navigation(scene: Scene) -> None:
    if scene.has_navigated:
        raise StepFailedError("This shapes the window: write it before the first page is opened.")


WORLD: dict[str, Handler] = {
    "W01": open_app,
    "W02": be_on_page,
    "W04": be_signed_out,
    "W05": load_rows,
    "W06": have_none,
    "W07": set_date,
    "W08": use_device,
    "W09": use_language,
    "W11": go_offline,
    "W12": write_file,
}
