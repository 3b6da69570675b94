"""Actions on forms: filling, choosing, ticking and uploading."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page

from backend.blueprints.blueprint import Step
from backend.proof import locate
from backend.proof.apart import read, read_each
from backend.proof.errors import AmbiguousNameError, StepFailedError
from backend.proof.locate import by_role, by_roles
from backend.proof.scene import Handler, Scene
from backend.proof.uploads import upload
from backend.proof.waiting import eventually
from backend.proof.words import plain, quoted, shorten

_KIND = """el => {
  const role = el.getAttribute('role');
  if (el.matches('select')) return 'select';
  if (el.matches('input[type=file]')) return 'file';
  if (el.matches('input[type=checkbox]') || role === 'checkbox' || role === 'switch') return 'tick';
  if (el.matches('input[type=radio]') || role === 'radio') return 'radio';
  if (el.matches('input[type=datetime-local]')) return 'moment';
  if (['date', 'time', 'month', 'week', 'color', 'range'].includes(el.type)) return 'typed';
  if (el.matches('input[list]')) return 'text';
  if (role === 'listbox') return 'listbox';
  if (role === 'combobox' && !el.matches('input, textarea')) return 'combobox';
  return 'text';
}"""
_OPTIONS = """select => [...select.options].map(o => o.label.replace(/\\s+/g, ' ').trim())"""
_TICKED = {"yes": True, "true": True, "on": True, "ticked": True, "checked": True}
_NOT_TICKED = {"no": False, "false": False, "off": False, "unticked": False, "unchecked": False}


async def fill_in(scene: Scene, step: Step) -> None:
    """A05: put a text into the field of this name."""
    name, value = map(str, step.arguments)
    await _fill_named(scene, name, value)


async def fill_in_all(scene: Scene, step: Step) -> None:
    """A06: one line for each field, without a header; each is filled as its kind asks for."""
    for line in step.table or ():
        if len(line) != 2:  # noqa: PLR2004  # label and value
            raise StepFailedError("Each line of the table names a field and its value.")
        await _enter(scene, *line)


async def clear(scene: Scene, step: Step) -> None:
    """A07: empty the field."""
    await _fill_named(scene, str(step.arguments[0]), "")


async def choose(scene: Scene, step: Step) -> None:
    """A08: choose by what is written on the option."""
    value, name = map(str, step.arguments)
    page = await scene.page()
    kind = await eventually(lambda: _kind_of(page, name), within_seconds=scene.seconds)
    await _choose(scene, name, value, kind)


async def tick(scene: Scene, step: Step) -> None:
    """A09: tick a checkbox or switch."""
    await _set_ticked(scene, str(step.arguments[0]), ticked=True)


async def untick(scene: Scene, step: Step) -> None:
    """A10: take the tick away."""
    await _set_ticked(scene, str(step.arguments[0]), ticked=False)


async def upload_file(scene: Scene, step: Step) -> None:
    """A11: give a file to the field of this label."""
    file_name, name = map(str, step.arguments)
    await _upload(scene, name, file_name)


async def _enter(scene: Scene, name: str, value: str) -> None:
    page = await scene.page()
    kind = await eventually(lambda: _kind_of(page, name), within_seconds=scene.seconds)
    if kind in ("select", "radio", "group", "listbox", "combobox"):
        await _choose(scene, name, value, kind)
    elif kind == "tick":
        await _set_ticked(scene, name, ticked=_is_ticked(name, value))
    elif kind == "file":
        await _upload(scene, name, value)
    else:
        await _fill(scene, locate.fields(page, name), name, value, kind)


async def _kind_of(page: Page, name: str) -> str:
    """Return what sort of field bears this name: one control, a group of radios or a file."""
    kinds: list[str] = list(await read_each(locate.fields(page, name), _KIND))
    if len(kinds) == 1:
        return kinds[0]
    if not kinds and await _radio_group(page, name).count() == 1:
        return "group"
    if not kinds and await _file_fields(page, name).count() == 1:
        return "file"
    locate.check_one_field(len(kinds), name)
    return ""


def _is_ticked(name: str, value: str) -> bool:
    known = _TICKED | _NOT_TICKED
    if value.casefold() not in known:
        raise StepFailedError(f'"{shorten(name)}" is a checkbox: its value is "yes" or "no".')
    return known[value.casefold()]


async def _fill_named(scene: Scene, name: str, value: str) -> None:
    """Fill in what is there under this name; a file or a group of radios is no field for text."""
    page = await scene.page()
    kind = await eventually(lambda: _kind_of(page, name), within_seconds=scene.seconds)
    if kind in ("file", "group"):
        raise StepFailedError(f'"{shorten(name)}" is not a field for text.')
    await _fill(scene, locate.fields(page, name), name, value, kind)


async def _fill(scene: Scene, found: Locator, name: str, value: str, kind: str) -> None:
    try:
        if kind == "moment":
            value = value.strip().replace(" ", "T")
        await found.fill(value, timeout=scene.seconds * 1000)
        if kind in ("moment", "typed") and await found.input_value() != value.strip():
            # The browser drops what is no date without a word.
            raise StepFailedError(
                f'"{shorten(name)}" does not take "{shorten(value)}": it is a field for a '
                "date, a time or the like, such as 2026-03-02."
            )
    except PlaywrightError as error:
        reason = plain(error)
        if "is not an <input>" in error.message or "cannot be filled" in error.message:
            reason = "It is not a field for text."
        raise StepFailedError(
            f'"{shorten(name)}" could not be filled with "{shorten(value)}". {reason}'
        ) from error


async def _choose(scene: Scene, name: str, value: str, kind: str) -> None:
    page = await scene.page()
    if kind == "group":
        radio = by_role(_radio_group(page, name), "radio", value)
        await _wait_for_option(scene, radio, name, value)
        await radio.check(timeout=scene.seconds * 1000)
        return
    found = locate.fields(page, name)
    ways: dict[str, Callable[[], Awaitable[None]]] = {
        "select": lambda: _select(scene, found, name, value),
        "listbox": lambda: _click_option(scene, by_role(found, "option", value), name, value),
        "combobox": lambda: _open_and_choose(scene, found, name, value),
        "text": lambda: _open_and_choose(scene, found, name, value),
    }
    if kind not in ways:
        raise StepFailedError(f'"{shorten(name)}" is not a field to choose from.')
    await ways[kind]()


def _radio_group(page: Page, name: str) -> Locator:
    groups = by_roles(page, ("radiogroup", "group"), name)
    return groups.filter(has=page.get_by_role("radio"))


def _file_fields(page: Page, name: str) -> Locator:
    """Find a file field by its label: its role is that of a button."""
    return page.get_by_label(name, exact=True).and_(page.locator("input[type=file]"))


async def _select(scene: Scene, found: Locator, name: str, value: str) -> None:
    wanted = " ".join(value.split())

    async def probe() -> int:
        options: list[str] = await read(found, _OPTIONS)
        if options.count(wanted) == 1:
            return options.index(wanted)
        shown = quoted(option for option in options if option)
        if wanted in options:
            raise AmbiguousNameError(f'"{shorten(name)}" offers "{shorten(value)}" several times.')
        raise StepFailedError(f'"{shorten(name)}" offers no "{shorten(value)}", but {shown}.')

    index = await eventually(probe, within_seconds=scene.seconds)
    try:
        await found.select_option(index=index, timeout=scene.seconds * 1000)
    except PlaywrightError as error:
        raise StepFailedError(
            f'"{shorten(value)}" could not be chosen from "{shorten(name)}". {plain(error)}'
        ) from error


async def _open_and_choose(scene: Scene, found: Locator, name: str, value: str) -> None:
    """Open a list that the product drew itself, or take a suggestion of a text field."""
    if await read(found, "el => el.matches('input[list]')"):
        await _fill(scene, found, name, value, "text")
        return
    await found.click(timeout=scene.seconds * 1000)
    await _click_option(scene, by_role(await scene.page(), "option", value), name, value)


async def _click_option(scene: Scene, option: Locator, name: str, value: str) -> None:
    await _wait_for_option(scene, option, name, value)
    await option.click(timeout=scene.seconds * 1000)


async def _wait_for_option(scene: Scene, option: Locator, name: str, value: str) -> None:
    async def probe() -> None:
        number = await option.count()
        if number > 1:
            raise AmbiguousNameError(f'"{shorten(name)}" offers "{shorten(value)}" several times.')
        if number == 0:
            raise StepFailedError(
                f'"{shorten(name)}" offers no "{shorten(value)}".', offers=("option", "radio")
            )

    await eventually(probe, within_seconds=scene.seconds)


async def _set_ticked(scene: Scene, name: str, *, ticked: bool) -> None:
    page = await scene.page()
    found = await locate.named(
        page, ("checkbox", "switch"), name, word="checkbox", within_seconds=scene.seconds
    )
    try:
        await found.set_checked(ticked, timeout=scene.seconds * 1000)
    except PlaywrightError as error:
        verb = "ticked" if ticked else "unticked"
        raise StepFailedError(f'"{shorten(name)}" could not be {verb}. {plain(error)}') from error


async def _upload(scene: Scene, name: str, file_name: str) -> None:
    payload = upload(file_name, scene.files)
    page = await scene.page()

    async def probe() -> Locator:
        found = _file_fields(page, name)
        number = await found.count()
        if number == 1:
            return found
        if number:
            raise AmbiguousNameError(f'There are {number} file fields "{shorten(name)}".')
        raise StepFailedError(
            f'The page shows no file field "{shorten(name)}".', offers=("button", "textbox")
        )

    found = await eventually(probe, within_seconds=scene.seconds)
    await found.set_input_files(payload, timeout=scene.seconds * 1000)


FORMS: dict[str, Handler] = {
    "A05": fill_in,
    "A06": fill_in_all,
    "A07": clear,
    "A08": choose,
    "A09": tick,
    "A10": untick,
    "A11": upload_file,
}
