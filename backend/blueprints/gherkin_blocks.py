"""Reads one scenario block strictly: every line that is not blank must reach the result."""

from typing import Any, cast

from gherkin.ast_builder import AstBuilder
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser
from gherkin.stream.id_generator import IdGenerator

from backend.blueprints.findings import Findings, quoted
from backend.blueprints.gherkin_lines import LineReport, report_lines
from backend.blueprints.scenario_source import (
    SourceExamples,
    SourceScenario,
    SourceStep,
    SourceTag,
)
from backend.blueprints.sections import Fence, Row

_KINDS_OF_LINES = "A line is a step (Given, When, Then, And, But), a table row, a tag or a comment."


def read_block(fence: Fence, findings: Findings) -> list[SourceScenario] | None:
    """Return the block's background and scenarios, or None when it cannot be read at all."""
    report = report_lines(fence, findings)
    tree = _parse(fence, report, findings)
    if tree is None:
        return None
    feature = tree["feature"]
    block = _Block(fence.first_line - 2, report)
    children = feature["children"]
    rules = [child["rule"] for child in children if "rule" in child]
    for rule in rules:
        message = "A Rule does not belong in a block: the ## heading says it already."
        findings.error("BP020", block.line(rule), message, "Delete the line.")
    if rules:
        return None
    scenarios = [block.scenario(child) for child in children]
    block.report_lost(fence, tree, findings)
    return scenarios


def _parse(fence: Fence, report: LineReport, findings: Findings) -> dict[str, Any] | None:
    """Parse with `Feature:` in place of the fence line, so that lines only need an offset."""
    lines = fence.content.removesuffix("\n").split("\n")
    offset = fence.first_line
    kept = ["" if n in report.unreadable else text for n, text in enumerate(lines, start=offset)]
    try:
        parser = Parser(AstBuilder(IdGenerator()))
        tree: Any = parser.parse("Feature: _\n" + "\n".join(kept) + "\n")
    except CompositeParserException as composite:
        for error in composite.errors:
            line = min(error.location["line"] + offset - 2, fence.last_line)
            _report_refusal(line, str(error), fence, findings)
        return None
    return cast("dict[str, Any]", tree)


def _report_refusal(line: int, said: str, fence: Fence, findings: Findings) -> None:
    if findings.has_error_at(line):
        return
    position = line - fence.first_line
    text = fence.content.split("\n")[position] if position >= 0 else ""
    if "inconsistent cell count" in said:
        message = "The rows of the table have different numbers of cells."
        remedy = r"Give each row one cell for each column; write \| for a bar inside a cell."
        findings.error("BP012", line, message, remedy)
    elif text.lstrip().startswith("@"):
        message = f"The tags {quoted(text)} are malformed or belong to no scenario."
        remedy = "Write tags such as @critical, separated by spaces, right above a scenario."
        findings.error("BP005", line, message, remedy)
    elif not text.strip() or "EOF" in said:
        message = "The block ends in the middle of something."
        findings.error("BP003", line, message, "Finish the scenario or delete the loose tags.")
    else:
        message = f"{quoted(text)} is not a step, a table row, a tag or a comment."
        findings.error("BP003", line, message, _KINDS_OF_LINES)


class _Block:
    """Turns the parser's dictionaries into values whose lines are those of the file."""

    def __init__(self, offset: int, report: LineReport) -> None:
        self._offset = offset
        self._documents = report.documents
        self._unreadable = report.unreadable

    def line(self, node: dict[str, Any]) -> int:
        line: int = node["location"]["line"]
        return line + self._offset

    def scenario(self, child: dict[str, Any]) -> SourceScenario:
        is_background = "background" in child
        node = child["background" if is_background else "scenario"]
        lines = self.lines_of(node)
        return SourceScenario(
            name=node["name"].strip(),
            is_outline=bool(node.get("examples")) or "Outline" in node["keyword"],
            is_background=is_background,
            tags=self._tags(node),
            steps=tuple(self._step(step) for step in node["steps"]),
            examples=tuple(self._examples(item) for item in node.get("examples", ())),
            line=self.line(node),
            first_line=min(lines),
            last_line=max(lines),
        )

    def _tags(self, node: dict[str, Any]) -> tuple[SourceTag, ...]:
        return tuple(SourceTag(tag["name"], self.line(tag)) for tag in node.get("tags", ()))

    def _step(self, node: dict[str, Any]) -> SourceStep:
        table, document = node.get("dataTable"), node.get("docString")
        return SourceStep(
            keyword=node["keyword"].strip(),
            keyword_type=node["keywordType"],
            text=node["text"].strip(),
            line=self.line(node),
            table=tuple(self._row(row) for row in table["rows"]) if table else None,
            document=document["content"] if document else None,
            document_type=(document.get("mediaType") or None) if document else None,
        )

    def _row(self, node: dict[str, Any]) -> Row:
        return Row(cells=tuple(cell["value"] for cell in node["cells"]), line=self.line(node))

    def _examples(self, node: dict[str, Any]) -> SourceExamples:
        header = node.get("tableHeader")
        lines = self.lines_of(node)
        return SourceExamples(
            tags=self._tags(node),
            header=self._row(header) if header else None,
            rows=tuple(self._row(row) for row in node.get("tableBody", ())),
            line=self.line(node),
            first_line=min(lines),
            last_line=max(lines),
        )

    def lines_of(self, node: Any) -> set[int]:
        """Return every line of the file that reached this part of the tree."""
        lines: set[int] = set()
        waiting = [node]
        while waiting:
            item = waiting.pop()
            if isinstance(item, dict):
                if "location" in item:
                    first = self.line(item)
                    last = self._documents.get(first, first) if "delimiter" in item else first
                    lines.update(range(first, last + 1))
                waiting.extend(item.values())
            elif isinstance(item, list):
                waiting.extend(item)
        return lines

    def report_lost(self, fence: Fence, tree: dict[str, Any], findings: Findings) -> None:
        kept = self.lines_of(tree) | self._unreadable
        lines = enumerate(fence.content.split("\n"), start=fence.first_line)
        for number, text in lines:
            if text.strip() and number not in kept and not findings.has_error_at(number):
                message = f"{quoted(text)} would be dropped: it is not a step or a scenario."
                findings.error("BP003", number, message, _KINDS_OF_LINES)
