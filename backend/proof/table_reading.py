"""Reads a table of the page into headers and rows of text."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page

from backend.proof.apart import read, read_each
from backend.proof.errors import StepFailedError
from backend.proof.locate import by_roles, check_one
from backend.proof.page_reading import READ_TABLE
from backend.proof.words import quoted, shorten

TABLE_ROLES = ("table", "grid")


@dataclass(frozen=True, kw_only=True)
class ReadTable:
    """A table as a person reads it: the body's visible rows, cell by cell."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, header: str) -> int:
        """Return where a column stands; raise StepFailedError when there is none or are two."""
        number = self.headers.count(header)
        if number == 1:
            return self.headers.index(header)
        if number:
            raise StepFailedError(f'The table has {number} columns "{shorten(header)}".')
        raise StepFailedError(
            f'The table has no column "{shorten(header)}". Its columns are {quoted(self.headers)}.'
        )

    def cells(self, headers: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return each row's cells in these columns only."""
        columns = [self.column(header) for header in headers]
        return [
            tuple(row[column] if column < len(row) else "" for column in columns)
            for row in self.rows
        ]


async def read_table(table: Locator) -> ReadTable:
    """Read one table."""
    return _as_table(await read(table, READ_TABLE))


def _as_table(content: dict[str, Any]) -> ReadTable:
    return ReadTable(
        headers=tuple(content["headers"]), rows=tuple(tuple(row) for row in content["rows"])
    )


async def read_named_table(page: Page, name: str) -> ReadTable:
    """TABLE: read the one table or grid of this accessible name as it is now."""
    found = by_roles(page, TABLE_ROLES, name)
    contents = await read_each(found, READ_TABLE)
    check_one(len(contents), TABLE_ROLES, name, word="table")
    return _as_table(contents[0])
