"""Sealed scenarios stay sealed, are fair, and can be shown to be the ones that were committed."""

import pytest

from backend.blueprints.blueprint import Scenario
from backend.blueprints.holdouts import commit_holdouts, root_of
from tests.blueprints.drafts import (
    SCENARIO,
    blamed,
    compiled,
    draft,
    errors,
    requirement,
    scenario,
)

SECRET = """
# the void trick
@holdout @slow
Scenario: Nobody may guess this
  Given the app is open
  # quietly
  When I fill in "Bicycle" with "Secret tandem"
  Then I should see the message "Repair saved"
"""
OUTLINE = """Scenario Outline: Prices
  When I fill in "Price" with "<price>"
  Then I should see "Ready"

  Examples:
    | price |
    | 1.11  |

  @holdout
  Examples:
    | price |
    | 9.87  |
"""


def test_public_text_lacks_every_line_of_a_holdout() -> None:
    public = compiled(
        draft(
            requirement(SCENARIO + SECRET + "\n" + scenario('Then I should see "z"', name="Last"))
        )
    ).public_text

    for secret in (
        "void trick",
        "@holdout",
        "Nobody may guess",
        "quietly",
        "Secret tandem",
        "@slow",
    ):
        assert secret not in public
    assert "A repair is taken in" in public
    assert "Scenario: Last" in public


def test_block_of_holdouts_only_vanishes_with_its_fence() -> None:
    public = compiled(draft(requirement(SCENARIO, SECRET))).public_text

    assert public.count("```gherkin") == 1
    assert public.count("```") == 2


def test_sealed_rows_leave_the_outline_public() -> None:
    result = compiled(draft(requirement(OUTLINE)))

    assert result.blueprint is not None
    assert "1.11" in result.public_text
    assert "9.87" not in result.public_text
    assert [(s.criterion, s.is_holdout) for s in result.blueprint.scenarios] == [
        ("R1/prices#1", False),
        ("R1/prices#2", True),
    ]
    assert "9.87" not in result.blueprint.scenarios[0].source
    assert "1.11" not in result.blueprint.scenarios[1].source


def test_refused_blueprint_has_no_public_text() -> None:
    assert compiled(draft(requirement("Scenario A\n" + SECRET))).public_text == ""


def test_findings_never_quote_a_holdout() -> None:
    text = draft(requirement(SCENARIO + SECRET.replace("I fill in", "I scribble in")))

    [found] = errors(text)

    assert found.rule == "BP004"
    assert "Secret" not in found.message + found.remedy
    assert "scribble" not in found.message + found.remedy


@pytest.mark.parametrize(
    ("holdout", "prose"),
    [
        (SECRET.replace('fill in "Bicycle" with "Secret tandem"', 'press "Void"'), ""),
        (SECRET.replace('fill in "Bicycle" with "Secret tandem"', 'press "Void"'), "Avoid voids."),
        (SECRET, "It matters that nobody may guess this in time."),
    ],
)
def test_leaked_or_unfair_holdout_is_an_error(holdout: str, prose: str) -> None:
    assert [f.rule for f in errors(draft(requirement(SCENARIO + holdout), prose))] == ["BP016"]


def test_row_that_is_public_too_is_a_leak() -> None:
    assert [f.rule for f in errors(draft(requirement(OUTLINE.replace("9.87", "1.11"))))] == [
        "BP016"
    ]


@pytest.mark.parametrize(
    "step",
    [
        'I press "Save"',
        'I follow the "New repair" link',
        'I follow the "Repairs" link',
        'I press "Due on"',
        'I download "Download CSV"',
        'I fill in "Search" with "x"',
        'I press "Void"',
        'I follow the "Next page" link',
        'I follow the "Cancel" link',
    ],
)
def test_names_of_the_house_style_and_the_public_part_are_fair(step: str) -> None:
    holdout = SECRET.replace('I fill in "Bicycle" with "Secret tandem"', step)

    assert errors(draft(requirement(SCENARIO + holdout), 'A button "Void" voids it.')) == []


@pytest.mark.parametrize(
    "text",
    [
        "No repairs yet",
        "3 repairs",
        "Waiting: 2",
        "Please correct the field below",
        "Email is already taken",
        "is already taken",
        "Row 3: Email is already taken",
        "Row 12: Price must be a number",
        "Row 2: 3 cells, but there are 2 headings",
        "Row 2",
    ],
)
def test_texts_that_the_guide_promises_are_fair(text: str) -> None:
    holdout = SECRET.replace('see the message "Repair saved"', f'see "{text}"')

    assert blamed(draft(requirement(SCENARIO + holdout))) == []


def test_surprising_text_in_a_check_only_warns() -> None:
    holdout = SECRET.replace("Repair saved", "Fiddlesticks")
    text = draft(requirement(SCENARIO + holdout))

    assert compiled(text).orderable
    assert [(f.rule, f.severity.value) for f in blamed(text)] == [("BP016", "warning")]


def _sealed(*texts: str) -> list[Scenario]:
    return [
        Scenario(
            criterion=f"R1/s-{n}",
            requirement="R1",
            name=text,
            steps=(),
            tags=("@holdout",),
            source=text,
        )
        for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize("count", range(9))
def test_reveal_matches_the_root(count: int) -> None:
    commitment = commit_holdouts(_sealed(*map(str, range(count))), seeds=(("seed", "42"),))

    assert len(commitment.leaves) == count + 1
    assert root_of(commitment.leaves) == commitment.root


def test_changed_moved_or_missing_leaf_does_not_match() -> None:
    commitment = commit_holdouts(_sealed("a", "b", "c"))
    leaves = commitment.leaves

    assert root_of(leaves[:-1]) != commitment.root
    assert root_of(leaves[::-1]) != commitment.root
    assert root_of((*leaves, leaves[-1])) != commitment.root


def test_same_scenarios_get_another_root_every_time() -> None:
    assert commit_holdouts(_sealed("a")).root != commit_holdouts(_sealed("a")).root


def test_public_scenarios_are_not_committed_and_nothing_has_a_root() -> None:
    public = Scenario(criterion="R1/a", requirement="R1", name="a", steps=(), source="a")

    commitment = commit_holdouts([public])

    assert commitment.leaves == ()
    assert commitment.root == root_of(())
