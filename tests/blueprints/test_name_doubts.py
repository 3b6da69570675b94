"""Names that the data section makes implausible are doubted, and no others."""

from pathlib import Path

import pytest

from backend.blueprints.document import compile_blueprint
from tests.blueprints.drafts import (
    DATA,
    blamed,
    compiled,
    draft,
    requirement,
    scenario,
    without_doubts,
)

EXAMPLES = sorted(Path("examples").glob("*.md"))
MORE = DATA + "| Notes    | long text        | required                                         |\n"


def _doubts(*steps: str, data: str = MORE, parts: tuple[str, ...] = ()) -> list[str]:
    text = draft(
        requirement(scenario("Given the app is open", *steps, 'Then I should see "x"')),
        *parts,
        data=data,
    )
    result = compiled(text)
    assert result.orderable
    found = blamed(text)
    assert {f.rule for f in found} <= {"BP210"}
    return [f.message + " " + f.remedy for f in found]


@pytest.mark.parametrize(
    ("step", "meant"),
    [
        ('When I fill in "Bicicle" with "Red"', "“Bicycle”"),
        ('When I clear "price"', "“Price”"),
        ("When I fill in:\n    | Bicicle | Red |", "“Bicycle”"),
        ('When I fill in "Oven" with "Red"', "language model"),
        ('When I fill in "Status" with "Ready"', 'I select "…" from “Status”'),
        ('When I fill in "Customer" with "Ada"', 'I select "…" from “Customer”'),
        ('When I tick "Bicycle"', 'I fill in "…" with “Bicycle”'),
        ('When I select "Redy" from "Status"', "“Ready”"),
        ('When I select "Lost" from "Status"', "Choices are: In work, Ready, Waiting"),
        ('When I follow the "New Repair" link', "“New repair”"),
        ('When I press "Sav"', "“Save”"),
        ('Then I should see the heading "Repiars"', "“Repairs”"),
        ('Then I should see the message "Repair savd"', "“Repair saved”"),
        ('Then "Bicycle" should show the error "Bicycle is requierd"', "“Bicycle is required”"),
        ('Then "Price" should show the error "Price must be at least 5"', "“Price must be at"),
        ('Then "Pryce" should be "1.00"', "“Price”"),
        ('Then the "Ripairs" table should have 1 row', "“Repairs”"),
        ('Then the "Baskets" table should have 1 row', "language model"),
        ('Then the "Repairs" table should be sorted by "Prise"', "“Price”"),
        ('Then the "Repairs" table should contain:\n    | Nmae |\n    | Red |', "Columns are"),
        ('Then the "Repairs" table should contain:\n    | Notes |\n    | x |', "not shown"),
    ],
)  # fmt: skip
def test_unlikely_name_is_doubted_once(step: str, meant: str) -> None:
    [said] = _doubts(step)

    assert meant in said


@pytest.mark.parametrize(
    "step",
    [
        'When I fill in "Search" with "x"',
        'When I select "All" from "Status"',
        'When I press "Price"',
        'When I follow the "Next page" link',
        'When I fill in "Bicycle" with "Repair"\n  And I follow the "Repair" link',
        'When I follow the "Repair 3" link',
        'When I press "Pay now"',
        'When I upload "a.csv" to "CSV file"',
        'Then I should see the heading "Ada Byron"',
        'Then the "Repairs" table should be sorted by "Due on" descending',
        'Then "Notes" should show the error "is required"',
        'Then "Price" should show the error "Price must be a number"',
        'Then "Waiting" should be "3"',
        'Then I should see the message "Customer is used by 2 repairs"',
        'Then I should not see the message "saved"',
    ],
)
def test_names_of_the_house_style_and_own_words_are_not_doubted(step: str) -> None:
    assert _doubts(step) == []


def test_pages_of_ones_own_may_have_other_fields_and_tables() -> None:
    pages = "## Pages\n| page | path |\n| --- | --- |\n| Stock | /stock |\n"
    steps = ('When I fill in "Oven" with "Red"', 'Then the "Baskets" table should have 1 row')

    assert _doubts(*steps, parts=(pages,)) == []
    assert len(_doubts('When I fill in "Bicicle" with "Red"', parts=(pages,))) == 1


def test_slip_in_a_concept_is_told_once_however_often_it_is_used() -> None:
    concept = requirement(
        'Scenario: I note "<bicycle>"\n  When I fill in "Bicicle" with "<bicycle>"\n',
        heading="## Concepts",
    )

    assert len(_doubts('When I note "Red"', 'And I note "Red"', parts=(concept,))) == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_name_of_the_examples_is_doubted(path: Path) -> None:
    assert without_doubts(compile_blueprint(path.read_bytes(), path.name).findings) == []
