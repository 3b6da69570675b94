"""Writes the page of all rules from the rules themselves and from what was measured of them."""

import sys
from collections.abc import Iterable
from pathlib import Path

from backend.blueprints.coverage.catalogue import COVERAGE_RULES
from backend.blueprints.rule import Rule
from backend.blueprints.structure_rules import STRUCTURE_RULES
from backend.blueprints.wording.catalogue import WORDING_RULES
from bench.smells import Tally, half_of, measure_half, row_of

BEGIN = "<!-- rules: begin (made by python -m bench.rule_pages; do not edit by hand) -->"
END = "<!-- rules: end -->"
_HEAD = "| rule | level | blames | why | example | better |"
_FIGURES = " recall | precision |"


def render_rules() -> str:
    """Return the tables of all rules, with figures where there are any."""
    tallies = measure_half(held_out=True)
    count = f"{len(half_of(held_out=True))} of {len(half_of(held_out=False)) * 2 - 1}"
    wording = sorted((one.rule for one in WORDING_RULES), key=lambda rule: rule.id)
    parts = [
        f"The figures are from the held-out half of the clean blueprints ({count}).",
        _table("## Wording", wording, tallies),
        _table("## Coverage", [one.rule for one in COVERAGE_RULES], tallies),
        _table("## Names", [rule for rule in STRUCTURE_RULES if rule.id in tallies], tallies),
        _table("## Structure", [r for r in STRUCTURE_RULES if r.id not in tallies], {}),
    ]
    return "\n\n".join(parts)


def with_rules(page: str) -> str:
    """Return the page with the tables between its markers made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{render_rules()}\n\n{END}{after}"


def _table(heading: str, rules: Iterable[Rule], tallies: dict[str, Tally]) -> str:
    columns = 8 if tallies else 6
    head = _HEAD + (_FIGURES if tallies else "")
    rows = [_row(rule, tallies.get(rule.id)) for rule in rules]
    return "\n".join([heading, "", head, "|" + " --- |" * columns, *rows])


def _row(rule: Rule, tally: Tally | None) -> str:
    texts = (rule.title, rule.reason, rule.example, rule.better)
    cells = [rule.id, rule.severity.value, *map(_plain, texts)]
    if tally is not None:
        injected, found, recall, wrong, precision = row_of(tally)
        cells += [f"{recall} ({found} of {injected})", f"{precision} ({wrong} wrong)"]
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Keep a table's bars and tags from being read as markup."""
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    page_path = Path(sys.argv[1])
    page_path.write_text(with_rules(page_path.read_text("utf-8")), "utf-8")
