"""Cuts a blueprint's Markdown into sections and refuses what would vanish without a trace."""

import itertools
import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from backend.blueprints import limits
from backend.blueprints.disguises import (
    report_code,
    report_fence,
    report_html,
    report_text,
)
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.headings import read_heading
from backend.blueprints.markdown_tables import read_table
from backend.blueprints.sections import (
    TABLE_SECTIONS,
    Fence,
    Heading,
    Prose,
    Section,
    SectionKind,
)
from backend.blueprints.source import Source

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_MARKDOWN.core.ruler.enableOnly(["normalize", "block"])  # nothing here reads inline markup
_MARKDOWN.block.ruler.disable("reference")  # a link definition is prose to us
_PLACEHOLDER = re.compile(r"\[NEEDS CLARIFICATION|\bTBD\b|\bTODO\b|\bFIXME\b|\?\?\?")
_TODO_THING = re.compile(
    r"\bTODO(?=[ -](?:apps?|boards?|cards?|entr(?:y|ies)|items?|lists?|notes?)\b)"
)
_STRING = re.compile(r'"[^"]*"')
_SECTION_LEVEL = 2


@dataclass(frozen=True)
class Document:
    """The sections of one blueprint in the order of the file."""

    sections: tuple[Section, ...]

    def of(self, kind: SectionKind) -> list[Section]:
        """Return the sections of this kind."""
        return [section for section in self.sections if section.kind is kind]


def read_document(source: Source, body_line: int, findings: Findings) -> Document:
    """Read everything from `body_line` on; the lines above are the front matter."""
    hidden = "\n" * (body_line - 1)
    body = hidden + "\n".join(source.lines[body_line - 1 :])
    reader = _Reader(source, findings)
    for token, content in _blocks(_MARKDOWN.parse(body)):
        reader.read(token, content)
    _set_last_lines(reader.sections, len(source.lines))
    _report_placeholders(source, findings)
    _report_repeated_sections(reader.sections, findings)
    return Document(sections=tuple(reader.sections))


def _blocks(tokens: list[Token]) -> list[tuple[Token, str]]:
    """Pair each heading and paragraph with its text; tables come as their opening token."""
    blocks = []
    for number, token in enumerate(tokens):
        if token.type in {"heading_open", "paragraph_open"}:
            blocks.append((token, tokens[number + 1].content))
        elif token.type in {"fence", "code_block", "html_block", "table_open"}:
            blocks.append((token, token.content))
    return blocks


