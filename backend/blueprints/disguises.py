"""Catches scenarios, headings and tables in places where Markdown would drop them silently."""

import re

from markdown_it.token import Token

from backend.blueprints.findings import Findings, quoted

_SCENARIO = re.compile(
    r"^\s*(?:Scenario|Scenario Outline|Background|Examples?|Feature):", re.MULTILINE
)
_STEP = re.compile(r"^\s*(?:Given|When|Then|And|But|\*) \S", re.MULTILINE)
_NEAR_INFO = re.compile(
    r"\W*(?:gherkin|gherkins|feature|cucumber|scenarios?|bdd)\W*", re.IGNORECASE
)
_INLINE_FENCE = re.compile(
    r"^\s*(?:`{1,2}|~{1,2}|[\"']{3})\s*gherkin\s*$", re.MULTILINE | re.IGNORECASE
)
_PSEUDO_HEADING = re.compile(r"^\s*(?:#{2,6}[^#\s]|#{1,6}R[0-9]|\*\*[Rr][0-9]+\b|__[Rr][0-9]+\b)")
_REMEDY = "Put it in a block that begins with ```gherkin and ends with ```, at the left margin."


def has_step_lines(text: str) -> bool:
    """Whether text that is not a scenario block reads like one."""
    return bool(_SCENARIO.search(text) or _STEP.search(text))


def report_fence(token: Token, line: int, is_closed: bool, findings: Findings) -> None:  # noqa: FBT001 - one caller
    """Blame a block that is unclosed, mislabelled or inside a list or quote."""
    info = token.info.strip()
    if not is_closed:
        message = "The block is never closed and swallows everything below it."
        findings.error("BP014", line, message, "Close it with ``` on a line of its own.")
    elif info == "gherkin":
        message = "The gherkin block stands inside a list or a quote."
        findings.error("BP014", line, message, "Put it at the left margin.")
    elif _NEAR_INFO.fullmatch(info.split(" ")[0]):
        message = f"The block is labelled {quoted(info)}, so its scenarios would not run."
        findings.error("BP014", line, message, "Label it gherkin, in lower case and alone.")
    elif not info and (not token.content.strip() or has_step_lines(token.content)):
        message = "The block has no label, so nothing in it would run."
        remedy = 'Begin it with ```gherkin; inside a scenario write long texts between """.'
        findings.error("BP014", line, message, remedy)


def report_html(content: str, line: int, findings: Findings) -> None:
    """Blame scenarios and headings inside HTML, where nothing is read."""
    if "```" in content or _SCENARIO.search(content):
        message = "The scenario stands inside HTML or a comment, where nothing is read."
        remedy = "Take it out; use @wip for a scenario that shall not run yet."
        findings.error("BP014", line, message, remedy)
    elif re.search(r"^ {0,3}#{1,6} *[Rr][0-9]", content, re.MULTILINE):
        message = "The requirement stands inside HTML or a comment, where nothing is read."
        findings.error("BP015", line, message, "Take it out or delete it.")
    elif re.search(r"^\s*\|.*\|\s*$", content, re.MULTILINE):
        message = "The table stands inside HTML or a comment, where nothing is read."
        findings.error("BP012", line, message, "Take it out or delete it.")


def report_code(content: str, line: int, in_tables: bool, findings: Findings) -> None:  # noqa: FBT001 - one caller
    """Blame scenarios and tables that are indented so far that they become code."""
    if has_step_lines(content) or "```" in content or _INLINE_FENCE.search(content):
        message = "The scenario is indented by four or more spaces, so it is not read."
        findings.error("BP014", line, message, _REMEDY)
    elif in_tables and content.lstrip().startswith("|"):
        message = "The table is indented by four or more spaces, so it is not read."
        findings.error("BP012", line, message, "Begin its lines at the left margin.")


def report_text(content: str, line: int, in_tables: bool, findings: Findings) -> None:  # noqa: FBT001 - one caller
    """Blame prose that was meant to be a scenario, a heading or a table."""
    for number, text in enumerate(content.split("\n"), start=line):
        if _SCENARIO.match(text) or _INLINE_FENCE.match(text):
            message = f"{quoted(text)} stands outside a gherkin block and would not run."
            findings.error("BP014", number, message, _REMEDY)
            return
        if _PSEUDO_HEADING.match(text):
            message = f"{quoted(text)} is not a heading."
            remedy = "Begin it with ## and a space, such as ## R2 Collect a repair."
            findings.error("BP015", number, message, remedy)
        if in_tables and text.lstrip().startswith("|"):
            _report_loose_row(number, findings)
            return


def _report_loose_row(line: int, findings: Findings) -> None:
    findings.error(
        "BP012",
        line,
        "The line begins with | but belongs to no table.",
        "A table is a header, a row such as | --- | --- | with as many cells, and rows, "
        "without blank lines between.",
    )
