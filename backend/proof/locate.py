"""Finds things on a page the way people do: by role and name, never by taking the first of many."""

from functools import reduce
from typing import TypeAlias

from playwright.async_api import Locator, Page

from backend.proof.errors import AmbiguousNameError, StepFailedError
from backend.proof.waiting import eventually
from backend.proof.words import counted, shorten

Scope: TypeAlias = Page | Locator

CLICKED = ("button", "link", "menuitem", "tab", "switch", "checkbox")
FIELDS = (
    *("textbox", "combobox", "spinbutton", "searchbox", "listbox", "slider"),
    *("checkbox", "radio", "switch"),
)
ROLES = {
    "heading": ("heading",),
    "button": ("button",),
    "link": ("link",),
    "checkbox": ("checkbox",),
    "radio button": ("radio",),
    "field": FIELDS,
    "image": ("img",),
    "table": ("table", "grid"),
    "list": ("list",),
    "dialog": ("dialog", "alertdialog"),
    "tab": ("tab",),
    "menu item": ("menuitem",),
    "option": ("option",),
    "region": ("region",),
    "form": ("form",),
    "progress bar": ("progressbar",),
    "slider": ("slider",),
    "switch": ("switch",),
}
REGIONS = {
    "section": ("region",),
    "form": ("form",),
    "dialog": ("dialog", "alertdialog"),
    "table": ("table", "grid"),
    "list": ("list",),
    "card": ("article", "listitem", "group"),
    "menu": ("menu",),
    "navigation": ("navigation",),
    "banner": ("banner",),
    "region": ("region",),
    "panel": ("tabpanel", "region"),
    "group": ("group", "radiogroup"),
}
_CONTROLS = "input, select, textarea, [contenteditable=true]"
_WORDS = {"radiogroup": "group", "menuitem": "menu item", "gridcell": "cell"}


def by_roles(scope: Scope, roles: tuple[str, ...], name: str) -> Locator:
    """Everything of these roles with exactly this accessible name."""
    found = [by_role(scope, role, name) for role in roles]
    return reduce(lambda one, other: one.or_(other), found)


def by_role(scope: Scope, role: str, name: str) -> Locator:
    """Everything of one role with exactly this accessible name."""
    return scope.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]  # roles are data


def fields(scope: Scope, name: str) -> Locator:
    """FIELD: form controls by role and exact name, or by exact label where they have no role.

    Roles come first: the text of `<label>Country <select>` holds the options too (measured).
    """
    labelled = scope.get_by_label(name, exact=True).and_(_page(scope).locator(_CONTROLS))
    return by_roles(scope, FIELDS, name).or_(labelled.filter(visible=True))


def rows(scope: Scope, name: str) -> Locator:
    """ROW: rows with a cell or a row header of exactly this name."""
    cells = by_roles(_page(scope), ("cell", "rowheader", "gridcell"), name)
    return scope.get_by_role("row").filter(has=cells)


async def resolve(scope: Scope, name: str, *, within_seconds: float) -> Locator:
    """RESOLVE: the one thing that is clicked by this name."""

    async def probe() -> Locator:
        found = await clickable(scope, name) or await labelled_or_text(scope, name)
        if found is None:
            raise StepFailedError(
                f'The page shows nothing named "{shorten(name)}" to press.', offers=CLICKED
            )
        return found

    return await eventually(probe, within_seconds=within_seconds)


async def clickable(scope: Scope, name: str) -> Locator | None:
    """Return the one button, link and so on of this name; the first role that has any decides."""
    everything = by_roles(scope, CLICKED, name)
    total = await everything.count()
    if total <= 1:
        return everything if total else None
    for role in CLICKED:
        found = by_role(scope, role, name)
        number = await found.count()
        if number:
            return _only(found, number, name=name, word=_WORDS.get(role, role))
    return None


async def labelled_or_text(scope: Scope, name: str) -> Locator | None:
    """Return what has this exact label, else this exact text."""
    for found in (scope.get_by_label(name, exact=True), scope.get_by_text(name, exact=True)):
        seen = found.filter(visible=True)
        number = await seen.count()
        if number:
            return _only(seen, number, name=name, word="thing")
    return None


async def one_field(scope: Scope, name: str) -> Locator:
    """Return FIELD(name) as it is now; raise StepFailedError when there is none or are several."""
    found = fields(scope, name)
    check_one_field(await found.count(), name)
    return found


def check_one_field(number: int, name: str) -> None:
    """Raise StepFailedError when there is no field of that name or are several."""
    if number == 0:
        raise StepFailedError(f'The page shows no field "{shorten(name)}".', offers=FIELDS)
    if number > 1:
        raise AmbiguousNameError(
            f'There are {number} fields named "{shorten(name)}" on the page; '
            "a field's name must be its own."
        )


async def row(scope: Scope, name: str, *, within_seconds: float) -> Locator:
    """ROW: wait for the one row that holds a cell of this name."""

    async def probe() -> Locator:
        found = rows(scope, name)
        number = await found.count()
        if number == 0:
            raise StepFailedError(
                f'The page shows no row with a cell "{shorten(name)}".', offers=("row",)
            )
        if number > 1:
            raise AmbiguousNameError(
                f'There are {number} rows with a cell "{shorten(name)}". '
                "Name a cell that only one row has."
            )
        return found

    return await eventually(probe, within_seconds=within_seconds)


async def named(
    scope: Scope, roles: tuple[str, ...], name: str, *, word: str, within_seconds: float
) -> Locator:
    """Wait for the one thing of these roles with this name; `word` is what people call it."""
    return await eventually(
        lambda: one_named(scope, roles, name, word=word), within_seconds=within_seconds
    )


async def one_named(scope: Scope, roles: tuple[str, ...], name: str, *, word: str) -> Locator:
    """Return the one thing of these roles with this name as it is now."""
    found = by_roles(scope, roles, name)
    check_one(await found.count(), roles, name, word=word)
    return found


def check_one(number: int, roles: tuple[str, ...], name: str, *, word: str) -> None:
    """Raise StepFailedError when there is nothing of that name or are several."""
    if number == 0:
        raise StepFailedError(f'The page shows no {word} "{shorten(name)}".', offers=roles)
    _check_single(number, name=name, word=word)


def _only(found: Locator, number: int, *, name: str, word: str) -> Locator:
    _check_single(number, name=name, word=word)
    return found


def _check_single(number: int, *, name: str, word: str) -> None:
    if number > 1:
        raise AmbiguousNameError(
            f'"{shorten(name)}" is ambiguous: the page has {counted(number, word)} of that name. '
            f'Write which one, such as: I press "{shorten(name)}" in the row "…".'
        )


def _page(scope: Scope) -> Page:
    return scope if isinstance(scope, Page) else scope.page
