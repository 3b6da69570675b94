"""Tells requirements and known sections from prose by their headings, and catches near misses."""

import re

from markdown_it.token import Token

from backend.blueprints import limits
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.sections import Section, SectionKind

_RULE = "BP015"
_REQUIREMENT = re.compile(r"R([1-9][0-9]{0,3}) +(\S.*)")
_LIKE_REQUIREMENT = re.compile(
    r"(?:r|req\.?|requirement) ?-?([0-9]+)\b[ .:\u2013-]*(.*)", re.IGNORECASE
)
_EXAMPLE = "Write it as ## R2 Collect a repair."
_KNOWN = {
    kind.value: kind
    for kind in SectionKind
    if kind not in {SectionKind.INTRODUCTION, SectionKind.REQUIREMENT, SectionKind.PROSE}
}
_NEAR_MISSES = {
    "page": "Pages",
    "person": "People",
    "persons": "People",
    "role": "Roles",
    "service": "Services",
    "word": "Words",
    "value": "Values",
    "concept": "Concepts",
    "qualities": "Quality",
    "quality checks": "Quality",
    "datas": "Data",
    "data model": "Data",
}
_SECTION_TAG = "h2"


def read_heading(token: Token, text: str, line: int, findings: Findings) -> Section | None:
    """Return the section that this heading begins, or None for a heading inside one."""
    if token.markup and token.markup[0] in "=-":
        _report_underlined(text, line, findings)
        return None
    if token.tag != _SECTION_TAG or token.level:
        if _LIKE_REQUIREMENT.match(text):
            message = f"{quoted(text)} looks like a requirement but is not a ## heading."
            findings.error(_RULE, line, message, _example(text))
        return None
    known = _KNOWN.get(text.strip().casefold())
    if known:
        return Section(known, text, line)
    return _requirement(text, line, findings) or _prose(text, line, findings)


def _report_underlined(text: str, line: int, findings: Findings) -> None:
    findings.error(
        _RULE,
        line,
        f"The line of - or = below makes {quoted(text)} a heading.",
        "Leave a blank line between them, or write the heading with ##.",
    )


def _requirement(text: str, line: int, findings: Findings) -> Section | None:
    found = _REQUIREMENT.fullmatch(text)
    if found:
        title = found.group(2)
        if len(title) > limits.NAME_CHARACTERS:
            message = f"The title has more than {limits.NAME_CHARACTERS} characters."
            findings.error(_RULE, line, message, "Shorten it; the prose below may say the rest.")
        return Section(SectionKind.REQUIREMENT, title, line, id=f"R{found.group(1)}")
    if _LIKE_REQUIREMENT.match(text):
        message = f"{quoted(text)} is not an id and a title."
        findings.error(_RULE, line, message, _example(text))
    return None


def _example(text: str) -> str:
    """Write the author's own number and title as a heading, if both are there."""
    found = _LIKE_REQUIREMENT.match(text)
    if found and found.group(2):
        return f"Write it as {quoted(f'## R{int(found.group(1))} {found.group(2)}')}."
    return _EXAMPLE


def _prose(text: str, line: int, findings: Findings) -> Section:
    meant = _NEAR_MISSES.get(text.strip().rstrip(":").casefold())
    if text.strip().rstrip(":").casefold() in _KNOWN:
        meant = text.strip().rstrip(":").capitalize()
    if meant:
        message = f"The heading {quoted(text)} is not the section “{meant}”."
        findings.error(_RULE, line, message, f"Write it as ## {meant}.")
    return Section(SectionKind.PROSE, text, line)
