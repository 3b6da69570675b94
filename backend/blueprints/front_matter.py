"""Reads the three lines at the top that say what is ordered: name, kind and budget."""

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal

import yaml

from backend.blueprints import limits
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.product_kinds import ProductKind
from backend.blueprints.source import Source

KINDS = tuple(ProductKind)
# What can be built; the others can be checked and proven.
AVAILABLE_KINDS = (ProductKind.WEB_APP,)
_KEYS = ("name", "kind", "budget")
_RULE = "BP019"
_LOOSE_LINE = re.compile(r"([A-Za-z]{1,20}):\s*(\S.*)")
_EXAMPLE = "Begin the file with ---, name: …, kind: web app, ---, each on a line of its own."


@dataclass(frozen=True)
class FrontMatter:
    """What stands between the first two `---` lines."""

    name: str
    kind: ProductKind
    budget_micros: int | None


def read_front_matter(source: Source, findings: Findings) -> tuple[FrontMatter | None, int]:
    """Read it without ever building YAML objects; also return its last line, 0 without one."""
    first_line = _first_line(source, findings)
    if first_line is None:
        _report_loose_lines(source, findings)
        return None, 0
    end_line = _end_line(source, first_line, findings)
    if end_line is None:
        return None, 0
    try:
        text = "\n" * (first_line - 1) + source.between(first_line + 1, end_line - 1)
        pairs = _pairs(text, findings)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else first_line
        findings.error(_RULE, line, "The front matter is not “key: value” lines.", _EXAMPLE)
        return None, end_line
    return None if pairs is None else _front_matter(pairs, findings), end_line


def _first_line(source: Source, findings: Findings) -> int | None:
    """Find the opening `---`; one that stands too late is blamed and read all the same."""
    filled = (n for n, line in enumerate(source.lines, start=1) if line.strip("\ufeff \t"))
    number = next(filled, 1)
    is_fence = source.lines[number - 1].strip("\ufeff").rstrip() == "---"
    if source.lines[0].startswith("\ufeff"):
        message, remedy = "The file begins with a byte order mark.", "Save as UTF-8 without BOM."
        findings.error(_RULE, 1, message, remedy)
    elif not is_fence or number > 1:
        findings.error(_RULE, 1, "The front matter is missing: line 1 is not ---.", _EXAMPLE)
    return number if is_fence else None


def _end_line(source: Source, first_line: int, findings: Findings) -> int | None:
    last_line = first_line + limits.FRONT_MATTER_LINES
    for number, line in enumerate(source.lines[first_line:last_line], start=first_line + 1):
        if line.rstrip() == "---":
            return number
    message = f"The front matter is not closed within {limits.FRONT_MATTER_LINES} lines."
    findings.error(_RULE, first_line, message, "Put a line with only --- below it.")
    return None


def _report_loose_lines(source: Source, findings: Findings) -> None:
    """Check what was meant as front matter although the dashes around it are missing."""
    pairs = {}
    for number, line in enumerate(source.lines[: limits.FRONT_MATTER_LINES], start=1):
        found = _LOOSE_LINE.fullmatch(line.rstrip())
        if found:
            pairs[found.group(1).lower()] = (found.group(2), number)
        elif pairs:
            break
    if pairs.keys() & set(_KEYS):
        known = {"name": ("product", 1), "kind": (AVAILABLE_KINDS[0], 1)}
        _front_matter(known | pairs, findings)


def _pairs(text: str, findings: Findings) -> dict[str, tuple[str, int]] | None:
    scalars: list[yaml.ScalarEvent] = []
    mappings = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.ScalarEvent):
            scalars.append(event)
        mappings += isinstance(event, yaml.MappingStartEvent)
        if _is_too_clever(event) or mappings > 1:
            line = _line_of(event)
            message = "The front matter holds more than plain “key: value” lines."
            findings.error(_RULE, line, message, "Use no lists, anchors, aliases or tags in it.")
            return None
    if len(scalars) % 2 or not mappings:
        findings.error(_RULE, 2, "The front matter is not “key: value” lines.", _EXAMPLE)
        return None
    return _without_duplicates(scalars, findings)


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 2 if event.start_mark else 1


def _is_too_clever(event: yaml.Event) -> bool:
    if isinstance(event, yaml.AliasEvent | yaml.SequenceStartEvent):
        return True
    if isinstance(event, yaml.ScalarEvent | yaml.MappingStartEvent):
        return event.anchor is not None or event.tag is not None
    return False


def _without_duplicates(
    scalars: list[yaml.ScalarEvent], findings: Findings
) -> dict[str, tuple[str, int]]:
    pairs: dict[str, tuple[str, int]] = {}
    for key, value in zip(scalars[::2], scalars[1::2], strict=True):
        line = _line_of(key)
        if key.value in pairs:
            message = f"The key {quoted(key.value)} stands twice."
            findings.error(_RULE, line, message, "Keep one of them.")
        pairs[key.value] = (value.value.strip(), line)
    return pairs


def _front_matter(pairs: dict[str, tuple[str, int]], findings: Findings) -> FrontMatter | None:
    for key, (_, line) in pairs.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key.lower()[:40], _KEYS, 1)
            meant = f"Did you mean {near[0]}? " if near else ""
            message = f"The key {quoted(key)} is unknown."
            findings.error(_RULE, line, message, f"{meant}Known keys: {', '.join(_KEYS)}.")
    name = _name(pairs, findings)
    kind = _kind(pairs, findings)
    budget = _budget(*pairs["budget"], findings) if "budget" in pairs else None
    if name is None or kind is None:
        return None
    return FrontMatter(name=name, kind=kind, budget_micros=budget)


def _name(pairs: dict[str, tuple[str, int]], findings: Findings) -> str | None:
    name, line = pairs.get("name", ("", 1))
    if not name:
        message = "The front matter has no name."
        findings.error(_RULE, line, message, "Add a line such as name: Spoke & Chain job book.")
        return None
    if len(name) > limits.PRODUCT_NAME_CHARACTERS or not name.isprintable():
        message = "The name is too long or holds characters that cannot be printed."
        remedy = f"Use one line of at most {limits.PRODUCT_NAME_CHARACTERS} characters."
        findings.error(_RULE, line, message, remedy)
        return None
    return name


def _kind(pairs: dict[str, tuple[str, int]], findings: Findings) -> ProductKind | None:
    written, line = pairs.get("kind", ("", 1))
    kind = " ".join(written.casefold().split())
    if kind not in KINDS:
        near = difflib.get_close_matches(kind[:40], KINDS, 1, cutoff=0.4)
        meant = f"Did you mean {near[0]}? " if near else ""
        said = (
            f"The kind {quoted(written)} is unknown." if kind else "The front matter has no kind."
        )
        findings.error(_RULE, line, said, f"{meant}Write one of: {', '.join(KINDS)}.")
        return None
    if kind not in AVAILABLE_KINDS:
        message = f"The kind “{kind}” is checked and can be proven, not yet built."
        remedy = "Without a language model only kind: web app can be built."
        findings.warning(_RULE, line, message, remedy)
    return ProductKind(kind)


def _budget(budget: str, line: int, findings: Findings) -> int | None:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", budget) or not (
        0 < Decimal(budget) <= limits.BUDGET_DOLLARS
    ):
        message = f"The budget {quoted(budget)} is not an amount."
        remedy = f"Write US dollars up to {limits.BUDGET_DOLLARS}, without a sign: budget: 20.00."
        findings.error(_RULE, line, message, remedy)
        return None
    return int(Decimal(budget) * 1_000_000)
