"""Generic mistakes in templates and styles: each is a careful edit of one piece of text."""

import re
from collections.abc import Iterator, Mapping

from bench.mutation.scope import (
    NEEDED_BY_CLASS,
    NEEDED_BY_LINE,
    TEMPLATES,
    UNSEEN_LINES,
    Reach,
)
from bench.mutation.site import Site

Replacement = tuple[str, re.Pattern[str], str]

# Only attributes that give a part its name, its role or its work; others serve comfort or habit.
_ATTRIBUTES = (
    "for|aria-label|aria-labelledby|role|name|value|href|method|data-confirm|hx-get|hx-target|"
    "hx-trigger|lang|class"
)
_EXPRESSION = r"(?:[^\"{}]|\{\{[^{}]*\}\})*"

_REPLACEMENTS: tuple[Replacement, ...] = (
    ("attribute lost", re.compile(rf' (?:{_ATTRIBUTES})="(?!Yes"){_EXPRESSION}"'), ""),
    (
        "template condition negated",
        re.compile(r"(?<=\{% if )(?!not )([^%{}]+?)(?= %\})"),
        r"not (\1)",
    ),
    ("template condition negated", re.compile(r"(?<=\{% if )not ([^%{}]+?)(?= %\})"), r"\1"),
    ("word misspelt", re.compile(r"(?<=>)([A-Z][A-Za-z ]*[a-z])(?=[<{ ])"), r"\1s"),
    ("another value shown", re.compile(r"(?<=[.])plural(?= \}\}| \|)"), "name"),
    ("another value shown", re.compile(r"(?<=[.])noun(?= \}\})"), "plural"),
    ("another value shown", re.compile(r"(?<=\{\{ field[.])name(?= \}\}<| \|)"), "key"),
    ("another value shown", re.compile(r"(?<=\{\{ record[.])title(?= \}\}| \|)"), "id"),
    ("another value shown", re.compile(r"(?<=\{\{ text )(?=\}\})"), "| upper "),
    ("escape lost", re.compile(r"(?<=\{\{ record\.title) \}\}(?=<)"), " | safe }}"),
    (
        "escape lost",
        re.compile(r"(?<=>)\{\{ record\.title \| truncate\(120\) \}\}"),
        "{{ record.title | safe }}",
    ),
    ("page one too far", re.compile(r"(?<=found\.number )[-+](?= 1)"), "* 2 +"),
)
_PARAGRAPH = re.compile(r"[ \t]*<(p|h1|h2|li|a|button|label|td|caption)\b[^\n]*</\1>\n")

# Which page shows a selector; what shows nowhere (hovering, print, phones, dark) is left out.
_SHOWN_ON = (
    ("list", re.compile(r"^(\.filters|\.filter|\.below|\.total|th|td|table|\.scroll|\.files)")),
    ("form", re.compile(r"^(\.form|\.field|\.above|\.error|\.message\.bad|input:not|textarea)")),
    ("record", re.compile(r"^(\.values|\.pair|\.label|\.value|button\.danger|h2)")),
    ("home", re.compile(r"^(\.cards|\.count|\.by|\.tally|meter \{)")),
    ("saved", re.compile(r"^(\.message \{)")),
    ("list", re.compile(r"^(body|h1|\.top|\.brand|main \{|\.button, button|\.primary|a \{)")),
)
_NEVER_SHOWN = re.compile(
    r":hover|:focus|print|max-width: 36|webkit|moz|placeholder|invalid|summary"
)
_COLOUR = re.compile(r"(?<=light-dark\()#([0-9a-f]{6})(?=,)")
_LENGTH = re.compile(
    r"(?<=[ ;{])(padding|font-size|border-bottom|border|letter-spacing|line-height|margin-bottom)"
    r": (?P<value>[0-9.]+)(?=rem|px|em|;| )"
)
_WEIGHT = re.compile(r"font-weight: (600|700)")
_FLAT = re.compile(r"max\(|calc\(|min\(")


def text_sites(files: Mapping[str, bytes], reach: Reach) -> Iterator[Site]:
    """Find every place within the scope in templates, styles and what the model says."""
    yield from _template_sites(files, reach)
    yield from _style_sites(files, reach)
    yield from _model_sites(files)


