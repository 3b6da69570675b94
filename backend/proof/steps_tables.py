"""Checks of tables: how many rows, which ones, and in which order."""

from backend.blueprints.blueprint import FieldType, Step
from backend.proof.errors import StepFailedError
from backend.proof.scene import Handler, Scene
from backend.proof.sorting import order_fault
from backend.proof.steps_checks import keep_absent
from backend.proof.table_reading import read_named_table
from backend.proof.waiting import eventually
from backend.proof.words import counted, shorten

_MOST_SHOWN = 6


async def count_rows(scene: Scene, step: Step) -> None:
    """C10: the body shows so many rows."""
    name, wanted = str(step.arguments[0]), int(step.arguments[1])
    page = await scene.page()

    async def probe() -> None:
        table = await read_named_table(page, name)
        if len(table.rows) != wanted:
            raise StepFailedError(
                f'The "{shorten(name)}" table shows {counted(len(table.rows), "row")}, not '
                f"{wanted}{_shown(list(table.rows))}"
            )

    await eventually(probe, within_seconds=scene.seconds)


async def contain_rows(scene: Scene, step: Step) -> None:
    """C11: each of these rows is there; two alike must be there twice."""
    name = str(step.arguments[0])
    headers, wanted = _expected(step)
    page = await scene.page()

    async def probe() -> None:
        left = (await read_named_table(page, name)).cells(headers)
        shown = list(left)
        for row in wanted:
            if row not in left:
                raise StepFailedError(
                    f'The "{shorten(name)}" table has no row {_row(row)}{_shown(shown)}'
                )
            left.remove(row)

    await eventually(probe, within_seconds=scene.seconds)


async def not_contain_rows(scene: Scene, step: Step) -> None:
    """C31: none of these rows is there, and none comes back."""
    name = str(step.arguments[0])
    headers, unwanted = _expected(step)
    page = await scene.page()

    async def probe() -> None:
        shown = (await read_named_table(page, name)).cells(headers)
        for row in unwanted:
            if row in shown:
                raise StepFailedError(f'The "{shorten(name)}" table has the row {_row(row)}.')

    await keep_absent(scene, probe)


async def equal_rows(scene: Scene, step: Step) -> None:
    """C12: exactly these rows in this order, in the named columns."""
    name = str(step.arguments[0])
    headers, wanted = _expected(step)
    page = await scene.page()

    async def probe() -> None:
        shown = (await read_named_table(page, name)).cells(headers)
        if shown != wanted:
            raise StepFailedError(f"{_difference(shorten(name), wanted, shown)}{_shown(shown)}")

    await eventually(probe, within_seconds=scene.seconds)


def _difference(name: str, wanted: list[tuple[str, ...]], shown: list[tuple[str, ...]]) -> str:
    if sorted(wanted) == sorted(shown):
        return f'The "{name}" table has these rows in another order'
    for number, (one, other) in enumerate(zip(wanted, shown, strict=False), start=1):
        if one != other:
            return f'Row {number} of the "{name}" table is not {_row(one)} but {_row(other)}'
    return f'The "{name}" table shows {counted(len(shown), "row")}, not {len(wanted)}'


async def be_sorted(scene: Scene, step: Step) -> None:
    """C13: the column rises."""
    await _check_order(scene, step, falling=False)


async def be_sorted_descending(scene: Scene, step: Step) -> None:
    """C14: the column falls."""
    await _check_order(scene, step, falling=True)


async def _check_order(scene: Scene, step: Step, *, falling: bool) -> None:
    name, header = map(str, step.arguments)
    page = await scene.page()
    field_type = _field_type(scene, name, header)

    async def probe() -> None:
        cells = (await read_named_table(page, name)).cells((header,))
        values = [cell for (cell,) in cells]
        fault = order_fault(values, field_type, falling=falling)
        if fault:
            raise StepFailedError(f'"{shorten(header)}" is not in order: {fault}.')

    await eventually(probe, within_seconds=scene.seconds)


def _field_type(scene: Scene, table: str, header: str) -> FieldType | None:
    """Return the type of the column's field, where the table is a list of the blueprint's data."""
    for entity in scene.run.blueprint.data.entities:
        if table.casefold() in (entity.plural.casefold(), entity.name.casefold()):
            return next((field.type for field in entity.fields if field.name == header), None)
    return None


def _expected(step: Step) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    headers, *body = step.table or ((),)
    if not headers or not body:
        raise StepFailedError("The table under the step has no rows: columns, then one row each.")
    return _plain(headers), [_plain(row) for row in body]


def _plain(row: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in row)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(shorten(cell) for cell in cells)} |"


def _shown(rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ". It shows no rows."
    more = f" and {len(rows) - _MOST_SHOWN} more" if len(rows) > _MOST_SHOWN else ""
    return f". It shows {' '.join(_row(row) for row in rows[:_MOST_SHOWN])}{more}."


TABLES: dict[str, Handler] = {
    "C10": count_rows,
    "C11": contain_rows,
    "C31": not_contain_rows,
    "C12": equal_rows,
    "C13": be_sorted,
    "C14": be_sorted_descending,
}
