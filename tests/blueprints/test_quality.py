"""An author says in a table what every page owes; what it does not say keeps a sensible default."""

import pytest

from backend.blueprints.blueprint import Blueprint
from backend.blueprints.quality_checks import DEFAULT_RULES, Bearing, QualityCheck, QualityRule
from tests.blueprints.drafts import SCENARIO, compiled, draft, errors, line_of, requirement

HEAD = "## Quality\n| check | bearing | limit |\n| --- | --- | --- |\n"


def _quality(*rows: str) -> str:
    return draft(requirement(SCENARIO), HEAD + "".join(f"{row}\n" for row in rows))


def _blueprint(text: str) -> Blueprint:
    found = compiled(text)
    assert found.orderable, found.findings
    assert found.blueprint
    return found.blueprint


def test_without_the_section_the_defaults_hold() -> None:
    quality = _blueprint(draft()).quality

    assert quality.rules == DEFAULT_RULES
    decides = [rule.check for rule in quality.rules if rule.bearing is Bearing.DECIDES]
    assert decides == ["accessibility", "browser errors", "broken links"]
    assert quality.looked_at == tuple(QualityCheck)


def test_what_the_author_writes_replaces_the_default_of_that_check_alone() -> None:
    quality = _blueprint(
        _quality(
            "| Page  weight | decides | 500 kB |",
            "| ready within | decides | 800 ms |",
            "| broken links | reported | |",
            "| page structure | is off | |",
            "| accessibility | off | |",
        )
    ).quality

    assert quality.rule_of(QualityCheck.PAGE_WEIGHT) == QualityRule(
        check=QualityCheck.PAGE_WEIGHT, bearing=Bearing.DECIDES, limit=500_000
    )
    assert quality.rule_of(QualityCheck.READY_WITHIN).limit == 0.8
    assert quality.rule_of(QualityCheck.BROKEN_LINKS).bearing is Bearing.IS_REPORTED
    assert quality.rule_of(QualityCheck.BROWSER_ERRORS).bearing is Bearing.DECIDES
    assert quality.looked_at == ("browser errors", "broken links", "page weight", "ready within")


def test_the_column_of_limits_may_be_missing_and_a_limit_left_out() -> None:
    table = "## Quality\n| check | bearing |\n| --- | --- |\n| page weight | decides |\n"

    rule = _blueprint(draft(requirement(SCENARIO), table)).quality.rule_of(QualityCheck.PAGE_WEIGHT)

    assert rule == QualityRule(
        check=QualityCheck.PAGE_WEIGHT, bearing=Bearing.DECIDES, limit=2_000_000
    )


@pytest.mark.parametrize(
    ("row", "said", "remedy"),
    [
        ("| speed | decides | |", "There is no check “speed”.", "ready within"),
        ("| | decides | |", "There is no check", "accessibility"),
        ("| broken links | blocks | |", "“blocks” does not say", "decides, is reported or is off"),
        ("| page weight | decides | 2 |", "“2” is not a limit", "500 KB or 2 MB"),
        ("| page weight | decides | 2 s |", "“2 s” is not a limit", "500 KB or 2 MB"),
        ("| page weight | decides | 0 MB |", "“0 MB” is not a limit", "500 KB or 2 MB"),
        ("| page weight | decides | -1 MB |", "“-1 MB” is not a limit", "500 KB or 2 MB"),
        ("| ready within | decides | soon |", "“soon” is not a limit", "2.5 seconds or 800 ms"),
        ("| ready within | decides | 2,5 s |", "“2,5 s” is not a limit", "2.5 seconds"),
        ("| accessibility | decides | 3 MB |", "takes no limit", "Leave the cell empty"),
    ],
)
def test_a_row_that_says_nothing_is_shown_with_its_remedy(row: str, said: str, remedy: str) -> None:
    text = _quality(row)

    (found,) = errors(text)

    assert (found.rule, found.line) == ("BP027", line_of(text, row))
    assert said in found.message
    assert remedy in found.remedy


def test_a_check_that_stands_twice_is_shown_with_both_lines() -> None:
    text = _quality("| broken links | decides | |", "| Broken links | is off | |")

    (found,) = errors(text)

    assert found.line == line_of(text, "| Broken links")
    assert f"line {line_of(text, '| broken links')}" in found.message


def test_a_section_without_a_table_is_no_choice() -> None:
    (found,) = errors(draft(requirement(SCENARIO), "## Quality\nThe best, please.\n"))

    assert found.rule == "BP012"
