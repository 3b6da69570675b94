"""Writes outlines out: one run for each row of Examples, and the kind of every step."""

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from backend.blueprints.blueprint import StepKind
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.scenario_source import (
    PlainStep,
    SourceExamples,
    SourceScenario,
    SourceStep,
)
from backend.blueprints.sections import Row

_PLACEHOLDER = re.compile(r"<([^<>\n]+)>")
_LONGEST_ROW = 60  # characters
_KINDS = {"Context": StepKind.GIVEN, "Action": StepKind.WHEN, "Outcome": StepKind.THEN}


@dataclass(frozen=True)
class Run:
    """One criterion to be: a plain scenario (row 0) or a row of an outline (1, 2, …)."""

    name: str
    row: int
    row_line: int
    tags: tuple[str, ...]
    steps: tuple[PlainStep, ...]


def runs_of(scenario: SourceScenario, findings: Findings) -> list[Run]:
    """Return the runs of a scenario; what could not run is reported."""
    if not scenario.is_outline:
        _report_placeholders(scenario, findings)
        steps = plain_steps(scenario.steps, findings)
        return [Run(scenario.name, 0, scenario.line, scenario.tag_names, steps)]
    if not any(examples.rows for examples in scenario.examples):
        _report_no_rows(scenario, findings)
        return []
    runs: list[Run] = []
    for examples in scenario.examples:
        if _has_good_columns(scenario, examples, findings):
            runs += _rows_of(scenario, examples, len(runs), findings)
    return runs


def plain_steps(steps: Sequence[SourceStep], findings: Findings) -> tuple[PlainStep, ...]:
    """Give each step its kind; `And` and `But` continue the step above."""
    plain: list[PlainStep] = []
    kind: StepKind | None = None
    for step in steps:
        if step.keyword_type == "Unknown":
            message = "A step that begins with * says neither Given, When nor Then."
            findings.error("BP006", step.line, message, "Begin it with Given, When, Then or And.")
        kind = _KINDS.get(step.keyword_type, kind)
        if kind is None:
            if step.keyword_type != "Unknown":
                message = f"The first step begins with {step.keyword}, which continues nothing."
                findings.error("BP006", step.line, message, "Begin it with Given, When or Then.")
            kind = StepKind.GIVEN
        plain.append(
            PlainStep(kind, step.text, step.line, step.table, step.document, step.document_type)
        )
    return tuple(plain)


def map_texts(step: PlainStep, change: Callable[[str], str]) -> PlainStep:
    """Return the step with a change made to its sentence, its table and its long text."""
    table = step.table and tuple(Row(tuple(map(change, r.cells)), r.line) for r in step.table)
    document = None if step.document is None else change(step.document)
    return replace(step, text=change(step.text), table=table, document=document)


def _rows_of(
    scenario: SourceScenario, examples: SourceExamples, before: int, findings: Findings
) -> list[Run]:
    header = examples.header.cells if examples.header else ()
    steps = plain_steps(scenario.steps, findings)
    tags = tuple(dict.fromkeys((*scenario.tag_names, *(tag.name for tag in examples.tags))))
    runs = []
    for number, row in enumerate(examples.rows, start=before + 1):
        cells = dict(zip(header, row.cells, strict=True))

        def fill(text: str, cells: dict[str, str] = cells) -> str:
            return _PLACEHOLDER.sub(lambda found: cells.get(found[1], found[0]), text)

        filled = tuple(map_texts(step, fill) for step in steps)
        name = _row_name(scenario.name, fill(scenario.name), row.cells)
        runs.append(Run(name, number, row.line, tags, filled))
    return runs


def _row_name(written: str, filled: str, cells: Sequence[str]) -> str:
    """Tell rows apart for people: by the words the author put in the name, else by the cells."""
    if filled != written:
        return filled
    row = textwrap.shorten(", ".join(filter(None, cells)), _LONGEST_ROW, placeholder=" …")
    return f"{written} ({row})" if row else written


def _texts(scenario: SourceScenario) -> list[tuple[str, int]]:
    texts = [(scenario.name, scenario.line)]
    for step in scenario.steps:
        texts.append((step.text, step.line))
        texts += [(cell, row.line) for row in step.table or () for cell in row.cells]
        texts.append((step.document or "", step.line))
    return texts


def _report_placeholders(scenario: SourceScenario, findings: Findings) -> None:
    for text, line in _texts(scenario):
        found = _PLACEHOLDER.search(text)
        if found:
            message = f"{quoted(found.group())} stands in a plain scenario, which has no Examples."
            remedy = "Write Scenario Outline: with Examples:, or declare the text under ## Values."
            findings.error("BP007", line, message, remedy)


def _report_no_rows(scenario: SourceScenario, findings: Findings) -> None:
    message = "The outline has no Examples rows, so it would never run."
    if scenario.steps and scenario.steps[-1].table and not scenario.examples:
        message = "The table below the outline's last step belongs to that step, not to Examples."
    remedy = "Write Examples: below the steps, and under it a table with a header and rows."
    findings.error("BP007", scenario.line, message, remedy)


def _has_good_columns(
    scenario: SourceScenario, examples: SourceExamples, findings: Findings
) -> bool:
    if not examples.rows or examples.header is None:
        message = "The Examples have no rows."
        findings.error("BP007", examples.line, message, "Add rows below the header.")
        return False
    columns = examples.header.cells
    used = {name: line for text, line in _texts(scenario) for name in _PLACEHOLDER.findall(text)}
    for name in set(columns) - used.keys():
        message = f"The column {quoted(name)} of the Examples is never used."
        remedy = f"Use it in a step as <{name}>, or delete the column."
        findings.error("BP007", examples.header.line, message, remedy)
    for name in used.keys() - set(columns):
        message = f"{quoted(f'<{name}>')} has no column in the Examples of line {examples.line}."
        findings.error("BP007", used[name], message, "Add the column, or mend the spelling.")
    if len(set(columns)) < len(columns):
        message = "The Examples have the same column twice."
        findings.error("BP007", examples.header.line, message, "Give each a name of its own.")
    return True
