"""Reads a Markdown table strictly, because lenient readers cut, pad and invent cells."""

import re

from backend.blueprints import limits
from backend.blueprints.findings import Findings
from backend.blueprints.sections import Row, Table
from backend.blueprints.source import Source

_RULE = "BP012"
_PIPE = re.compile(r"(?<!\\)\|")


def read_table(source: Source, span: tuple[int, int], findings: Findings) -> Table | None:
    """Read the lines that Markdown takes for one table; `span` is its first and last line."""
    first, last = span
    if last - first - 1 > limits.TABLE_ROWS:
        message = f"The table has more than {limits.TABLE_ROWS:,} rows."
        findings.error(_RULE, first, message, "Shorten it.")
        return None
    header = _row(source, first, findings)
    if header is None or not _has_good_header(header, findings):
        return None
    rows = [_row(source, number, findings) for number in range(first + 2, last + 1)]
    good = [row for row in rows if row and _fits(row, header, findings)]
    return Table(header=header, rows=tuple(good))


def _has_good_header(header: Row, findings: Findings) -> bool:
    if len(header.cells) > limits.TABLE_COLUMNS:
        message = f"The table has more than {limits.TABLE_COLUMNS} columns."
        findings.error(_RULE, header.line, message, "Leave some out.")
        return False
    names = [cell.casefold() for cell in header.cells]
    if "" in names or len(set(names)) < len(names):
        message = "The table's header has an empty cell or the same column twice."
        findings.error(_RULE, header.line, message, "Give each column a name of its own.")
        return False
    return True


def _fits(row: Row, header: Row, findings: Findings) -> bool:
    if len(row.cells) == len(header.cells):
        return True
    findings.error(
        _RULE,
        row.line,
        f"The row has {len(row.cells)} cells, the header has {len(header.cells)}.",
        r"Give it one cell for each column; write \| for a bar inside a cell.",
    )
    return False


def _row(source: Source, line: int, findings: Findings) -> Row | None:
    text = source.lines[line - 1].strip()
    if not text.startswith("|"):
        message = "The line right below the table would become a row of it."
        remedy = "Leave a blank line after the table, or begin the row with |."
        findings.error(_RULE, line, message, remedy)
        return None
    if len(text) < 2 or not _PIPE.match(text, len(text) - 1):  # noqa: PLR2004 - a bar at each end
        message = "The row does not end with |, so its last cell could be lost."
        findings.error(_RULE, line, message, "End the row with | and put nothing after it.")
        return None
    cells = _PIPE.split(text[1:-1])
    return Row(cells=tuple(cell.replace("\\|", "|").strip() for cell in cells), line=line)
