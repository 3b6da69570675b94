"""Writes the author's guide's table of steps from the vocabulary, so that the two cannot differ."""

import re
import sys
from pathlib import Path

from backend.blueprints.blueprint import StepKind
from backend.blueprints.vocabulary import Expression, load_vocabulary

BEGIN = "<!-- steps: begin (made from the vocabulary; do not edit by hand) -->"
END = "<!-- steps: end -->"
_PLACES = {
    "string": '"…"',
    "int": "3",
    "float": "2.5",
    "entity": "repairs",
    "word": "Enter",
    "code": "`…`",
}
_GROUPS = (
    ("world", "### Given: how things stand"),
    ("web action", "### When: what somebody does"),
    ("web check", "### Then: what must be seen"),
    ("http", "### HTTP: requests and what comes back"),
    ("cli", "### Command line: programs and files"),
    ("library", "### Library: programs that use it"),
)
_TOOLS = {"http", "cli", "library"}


def render_steps() -> str:
    """Return the tables of all steps that the works can run today."""
    available = load_vocabulary().available
    parts = []
    for group, heading in _GROUPS:
        rows = [_row(one) for one in available if one.group == group]
        table = "\n".join(["| sentence | example | what it does |", "| --- | --- | --- |", *rows])
        parts.append(f"{heading}\n\n{table}")
    return "\n\n".join(parts)


def with_steps(guide: str) -> str:
    """Return the guide with the tables between its markers made anew."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{render_steps()}\n\n{END}{after}"


def _row(one: Expression) -> str:
    meaning = one.meaning
    if one.group == "world" and StepKind.WHEN in one.kinds:
        meaning += " Also under When."
    if one.group in _TOOLS:
        meaning = f"*{' or '.join(k.capitalize() for k in StepKind if k in one.kinds)}.* {meaning}"
    return f"| {_code(_sentence(one))} | {_example(one)} | {meaning} |"


def _sentence(one: Expression) -> str:
    return re.sub(
        r"\{(\w*)\}", lambda found: _PLACES.get(found[1], f"\u2039{found[1]}\u203a"), one.pattern
    )


def _example(one: Expression) -> str:
    argument = one.example_argument
    lines = [one.example]
    if isinstance(argument, list):
        lines += [f"| {' | '.join(row)} |" for row in argument]
    elif argument is not None:
        lines += ['"""', *argument.split("\n"), '"""']
    return "<br>".join(map(_code, lines))


def _code(text: str) -> str:
    plain = text.replace("|", "\\|")
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


if __name__ == "__main__":
    guide_path = Path(sys.argv[1])
    guide_path.write_text(with_steps(guide_path.read_text(encoding="utf-8")), encoding="utf-8")
