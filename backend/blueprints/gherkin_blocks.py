"""Reads one scenario block strictly: every line that is not blank must reach the result."""

from typing import Any, cast

from gherkin.ast_builder import AstBuilder
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser
from gherkin.stream.id_generator import IdGenerator

from backend.blueprints import limits
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.gherkin_lines import LineReport, report_lines
from backend.blueprints.languages import language_of
from backend.blueprints.scenario_source import (
    SourceExamples,
    SourceScenario,
    SourceStep,
    SourceTag,
)
from backend.blueprints.sections import Fence, Row

_KINDS_OF_LINES = "Begin a step with Given, When, Then, And or But, a row with |, a remark with #."


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
    """Parse with `Feature:` in place of the fence line, so that lines only need an offset.

    A line that the parser refuses is blamed and left out, so that the rest is still checked.
    """
    offset = fence.first_line
    lines = fence.content.removesuffix("\n").split("\n")
    kept = [report.readable(number, text) for number, text in enumerate(lines, start=offset)]
    for _ in range(limits.REFUSALS):
        try:
            tree: Any = Parser(AstBuilder(IdGenerator())).parse(
                "Feature: _\n" + "\n".join(kept) + "\n"
            )
        except CompositeParserException as composite:
            refused = {_refused_position(error, kept): str(error) for error in composite.errors}
            for position, said in refused.items():
                _report_refusal(offset + position, lines[position], said, findings)
            if not any(kept[position] for position in refused):
                return None
            for position in refused:
                kept[position] = ""
        else:
            return cast("dict[str, Any]", tree)
    return None


def _refused_position(error: Exception, kept: list[str]) -> int:
    """Return the position of the refused line; at the end of the block, of its last words."""
    position: int = error.location["line"] - 2  # type: ignore[attr-defined]  # the parser sets it
    position = min(max(position, 0), len(kept) - 1)
    while position and not kept[position].strip():
        position -= 1
    return position


def _report_refusal(line: int, text: str, said: str, findings: Findings) -> None:
    if findings.has_error_at(line):
        return
    if "inconsistent cell count" in said:
        message = "The rows of the table have different numbers of cells."
        remedy = r"Give each row one cell for each column; write \| for a bar inside a cell."
        findings.error("BP012", line, message, remedy)
    elif text.lstrip().startswith("@"):
        message = f"The tags {quoted(text)} are malformed or belong to no scenario."
        remedy = "Write tags such as @critical, separated by spaces, right above a scenario."
        findings.error("BP005", line, message, remedy)
    else:
        message = f"{quoted(text)} is not a step, a table row, a tag or a remark."
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
        """Blame what the parser passed over: lines that follow each other, once."""
        kept = self.lines_of(tree) | self._unreadable
        lines = enumerate(fence.content.split("\n"), start=fence.first_line)
        run: list[tuple[int, str]] = []
        for number, text in lines:
            if not text.strip():
                continue
            if number not in kept and not findings.has_error_at(number):
                run.append((number, text))
            else:
                _report_lost_run(run, findings)
                run = []
        _report_lost_run(run, findings)


def _report_lost_run(run: list[tuple[int, str]], findings: Findings) -> None:
    if not run:
        return
    line, text = run[0]
    language = language_of(text)
    if language:
        message = f"{quoted(text)} is {language}: only English steps are read."
        remedy = "Write it with Scenario, Given, When and Then, and the English steps of the guide."
    else:
        message = f"{quoted(text)} would be dropped: it is not a step or a scenario."
        remedy = _KINDS_OF_LINES
    rest = len(run) - 1
    if rest:
        below = "the line below it" if rest == 1 else f"the {rest} lines below it"
        message = f"{message[:-1]}, and so would be {below}." if not language else message
        remedy += f" The same holds for {below}." if language else ""
    findings.error("BP003", line, message, remedy)
    findings.include("BP003", (number for number, _ in run))
