"""Takes the rows out of a section that holds one table, and says what is wrong with its shape."""

from backend.blueprints import limits
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.sections import Row, Section


def rows_of(section: Section, columns: int, findings: Findings) -> list[Row]:
    """Return the rows of a section's one table; `columns` is how many it must have at least."""
    tables = section.tables
    if not tables:
        message = f"The section {quoted(section.title)} has no table."
        findings.error("BP012", section.line, message, "Write its table or delete the heading.")
        return []
    if len(tables) > 1:
        message = f"The section {quoted(section.title)} has a second table."
        findings.error("BP012", tables[1].header.line, message, "Join the two tables.")
    table = tables[0]
    if len(table.header.cells) < columns:
        message = f"The table needs at least {columns} columns."
        findings.error("BP012", table.header.line, message, "Add the missing column.")
        return []
    if len(table.rows) > limits.DECLARATIONS:
        message = f"The table has more than {limits.DECLARATIONS} rows."
        findings.error("BP000", table.header.line, message, "Shorten it.")
    return list(table.rows[: limits.DECLARATIONS])
