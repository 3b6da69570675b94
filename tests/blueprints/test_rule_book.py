"""The page of rules says what the rules say and what was measured of them."""

import re
from pathlib import Path

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule_book import RULE_BOOK
from bench.rule_pages import with_rules
from bench.smells import measure_half

PAGE = Path("docs/linter.md").read_text(encoding="utf-8")
CODE = Path("backend/blueprints").rglob("*.py")
LEAST_PRECISION, LEAST_FOR_WARNING = 0.4, 0.7
LEAST_INJECTED = 12


def test_page_of_rules_is_current() -> None:
    assert with_rules(PAGE) == PAGE, "run python -m bench.rule_pages docs/linter.md"


def test_every_rule_of_the_code_is_in_the_book() -> None:
    used = {rule for path in CODE for rule in re.findall(r"BP\d{3}", path.read_text())}

    assert used == set(RULE_BOOK)


def test_every_rule_that_doubts_is_measured_often_enough_to_mean_something() -> None:
    injected = {name: tally.injected for name, tally in measure_half(held_out=True).items()}

    assert set(injected) == {name for name in RULE_BOOK if name > "BP100"}
    assert {name: n for name, n in injected.items() if n < LEAST_INJECTED} == {}


def test_rules_that_are_mostly_wrong_do_not_warn() -> None:
    for name, tally in measure_half(held_out=True).items():
        assert tally.precision >= LEAST_PRECISION, name
        if RULE_BOOK[name].severity is Severity.WARNING:
            assert tally.precision >= LEAST_FOR_WARNING, (name, tally.wrong)
