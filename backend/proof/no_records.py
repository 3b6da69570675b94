"""Makes sure that a product holds no record of a kind: seen on its own list, never assumed."""

from playwright.async_api import Page

from backend.blueprints.blueprint import Entity
from backend.proof.apart import read_each
from backend.proof.browser_log import BrowserLog
from backend.proof.errors import StepFailedError
from backend.proof.locate import by_roles, check_one
from backend.proof.page_map import navigation_links
from backend.proof.page_reading import COUNT_ITEMS
from backend.proof.scene import Scene
from backend.proof.table_reading import TABLE_ROLES, read_named_table
from backend.proof.waiting import eventually
from backend.proof.words import counted, quoted, shorten

_REFUSED = 400
_QUIET_SECONDS = 2.0


async def check_no_records(scene: Scene, entity: Entity) -> None:
    """Look at the list in a window beside mine; raise StepFailedError unless it is seen empty."""
    window = await scene.open_beside()
    log = BrowserLog()
    log.listen(window)
    try:
        page = await window.new_page()
        path = await _open_list(scene, page, entity)

        async def probe() -> None:
            if not await _lists(page, entity.plural):
                raise _unseen(
                    entity,
                    f"the page {shorten(path)} has no table or list of that name",
                    "keep the table there when it is empty",
                )

        await eventually(probe, within_seconds=scene.seconds)
        await log.wait_until_quiet(at_most_seconds=_QUIET_SECONDS)  # rows may come by a script
        await _check_empty(page, entity.plural)
    finally:
        await window.close()


async def _open_list(scene: Scene, page: Page, entity: Entity) -> str:
    pages, address, name = scene.run.pages, scene.subject.address, entity.plural
    if pages.needs_home(name):
        await page.goto(f"{address}/")
        links = await navigation_links(page)
        if name not in links:
            raise _unseen(
                entity,
                f"the home page's navigation offers {quoted(links)}",
                "give the page its path in ## Pages",
            )
        pages.learn(links)
    path = pages.known_path(name)
    response = await page.goto(address + path)
    if response is not None and response.status >= _REFUSED:
        said = f"the page {shorten(path)} answers with the error {response.status}"
        raise _unseen(entity, said, "give the page its path in ## Pages")
    return path


def _unseen(entity: Entity, said: str, remedy: str) -> StepFailedError:
    """Say why nobody can tell: what was not seen must not count as none."""
    return StepFailedError(
        f'Nothing shows whether there are any "{shorten(entity.plural)}": {said}. Put this step '
        f"below the sign-in if that is what the page asks for, {remedy}, or leave the step out."
    )


async def _lists(page: Page, name: str) -> int:
    return await by_roles(page, (*TABLE_ROLES, "list"), name).count()


async def _check_empty(page: Page, name: str) -> None:
    if await by_roles(page, TABLE_ROLES, name).count():
        rows = (await read_named_table(page, name)).rows
        if rows:
            raise StepFailedError(
                f"The product starts with {counted(len(rows), 'row')} there already: "
                f"| {' | '.join(map(shorten, rows[0]))} |."
            )
        return
    numbers = await read_each(by_roles(page, ("list",), name), COUNT_ITEMS)
    check_one(len(numbers), ("list",), name, word="list")
    if numbers[0]:
        raise StepFailedError(
            f"The product starts with {counted(numbers[0], 'item')} there already."
        )
