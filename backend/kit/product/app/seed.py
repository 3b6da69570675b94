"""Loads records from JSON on standard input: `python -m app seed`.

    {"entity": "Repair", "rows": [{"Bicycle": "Red tandem", "Customer": "Ada"}]}

Names are those that people see, cells are as a form takes them, links are given by
title, and fields that a row leaves out start as on a new form. Either every row is
kept or none.
"""

import json
import sqlite3
import sys
from collections.abc import Mapping
from typing import Any

from app import checks, store
from app.entities import Entity
from app.model import ENTITIES


class SeedError(Exception):
    """What is wrong with the rows, in words for the person who wrote them."""


def main(arguments: list[str]) -> int:
    """Read standard input; say on standard error what is wrong."""
    del arguments
    try:
        load(json.load(sys.stdin))
    except (SeedError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def load(document: Any) -> None:
    """Keep the rows of one document, or of a list of them."""
    store.prepare()
    with store.writing() as connection:
        for part in document if isinstance(document, list) else [document]:
            load_rows(connection, part)


def load_rows(connection: sqlite3.Connection, part: Any) -> None:
    """Keep the rows of one entity."""
    rows = part.get("rows") if isinstance(part, dict) else None
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise SeedError('Expected {"entity": "…", "rows": [{…}]}')
    entity = entity_named(str(part.get("entity")))
    for number, row in enumerate(rows, start=1):
        try:
            add(connection, entity, cells_of(entity, row))
        except SeedError as error:
            raise SeedError(f"{entity.name}, row {number}: {error}") from None


def entity_named(name: str) -> Entity:
    """Find an entity by its name or its plural."""
    by_name = {e.plural: e for e in ENTITIES} | {e.name: e for e in ENTITIES}
    if name not in by_name:
        raise SeedError(f"There is no entity {name!r}")
    return by_name[name]


def cells_of(entity: Entity, row: Mapping[str, Any]) -> dict[str, checks.Cell]:
    """Turn a row by field names into cells by field keys."""
    cells: dict[str, checks.Cell] = {}
    for name, cell in row.items():
        field = entity.field_named(name)
        if field is None:
            raise SeedError(f"{entity.name} has no field {name!r}")
        if isinstance(cell, bool):
            cell = "Yes" if cell else "No"
        cells[field.key] = "" if cell is None else str(cell)
    return cells


def add(
    connection: sqlite3.Connection, entity: Entity, cells: Mapping[str, checks.Cell]
) -> int:
    """Check one record by the rules of the forms and keep it."""
    checked = checks.check(
        connection,
        entity,
        checks.with_defaults(entity, cells),
        find=checks.link_by_title,
    )
    if checked.errors:
        raise SeedError("; ".join(checked.errors.values()))
    return store.insert(connection, entity, checked.values)
