"""Checks of fields and values: what they hold, their state and the errors they show."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page

from backend.blueprints.blueprint import Step
from backend.proof import locate
from backend.proof.apart import read, read_each, read_page
from backend.proof.errors import AmbiguousNameError, StepFailedError
from backend.proof.locate import CLICKED, FIELDS, by_roles
from backend.proof.page_reading import READ_BESIDE, READ_ERRORS, READ_FIELD, READ_TEXT
from backend.proof.scene import Handler, Scene
from backend.proof.waiting import eventually
from backend.proof.words import counted, quoted, shorten

_IS_INVALID = """el => el.getAttribute('aria-invalid') === 'true'
  || (el.willValidate === true && el.matches(':invalid'))"""
_IS_REQUIRED = "el => el.required === true || el.getAttribute('aria-required') === 'true'"
_IS_SELECTED = """el => el.selected === true || el.getAttribute('aria-selected') === 'true'
  || (el.type === 'radio' && el.checked)"""
_IS_CHECKED = "el => (el.checked ?? el.getAttribute('aria-checked') === 'true') === true"
_IS_EMPTY = "el => 'value' in el ? el.value === '' : el.textContent.trim() === ''"
# Each state: a question to the element, and the answer that is wanted.
_STATES: dict[str, tuple[str, bool]] = {
    "checked": (_IS_CHECKED, True),
    "ticked": (_IS_CHECKED, True),
    "unchecked": (_IS_CHECKED, False),
    "unticked": (_IS_CHECKED, False),
    "focused": ("el => document.activeElement === el || el.matches(':focus')", True),
    "required": (_IS_REQUIRED, True),
    "optional": (_IS_REQUIRED, False),
    "empty": (_IS_EMPTY, True),
    "selected": (_IS_SELECTED, True),
    "expanded": ("el => el.getAttribute('aria-expanded') === 'true'", True),
    "collapsed": ("el => el.getAttribute('aria-expanded') === 'false'", True),
    "invalid": (_IS_INVALID, True),
    "valid": (_IS_INVALID, False),
}


async def have_value(scene: Scene, step: Step) -> None:
    """C06: the field's value, or what stands beside that name, is exactly this."""
    await _compare(scene, step, lambda value, wanted: value == wanted, "")


async def contain_value(scene: Scene, step: Step) -> None:
    """C30: the field's value, or what stands beside that name, contains this."""
    await _compare(scene, step, lambda value, wanted: wanted in value, " with that in it")


async def _compare(
    scene: Scene, step: Step, holds: Callable[[str, str], bool], manner: str
) -> None:
    name, wanted = (" ".join(str(argument).split()) for argument in step.arguments)
    page = await scene.page()

    async def probe() -> None:
        value = await value_of(page, name)
        if not holds(" ".join(value.split()), wanted):
            raise StepFailedError(
                f'"{shorten(name)}" is "{shorten(value)}", not "{shorten(wanted)}"{manner}.'
            )

    await eventually(probe, within_seconds=scene.seconds)


async def value_of(page: Page, name: str) -> str:
    """Return the value that bears this name; raise StepFailedError when none or several do."""
    found = await read_each(locate.fields(page, name), READ_FIELD)
    if len(found) == 1:
        return _field_value(found[0], name)
    if found:
        raise AmbiguousNameError(
            f'There are {counted(len(found), "field")} named "{shorten(name)}" on the page.'
        )
    values = await _values_beside(page, name)
    if len(values) == 1:
        return values[0]
    if values:
        raise AmbiguousNameError(
            f'"{shorten(name)}" has several values on the page: {quoted(values)}.'
        )
    raise StepFailedError(f'The page shows no value named "{shorten(name)}".', offers=FIELDS)


def _field_value(found: tuple[str, str], name: str) -> str:
    kind, value = found
    if kind == "toggle":
        raise StepFailedError(
            f'"{shorten(name)}" is a checkbox: write \'"{shorten(name)}" should be ticked\' or '
            "'should be unticked'."
        )
    return str(value)


