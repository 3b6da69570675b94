"""Lists as CSV files: written for spreadsheets, and read back as they write them."""

import csv
import io
import re
import sqlite3
from collections.abc import Iterable, Mapping

from app import checks, store
from app.entities import Entity
from app.fields import Field, File
from app.queries import Record

MOST_ROWS = 5_000
MOST_BYTES = 5 * 1024 * 1024
MOST_ERRORS = 20

# What a spreadsheet would run as a formula; plain numbers and phone numbers stay.
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s().+/-]*$)")


class CsvError(Exception):
    """Why a file was not imported: one sentence for each fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def write(entity: Entity, records: Iterable[Record]) -> str:
    """Write records under the names of their fields."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(defused(field.name) for field in entity.fields)
    for record in records:
        writer.writerow(defused(record.show(field)) for field in entity.fields)
    return text.getvalue()


def defused(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """Undo `defused`."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def load(entity: Entity, content: bytes) -> int:
    """Add every row as a new record, or none of them; return how many."""
    rows = read_rows(entity, content)
    with store.writing() as connection:
        faults = [
            f"Row {number}: {error}"
            for number, cells in rows
            for error in add(connection, entity, cells)
        ]
        if faults:
            raise CsvError(shortened(faults))
    return len(rows)


def add(
    connection: sqlite3.Connection, entity: Entity, cells: Mapping[str, str]
) -> Iterable[str]:
    """Keep one row, or return its errors."""
    filled = checks.with_defaults(entity, cells)
    checked = checks.check(connection, entity, filled, find=checks.link_by_title)
    if not checked.errors:
        store.insert(connection, entity, checked.values)
    return checked.errors.values()


def shortened(faults: list[str]) -> list[str]:
    """Name the first faults and say how many more there are."""
    more = len(faults) - MOST_ERRORS
    return faults[:MOST_ERRORS] + ([f"… and {more} more"] if more > 0 else [])


def read_rows(entity: Entity, content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Read the rows under their headings, with the numbers spreadsheets show."""
    text = decoded(content)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise CsvError([f"This is not a CSV file: {error}"]) from None
    if not lines or not any(lines[0]):
        raise CsvError(["The file does not begin with the names of the fields"])
    fields = headings(entity, lines[0])
    rows = [(n, line) for n, line in enumerate(lines[1:], start=2) if any(line)]
    if not rows:
        raise CsvError(["The file has no rows below the names of the fields"])
    check_shape(fields, rows)
    return [(n, cells_of(fields, line)) for n, line in rows]


def decoded(content: bytes) -> str:
    """Read UTF-8, or what older spreadsheets write."""
    if b"\0" in content:
        raise CsvError(["This is not a CSV file"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def headings(entity: Entity, names: list[str]) -> list[Field]:
    """Find the field of each heading."""
    faults, fields = [], []
    for name in names:
        field = entity.field_named(restored(name.strip()))
        if field is None:
            faults.append(f'There is no field called "{name}"')
        elif field in fields:
            faults.append(f'The heading "{name}" stands there twice')
        else:
            fields.append(field)
    if faults:
        known = ", ".join(field.name for field in entity.fields)
        raise CsvError([*faults, f"The headings can be: {known}"])
    return fields


def check_shape(fields: list[Field], rows: list[tuple[int, list[str]]]) -> None:
    """Refuse too many rows, and rows that do not fit their headings."""
    if len(rows) > MOST_ROWS:
        raise CsvError([f"At most {MOST_ROWS} rows can be imported at a time"])
    faults = [
        f"Row {number}: {len(line)} cells, but there are {len(fields)} headings"
        for number, line in rows
        if len(line) > len(fields)
    ]
    if faults:
        raise CsvError(shortened(faults))


def cells_of(fields: list[Field], line: list[str]) -> dict[str, str]:
    """Name the cells of a line; files cannot come from a CSV file."""
    pairs = zip(fields, line, strict=False)
    return {f.key: restored(c) for f, c in pairs if not isinstance(f, File)}
