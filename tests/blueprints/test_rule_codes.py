"""A code that a rule may speak of keeps what the rule may ask of it."""

import pytest

from backend.blueprints.blueprint import Scenario, StepKind
from backend.blueprints.variation.rule_codes import RuleCodes, demands_of
from backend.blueprints.variation.text_parts import parts_of
from tests.proof.stories import make_scenario, make_step


def free(text: str, rules: str) -> list[str]:
    parts = RuleCodes(rules).free(text, parts_of(text))
    return [text[part.start : part.end] for part in parts]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("B07", "Plots are numbered A1 to C20."),
        ("H-09", "A number looks like K-01."),
        ("TB 200", "Our plates run from AA 100 to ZZ 999."),
        ("Bay 7", "There are bays 1 to 40."),
        ("Bay 7", "Bays are numbered from 1 to 40."),
        ("12 bolts", "A box holds 40 bolts."),
        ("tb 200", "A plate such as xy 100 is refused."),
    ],
)
def test_a_text_stays_whole_where_rules_say_one_of_its_shape_or_number_what_it_numbers(
    text: str, rules: str
) -> None:
    assert free(text, rules) == []


@pytest.mark.parametrize(
    ("text", "rules", "parts"),
    [
        ("H-09", "Rows go from C to F.", ["09"]),
        ("TB 200", "The deposit is at most 200.", ["TB"]),
        ("Bay 7", "Every bay has a lamp.", ["7"]),
        ("H-09", "A rule with an I and A plain word.", ["H", "09"]),
        ("B07", "## R1 Keep the plots\n\nEvery plot has a number.", ["B", "07"]),
        ("Red tandem", "A tandem has 2 saddles.", ["Red", "tandem"]),
    ],
)
def test_what_else_rules_say_binds_that_part_alone(text: str, rules: str, parts: list[str]) -> None:
    assert free(text, rules) == parts


def says(text: str) -> Scenario:
    step = make_step("C08", "Number", text, kind=StepKind.THEN)
    return make_scenario("An error", step)


def test_an_error_that_makes_a_demand_is_a_rule_and_one_that_only_names_a_text_is_none() -> None:
    demand = "Number must look like H-01"

    assert demands_of([says(demand), says("H-09 is already taken")]) == demand
