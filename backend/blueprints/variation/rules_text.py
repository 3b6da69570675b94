"""Gathers what a blueprint says outside its scenarios: what stands there may be a rule."""

from backend.blueprints.findings import Findings
from backend.blueprints.front_matter import read_front_matter
from backend.blueprints.markdown import read_document
from backend.blueprints.sections import SectionKind
from backend.blueprints.source import read_source


def rules_text(source: bytes) -> str:
    """Return all that a blueprint says outside its scenarios and `## Values`."""
    findings = Findings("blueprint.md")
    text = read_source(source, findings)
    if text is None:
        return ""
    _, end_line = read_front_matter(text, findings)
    hidden: set[int] = set()
    for section in read_document(text, end_line + 1, findings).sections:
        if section.kind is SectionKind.VALUES:
            hidden.update(range(section.line, section.last_line + 1))
        for fence in section.fences:
            hidden.update(range(fence.first_line - 1, fence.last_line + 1))
    lines = (line for number, line in enumerate(text.lines, 1) if number not in hidden)
    return "\n".join(lines) + "\n"