class _Reader:
    """Walks the blocks and puts each into the section it belongs to."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self._source = source
        self._findings = findings
        self.sections = [Section(SectionKind.INTRODUCTION, "", 1)]

    @property
    def _section(self) -> Section:
        return self.sections[-1]

    def read(self, token: Token, content: str) -> None:
        first, after = token.map or [0, 0]
        line, last = first + 1, after
        if token.type == "heading_open":
            self._read_heading(token, content, line)
        elif token.type == "paragraph_open":
            self._read_paragraph(content, line)
        elif token.type == "fence":
            self._read_fence(token, line, last)
        elif token.type == "table_open":
            self._read_table(token, line, last)
        elif token.type == "html_block":
            report_html(content, line, self._findings)
        else:
            report_code(content, line, self._section.kind in TABLE_SECTIONS, self._findings)

    def _read_heading(self, token: Token, content: str, line: int) -> None:
        section = read_heading(token, content, line, self._findings)
        if section:
            self.sections.append(section)
        elif token.level == 0:
            level = int(token.tag[1:])
            if level == 1 and len(self.sections) > 1:
                self.sections.append(Section(SectionKind.PROSE, content, line))
            elif level > 1:
                self._section.parts.append(Heading(level, content, line))

    def _read_paragraph(self, content: str, line: int) -> None:
        report_text(content, line, self._section.kind in TABLE_SECTIONS, self._findings)
        self._section.parts.append(Prose(content, line))

    def _read_table(self, token: Token, line: int, last: int) -> None:
        if self._section.kind not in TABLE_SECTIONS:
            self._section.parts.append(Prose(self._source.between(line, last), line))
        elif token.level:
            message = "The table stands inside a list or a quote."
            self._findings.error("BP012", line, message, "Put it at the left margin.")
        else:
            table = read_table(self._source, (line, last), self._findings)
            if table:
                self._section.parts.append(table)

    def _read_fence(self, token: Token, line: int, last: int) -> None:
        is_closed = _is_closed(token, self._source.lines[last - 1], last > line)
        if not is_closed or token.info.strip() != "gherkin" or token.level:
            report_fence(token, line, is_closed, self._findings)
            if not is_closed and token.info.strip() == "gherkin" and not token.level:
                self._read_rest(token, line)
            return
        if not token.content.strip():
            message, remedy = "The gherkin block is empty.", "Write a scenario in it or delete it."
            self._findings.error("BP014", line, message, remedy)
            return
        if self._may_hold_scenarios(line):
            fence = Fence(token.content, line + 1, last - 1, token.markup)
            self._section.parts.append(fence)

    def _read_rest(self, token: Token, line: int) -> None:
        """Read an unclosed block as far as it was meant, so that its other faults are told too."""
        meant = list(
            itertools.takewhile(lambda x: not x.startswith("## "), token.content.split("\n"))
        )
        if self._section.kind is SectionKind.REQUIREMENT and any(map(str.strip, meant)):
            fence = Fence("\n".join(meant) + "\n", line + 1, line + len(meant), token.markup)
            self._section.parts.append(fence)

    def _may_hold_scenarios(self, line: int) -> bool:
        kind = self._section.kind
        if kind in {SectionKind.REQUIREMENT, SectionKind.CONCEPTS}:
            return True
        if kind is SectionKind.PROSE:
            self._findings.error(
                "BP015",
                self._section.line,
                f"The heading {quoted(self._section.title)} has scenarios and no id.",
                "Write it as a requirement, such as ## R7 Collect a repair.",
            )
            return False
        message = "The gherkin block stands outside a requirement."
        remedy = "Move it below the ## R… heading that it proves."
        self._findings.error("BP014", line, message, remedy)
        return False


def _is_closed(token: Token, last_line: str, has_end: bool) -> bool:  # noqa: FBT001 - one caller
    closing = last_line.lstrip("> ").strip()
    mark = token.markup[0]
    return has_end and set(closing) == {mark} and len(closing) >= len(token.markup)


def _set_last_lines(sections: list[Section], line_count: int) -> None:
    ends = [*(section.line - 1 for section in sections[1:]), line_count]
    for section, end in zip(sections, ends, strict=True):
        section.last_line = end


def _report_placeholders(source: Source, findings: Findings) -> None:
    for number, line in enumerate(source.lines, start=1):
        found = _PLACEHOLDER.search(_TODO_THING.sub("", _STRING.sub('""', line)))
        if found:
            message = f"The line holds the placeholder {quoted(found.group())}."
            remedy = "Decide what is wanted and write it down."
            if found.group() == "TODO":
                remedy += " For the ordinary word write to-do."
            findings.error("BP018", number, message, remedy)


def _report_repeated_sections(sections: list[Section], findings: Findings) -> None:
    seen: dict[SectionKind, int] = {}
    free = {SectionKind.REQUIREMENT, SectionKind.PROSE, SectionKind.INTRODUCTION}
    for section in sections:
        if section.kind in free:
            continue
        if section.kind in seen:
            message = f"The section {quoted(section.title)} stands twice."
            remedy = f"Move its content up to line {seen[section.kind]}."
            findings.error("BP015", section.line, message, remedy)
        seen.setdefault(section.kind, section.line)
    required = [s for s in sections if s.kind is SectionKind.REQUIREMENT]
    if len(required) > limits.REQUIREMENTS:
        message = f"There are more than {limits.REQUIREMENTS} requirements."
        findings.error("BP000", required[-1].line, message, "Split the product.")
