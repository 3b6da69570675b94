"""Checkability and coverage are counted from the scenarios and shown before a price."""

from backend.blueprints.measures import Measures, Ratio
from tests.blueprints.drafts import SCENARIO, compiled, draft, requirement, scenario

REFUSED = scenario(
    'Given I am on the "Repairs" page',
    'When I press "Save"',
    'Then "Bicycle" should show the error "Bicycle is required"',
    name="Refused",
    tags="@holdout",
)


def test_what_scenarios_cover_is_counted() -> None:
    measures = compiled(draft(requirement(SCENARIO + "\n" + REFUSED))).measures

    assert measures == Measures(
        checkability=Ratio(2, 2),
        coverage=Ratio(1, 1),
        fields=Ratio(1, 8),
        negative=Ratio(1, 2),
        holdouts=Ratio(1, 2),
    )
    assert measures.checkability.share == 1


def test_requirement_without_a_scenario_lowers_coverage() -> None:
    measures = compiled(draft(requirement(SCENARIO), "## R2 Later\nIt is wanted.\n")).measures

    assert measures is not None
    assert measures.coverage == Ratio(1, 2)


def test_file_that_cannot_be_read_has_no_measures() -> None:
    assert compiled(b"").measures is None
    assert Ratio(0, 0).share == 0