def _template_sites(files: Mapping[str, bytes], reach: Reach) -> Iterator[Site]:
    for path, feature in TEMPLATES.items():
        if not reach.has(feature):
            continue
        text = files[path].decode()
        for start, line in _lines(text):
            if not _is_reached(line, reach):
                continue
            for operator, pattern, new in _REPLACEMENTS:
                for match in pattern.finditer(line):
                    if " class=" in match[0] and not reach.has(NEEDED_BY_CLASS[path]):
                        continue
                    edit = (operator, match[0], match.expand(new))
                    yield _site(text, path, start + match.start(), edit)
            if _PARAGRAPH.fullmatch(line):
                yield _site(text, path, start, ("part lost", line, "\n"))


def _is_reached(line: str, reach: Reach) -> bool:
    if any(word in line for word in UNSEEN_LINES):
        return False
    return all(reach.has(feature) for word, feature in NEEDED_BY_LINE.items() if word in line)


def _style_sites(files: Mapping[str, bytes], reach: Reach) -> Iterator[Site]:
    path = "app/static/app.css"
    text = files[path].decode()
    selector = ""
    for start, line in _lines(text):
        if not line.startswith((" ", "}")):
            selector = line
        if _NEVER_SHOWN.search(selector) or _FLAT.search(line):
            continue
        if selector.startswith(":root"):
            yield from _colour_sites(text, path, start, line)
        elif _is_pictured(selector, reach):
            yield from _measure_sites(text, path, start, line)


def _is_pictured(selector: str, reach: Reach) -> bool:
    return any(reach.has(f"picture of {page}") and on.match(selector) for page, on in _SHOWN_ON)


def _colour_sites(text: str, path: str, start: int, line: str) -> Iterator[Site]:
    if any(name in line for name in ("--page", "--card", "--ink", "--soft", "--line", "--accent")):
        for match in _COLOUR.finditer(line):
            changed = f"#{int(match[1], 16) ^ 0x000808:06x}"
            yield _site(text, path, start + match.start(), ("colour changed", match[0], changed))


def _measure_sites(text: str, path: str, start: int, line: str) -> Iterator[Site]:
    for match in _LENGTH.finditer(line):
        value = match["value"]
        if float(value) != 0:
            # a line of one pixel and a half would be painted as one
            factor = 3 if match[1].startswith("border") else 1.5
            new = f"{match[1]}: {float(value) * factor:g}"
            yield _site(text, path, start + match.start(), ("measure changed", match[0], new))
    for match in _WEIGHT.finditer(line):
        yield _site(
            text, path, start + match.start(), ("measure changed", match[0], "font-weight: 300")
        )


_MODEL_RULES: tuple[Replacement, ...] = (
    ("rule of a field lost", re.compile(r", (?:required|unique|on_or_after_today)=True"), ""),
    ("rule of a field lost", re.compile(r"\n +(?:required|unique|on_or_after_today)=True,"), ""),
    ("rule of a field lost", re.compile(r", (?:at_least|at_most)=\"[^\"]+\""), ""),
    ("rule of a field lost", re.compile(r"(?:, |\n +)starts_as=\"[^\"]+\"(?:,(?=\n))?"), ""),
    ("bound moved", re.compile(r"(?<=at_most=\")(\d+)(?=\")"), r"\g<1>1"),
    ("bound moved", re.compile(r"(?<=at_least=\")(\d+)(?=\")"), r"\g<1>.5"),
    ("name of a field wrong", re.compile(r"(?<=[a-z]\(\")([A-Z][a-z ]+)(?=\", key)"), r"\1s"),
    ("plural wrong", re.compile(r"(?<=plural=\")(\w+)s(?=\")"), r"\1"),
    (
        "kind of a field wrong",
        re.compile(r"(?<= )(?:WholeNumber|Number|Money|Email|Date|Phone)(?=\(\")"),
        "Text",
    ),
)
_LOST_FIELD = re.compile(r" {12}\w+\(\"[^\n]+\),\n")


def _model_sites(files: Mapping[str, bytes]) -> Iterator[Site]:
    path = "app/model.py"
    text = files[path].decode()
    body = text.index("ENTITIES")
    for operator, pattern, new in _MODEL_RULES:
        for match in pattern.finditer(text, body):
            # a box that is not ticked says No anyway
            if 'starts_as="No"' not in match[0]:
                yield _site(text, path, match.start(), (operator, match[0], match.expand(new)))
    for match in _LOST_FIELD.finditer(text, body):
        yield _site(text, path, match.start(), ("field lost", match[0], "\n"))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line
        start += len(line)


def _site(text: str, path: str, start: int, edit: tuple[str, str, str]) -> Site:
    operator, old, new = edit
    before = len(text[:start].encode())
    return Site(
        operator=operator,
        path=path,
        line=text.count("\n", 0, start) + 1,
        start=before,
        end=before + len(old.encode()),
        old=old,
        new=new,
    )