async def _values_beside(page: Page, name: str) -> list[str]:
    """Return the chosen radio, else what is labelled with the name, else what stands beside it."""
    groups = by_roles(page, ("radiogroup", "group"), name)
    chosen = groups.get_by_role("radio", checked=True)
    if await chosen.count():
        return [str(await read(radio, _LABEL)) for radio in await chosen.all()]
    labelled = page.get_by_label(name, exact=True).filter(visible=True)
    if await labelled.count():
        return [str(await read(one, READ_TEXT)) for one in await labelled.all()]
    return [str(text) for text in await read_page(page, READ_BESIDE, name)]


_LABEL = """el => (el.getAttribute('aria-label')
  || (el.labels && el.labels.length ? el.labels[0].textContent : el.textContent) || '').trim()"""


async def have_state(scene: Scene, step: Step) -> None:
    """C07: a control is in this state."""
    name, state = map(str, step.arguments)
    page = await scene.page()
    probe: Callable[[], Awaitable[None]]
    if state == "hidden":

        async def probe() -> None:
            if await _any_of(page, name).count():
                raise StepFailedError(f'"{shorten(name)}" is visible.')

        await eventually(probe, within_seconds=scene.seconds)
        scene.absences.hold(scene.step_number, probe)
        return
    await eventually(lambda: _check_state(page, name, state), within_seconds=scene.seconds)


async def _check_state(page: Page, name: str, state: str) -> None:
    found = await _control(page, name)
    try:
        holds = await _is_in_state(found, state)
    except PlaywrightError as error:
        if "Error: " not in error.message:
            raise
        holds = False
    if not holds:
        raise StepFailedError(f'"{shorten(name)}" is not {state}.')


async def _is_in_state(found: Locator, state: str) -> bool:
    if state == "visible":
        return await found.is_visible()
    if state in ("enabled", "disabled"):
        return await found.is_enabled() == (state == "enabled")
    if state == "read-only":
        return not await found.is_editable()
    question, wanted = _STATES[state]
    return bool(await read(found, question)) == wanted


async def _control(page: Page, name: str) -> Locator:
    """RESOLVE or FIELD: by role, then as a field, then by label or text."""
    found = await locate.clickable(page, name)
    if found is None and await locate.fields(page, name).count():
        found = await locate.one_field(page, name)
    found = found or await locate.labelled_or_text(page, name)
    if found is None:
        raise StepFailedError(
            f'The page shows nothing named "{shorten(name)}".',
            offers=tuple(dict.fromkeys((*CLICKED, *FIELDS, "option"))),
        )
    return found


def _any_of(page: Page, name: str) -> Locator:
    controls = by_roles(page, CLICKED, name).or_(locate.fields(page, name))
    return controls.or_(page.get_by_text(name, exact=True)).filter(visible=True)


async def show_error(scene: Scene, step: Step) -> None:
    """C08: the field says what is wrong with it."""
    name, wanted = (" ".join(str(argument).split()) for argument in step.arguments)
    page = await scene.page()

    async def probe() -> None:
        found = await _field_or_file(page, name)
        errors, own_words = await read(found, READ_ERRORS)
        if any(wanted in error for error in errors):
            return
        said = f'"{shorten(name)}" shows {quoted(errors)}, not the error "{shorten(wanted)}".'
        if not errors and own_words:
            said += f' Only the browser itself objects: "{shorten(own_words)}".'
        raise StepFailedError(said)

    await eventually(probe, within_seconds=scene.seconds)


async def _field_or_file(page: Page, name: str) -> Locator:
    files = page.get_by_label(name, exact=True).and_(page.locator("input[type=file]"))
    if await files.count() == 1:
        return files
    groups = by_roles(page, ("radiogroup", "group"), name)
    if not await locate.fields(page, name).count() and await groups.count() == 1:
        return groups
    return await locate.one_field(page, name)


FIELD_CHECKS: dict[str, Handler] = {
    "C06": have_value,
    "C30": contain_value,
    "C07": have_state,
    "C08": show_error,
}
