"""The rules of every record: one place for forms, imports and seeds."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from app import store
from app.entities import Entity
from app.fields import Field, File, Refused, Value
from app.files import LARGEST_FILE_BYTES, Upload
from app.model import BY_KEY

Cell = str | Upload  # what one control sends
REMOVED = "\0removed"  # the cell of a file that is to go
Find = Callable[[sqlite3.Connection, Field, str], Value]


class Checked:
    """The outcome of a check: the values to store, and what is wrong, by field key."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.errors: dict[str, str] = {}


def check(
    connection: sqlite3.Connection,
    entity: Entity,
    cells: Mapping[str, Cell],
    *,
    find: Find,
    record_id: int | None = None,
) -> Checked:
    """Read a record's cells by the rules of its entity; `find` reads links."""
    before = store.find(connection, entity, record_id) if record_id else None
    checked = Checked()
    for field in entity.fields:
        old = before[field.key] if before else None
        try:
            value = read(
                connection, field, cells.get(field.key, ""), find=find, old=old
            )
            checked.values[field.key] = value
            if field.unique and value is not None:
                taken = store.is_taken(
                    connection, entity, field, value=value, besides=record_id
                )
                if taken:
                    raise Refused("is already taken")
        except Refused as refusal:
            checked.errors[field.key] = f"{field.name} {refusal}"
    return checked


def read(
    connection: sqlite3.Connection, field: Field, cell: Cell, *, find: Find, old: Value
) -> Value:
    """Read one cell; a value that stays as it was is always accepted."""
    if isinstance(field, File):
        return read_file(field, cell, old)
    text = cell if isinstance(cell, str) else ""
    if old is not None and field.show(old) == text:
        return old
    if field.links_to and field.clean(text):
        return find(connection, field, field.clean(text))
    return field.read(text)


def read_file(field: Field, cell: Cell, old: Value) -> Value:
    """Take an upload, or leave the file that is there."""
    if isinstance(cell, Upload) and len(cell.content) > LARGEST_FILE_BYTES:
        raise Refused(f"must be at most {LARGEST_FILE_BYTES // 1024**2} MB")
    if cell == REMOVED:
        cell, old = "", None
    # a seed names a file without bringing its content
    value = Upload(cell, b"") if isinstance(cell, str) and cell else cell or old
    if value is None and field.required:
        raise Refused("is required")
    return value


def link_by_number(connection: sqlite3.Connection, field: Field, text: str) -> Value:
    """Find a link's record as forms send it."""
    number = field.parse(text)
    if store.find(connection, BY_KEY[field.links_to], number) is None:
        raise Refused("must be one of the choices")
    return number


def link_by_title(connection: sqlite3.Connection, field: Field, text: str) -> Value:
    """Find a link's record as people write it."""
    target = BY_KEY[field.links_to]
    found = store.titled(connection, target, text)
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} {target.plural} are" if found else f"no {target.name} is"
    raise Refused(f'must be one of the choices: {what} called "{text}"')


def with_defaults(entity: Entity, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Fill the cells that are absent, as a new form would."""
    filled: dict[str, Any] = {}
    for field in entity.fields:
        cell = cells.get(field.key)
        # A choice that starts as something has no blank on the form either.
        is_absent = cell is None or (field.choices and not cell)
        filled[field.key] = field.default() if is_absent else cell
    return filled
