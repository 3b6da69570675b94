"""Records that a scenario puts in place are checked before anything is built."""

import pytest

from tests.blueprints.drafts import draft, errors, requirement


def _seed(entity: str, *rows: str, before: str = "") -> str:
    lines = "".join(f"    {row}\n" for row in rows)
    return draft(
        requirement(
            f"Scenario: A\n{before}  Given these {entity} exist:\n{lines}"
            '  When I press "Save"\n  Then I should see "x"\n'
        )
    )


ADA = "  Given these customers exist:\n    | Name |\n    | Ada |\n"
FAULTS = {
    "a column that is no field": _seed("repairs", "| Bicycle | Colour |", "| Red | red |"),
    "a column in other capitals": _seed("repairs", "| bicycle |", "| Red |"),
    "a required field without a column": _seed("repairs", "| Price |", "| 5 |"),
    "a required field that is empty": _seed("repairs", "| Bicycle | Price |", "|  | 5 |"),
    "an amount that is none": _seed("repairs", "| Bicycle | Price |", "| Red | cheap |"),
    "an amount with three decimals": _seed("repairs", "| Bicycle | Price |", "| Red | 1.005 |"),
    "an amount below its bound": _seed("repairs", "| Bicycle | Price |", "| Red | -1 |"),
    "an amount above its bound": _seed("repairs", "| Bicycle | Price |", "| Red | 501 |"),
    "a day that is none": _seed("repairs", "| Bicycle | Due on |", "| Red | 2026-02-30 |"),
    "an answer that is none": _seed("repairs", "| Bicycle | Urgent |", "| Red | perhaps |"),
    "a choice that is none": _seed("repairs", "| Bicycle | Status |", "| Red | Lost |"),
    "a choice in other capitals": _seed("repairs", "| Bicycle | Status |", "| Red | ready |"),
    "an email address that is none": _seed("customers", "| Name | Email |", "| Ada | ada |"),
    "the same unique value twice": _seed(
        "customers", "| Name | Email |", "| Ada | a@b.example |", "| Bob | a@b.example |"
    ),
    "a link to nobody": _seed("repairs", "| Bicycle | Customer |", "| Red | Ada |"),
    "a link to one of two": _seed(
        "repairs",
        "| Bicycle | Customer |",
        "| Red | Ada |",
        before=ADA.replace("| Ada |\n", "| Ada |\n    | Ada |\n"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_seed_fault_is_blamed(fault: str) -> None:
    assert [f.rule for f in errors(FAULTS[fault])] == ["BP011"]


@pytest.mark.parametrize(
    "text",
    [
        _seed("repairs", "| Bicycle | Customer |", "| Red | Ada |", before=ADA),
        _seed("repairs", "| Bicycle | Price | Due on | Urgent |", "| Red | 0 | 2026-02-28 | Yes |"),
        _seed("repairs", "| Bicycle | Customer | Price |", "| Red |  |  |"),
        _seed("repair", "| Bicycle |", "| Red |"),
    ],
)
def test_good_rows_pass(text: str) -> None:
    assert errors(text) == []


def test_link_is_not_judged_after_an_action_may_have_saved_its_record() -> None:
    before = '  Given the app is open\n  And I press "Save"\n'

    assert errors(_seed("repairs", "| Bicycle | Customer |", "| Red | Ada |", before=before)) == []
