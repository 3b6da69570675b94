"""Looks at the raw lines of a scenario block for what the Gherkin parser lets pass."""

import re
from dataclasses import dataclass

from backend.blueprints.findings import Findings, quoted
from backend.blueprints.sections import Fence

_KEYWORD = r"(?:Given|When|Then|And|But|\*|Scenario(?: Outline| Template)?:|Examples?:|Background:)"
_INVISIBLE = re.compile("[\u00a0\u00ad\u200b\u2007\u202f\u2060\ufeff]")
_CURLY_DOUBLE = re.compile("[\u201c\u201d\u201e\u201f\u00ab\u00bb]")
_CURLY_ANY = re.compile("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb]")
_TAB = re.compile(rf"\s*{_KEYWORD}\t")
_SWITCHED_OFF = re.compile(rf"\s*#+\s*(?:{_KEYWORD}(?:\s|$)|\||@[a-z])", re.IGNORECASE)
_HEADING = re.compile(r"\s*#{2,6} ")
_LANGUAGE = re.compile(r"\s*#\s*language\s*:")
_FOREIGN = re.compile(r"\s*(?:Feature|Rule|Ability|Business Need):")
_DASHES = re.compile(r"\s*\|(?:\s*:?-{2,}:?\s*\|)+\s*")
_BAR = re.compile(r"(?<!\\)\|")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class LineReport:
    """Which lines are inside doc strings, and which must not reach the parser."""

    documents: dict[int, int]  # opening line -> closing line
    unreadable: frozenset[int]
    mended_rows: dict[int, str]  # blamed rows, brought into the shape of their table

    def readable(self, line: int, text: str) -> str:
        """Return what the parser may read of a line."""
        return "" if line in self.unreadable else self.mended_rows.get(line, text)


def report_lines(fence: Fence, findings: Findings) -> LineReport:
    """Report what is visible on single lines and find the doc strings."""
    lines = dict(enumerate(fence.content.removesuffix("\n").split("\n"), start=fence.first_line))
    documents = _documents(lines, findings)
    inside = {n for first, last in documents.items() for n in range(first, last + 1)}
    outside = {number: line for number, line in lines.items() if number not in inside}
    mended_rows = _report_tables(outside, findings)
    unreadable = {n for n, line in outside.items() if _is_unreadable(n, line, findings)}
    for number, line in outside.items():
        _report_characters(number, line, findings)
        _report_switched_off(number, line, findings)
    return LineReport(documents, frozenset(unreadable), mended_rows)


def _documents(lines: dict[int, str], findings: Findings) -> dict[int, int]:
    documents: dict[int, int] = {}
    opened, mark = 0, ""
    for number, line in lines.items():
        text = line.strip()
        if opened:
            if text.startswith(mark):
                documents[opened], opened = number, 0
        elif text.startswith(('"""', "```")):
            opened, mark = number, text[:3]
            if mark == "```":
                message = "The long text begins with backticks, which can close the block."
                findings.error("BP014", number, message, 'Begin and end it with """ instead.')
    if opened:
        documents[opened] = max(lines)
        message = "The long text is never closed."
        findings.error("BP003", opened, message, 'End it with """ on a line of its own.')
    return documents


def _is_unreadable(number: int, line: str, findings: Findings) -> bool:
    if _LANGUAGE.match(line):
        message = "A language line has no effect here: steps are in English."
    elif _DASHES.fullmatch(line.rstrip()):
        message = "The row of dashes would be read as data."
        remedy = "Delete it: tables below a step have no separator row."
        findings.error("BP012", number, message, remedy)
        return True
    elif _FOREIGN.match(line):
        message = f"{quoted(line)} does not belong in a block: the ## heading says it already."
    else:
        return False
    findings.error("BP020", number, message, "Delete the line.")
    return True


def _report_characters(number: int, line: str, findings: Findings) -> None:
    hidden = _INVISIBLE.search(line)
    if hidden:
        message = f"The line holds an invisible character (U+{ord(hidden.group()):04X})."
        findings.error("BP021", number, message, "Delete it and type a plain space if needed.")
    elif _TAB.match(line):
        message = "A tab follows the keyword, so the step would be dropped."
        findings.error("BP021", number, message, "Put one space after the keyword.")
    elif not line.lstrip().startswith(("#", "|")):
        _report_quotes(number, line, findings)


def _report_quotes(number: int, line: str, findings: Findings) -> None:
    rest = _STRING.sub("", line)
    is_title = re.match(r"\s*(?:Scenario|Example)", line)
    curly = (_CURLY_DOUBLE if is_title else _CURLY_ANY).search(rest)
    if curly:
        message = f"The line has the curly quote {curly.group()} in place of a straight one."
        remedy = 'Type " anew; word processors make curly quotes by themselves.'
        findings.error("BP021", number, message, remedy)


def _report_switched_off(number: int, line: str, findings: Findings) -> None:
    if _HEADING.match(line):
        message = f"The heading {quoted(line)} stands inside a block, where it is only a comment."
        findings.error("BP022", number, message, "Close the block above it.")
    elif _SWITCHED_OFF.match(line):
        message = f"{quoted(line)} is switched off by #."
        remedy = "Delete the line, or tag the whole scenario @wip."
        findings.error("BP022", number, message, remedy)


def _report_tables(lines: dict[int, str], findings: Findings) -> dict[int, str]:
    """Blame rows out of shape; return them mended, so that the rest can still be read."""
    mended: dict[int, str] = {}
    width = above = 0
    for number, line in lines.items():
        text = line.strip()
        if not text.startswith("|"):
            width = 0 if text and not text.startswith("#") else width
            continue
        if _DASHES.fullmatch(line.rstrip()):
            continue
        if width and above < number - 1:
            _report_gap(number, findings)
        above = number
        cells = _cells(number, text, findings)
        width = width or len(cells)
        if len(cells) != width:
            message = f"The row has {len(cells)} cells, the first row has {width}."
            remedy = r"Give it one cell for each column; write \| for a bar inside a cell."
            findings.error("BP012", number, message, remedy)
        if findings.has_error_at(number, "BP012"):
            fitting = (cells + [""] * width)[:width]
            mended[number] = "".join(f"| {cell} " for cell in fitting) + "|"
    return mended


def _report_gap(line: int, findings: Findings) -> None:
    message = "A blank line or a comment stands inside a table."
    findings.error("BP012", line, message, "Delete it, so that the rows follow each other.")


def _cells(line: int, text: str, findings: Findings) -> list[str]:
    has_end = len(text) > 1 and _BAR.match(text, len(text) - 1) is not None
    if not has_end:
        message = "The row does not end with |, so its last cell would be lost."
        findings.error("BP012", line, message, "End the row with | and put nothing after it.")
    return _BAR.split(text[1:-1] if has_end else text[1:])
