"""What scenarios leave out is told once, with a scenario that shows it and compiles."""

from pathlib import Path

import pytest

from backend.blueprints.blueprint import Finding
from backend.blueprints.coverage.skeletons import creation, emptiness, refusal
from backend.blueprints.document import compile_blueprint
from tests.blueprints.drafts import (
    SCENARIO,
    compiled,
    draft,
    requirement,
    scenario,
    without_doubts,
)

EXAMPLES = sorted(Path("examples").glob("*.md"))
CLEAN = sorted(Path("bench/clean_blueprints").glob("*.md"))
OPEN = "Given the app is open"


def _gaps(text: str, rule: str) -> list[Finding]:
    result = compiled(text)
    assert result.orderable, result.findings
    return [f for f in result.findings if f.rule == rule]


@pytest.mark.parametrize("path", [*EXAMPLES, *CLEAN], ids=lambda path: path.stem)
def test_every_scenario_that_is_offered_compiles_where_it_is_offered(path: Path) -> None:
    blueprint = compile_blueprint(path.read_bytes(), path.name).blueprint
    assert blueprint is not None
    data = blueprint.data
    offered = [emptiness(entity) for entity in data.entities]
    for entity in data.entities:
        for field in entity.fields:
            offered += [
                s for s in (refusal(entity, field, data), creation(entity, field, data)) if s
            ]
    block = "\n\n".join(
        one.replace("Scenario: ", f"Scenario: Number {n} ", 1) for n, one in enumerate(offered)
    )
    whole = path.read_text("utf-8").replace("@holdout", "")  # some are offered sealed already
    text = whole + f"\n## R99 Offered\n\n```gherkin\n{block}\n```\n"

    result = compile_blueprint(text.encode(), path.name)

    assert offered
    assert without_doubts(result.findings) == []
    assert result.orderable


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_stay_readable(path: Path) -> None:
    found = compile_blueprint(path.read_bytes(), path.name).findings

    assert len(found) <= 10
    assert len([f for f in found if f.rule >= "BP200"]) <= 7


def test_broken_rule_of_a_field_is_shown_by_no_scenario() -> None:
    [found] = _gaps(draft(), "BP202")

    assert "“Name” of “customer”" in found.message
    assert "The same goes for" in found.message
    assert 'Then "Name" should show the error "Name is required"' in found.remedy


def test_rule_that_a_scenario_breaks_is_not_named() -> None:
    refused = scenario(
        'Given I am on the "Repairs" page',
        'When I press "Save"',
        'Then "Bicycle" should show the error "Bicycle is required"',
        name="Refused",
    )
    [found] = _gaps(draft(requirement(SCENARIO + refused)), "BP202")

    assert "Bicycle" not in found.message


def test_prohibition_without_a_refusal_is_told_with_its_sentence() -> None:
    text = requirement(SCENARIO).replace(
        "The mechanic writes it down.", "Only the mechanic closes a repair."
    )
    [found] = _gaps(draft(text), "BP201")

    assert "Only the mechanic closes a repair." in found.message
    assert "Scenario: A repair without Bicycle is refused" in found.remedy
    negative = SCENARIO + scenario(OPEN, 'Then I should not see the button "Close"', name="No")
    assert _gaps(draft(text.replace(SCENARIO, negative)), "BP201") == []


def test_field_that_no_outcome_names_is_told_and_a_checked_one_is_not() -> None:
    checked = scenario(
        'Given I am on the "Repairs" page',
        'When I follow the "New repair" link',
        'Then "Status" should be "Waiting"',
    )
    [found] = _gaps(draft(requirement(checked)), "BP203")

    assert "“Bicycle” of “repair”" in found.message
    assert "Status" not in found.message


def test_scenario_that_acts_after_it_has_checked_is_to_be_split() -> None:
    twice = scenario(
        OPEN, 'When I press "Save"', 'Then I should see "Ready"', 'When I press "Edit"'
    )
    [found] = _gaps(draft(requirement(twice + '  Then I should see "Waiting"\n')), "BP205")

    assert "acts again" in found.message


@pytest.mark.parametrize(("more", "is_told"), [(9, False), (10, True)])
def test_more_than_twelve_steps_are_too_many(more: int, *, is_told: bool) -> None:
    steps = [f'And I should see "{n}"' for n in range(more)]
    long = scenario(OPEN, 'When I press "Save"', 'Then I should see "Ready"', *steps)

    assert bool(_gaps(draft(requirement(long)), "BP206")) is is_told


def test_role_that_nobody_plays_is_told() -> None:
    roles = "## Roles\n| role |\n| --- |\n| Auditor |\n"
    [found] = _gaps(draft(requirement(SCENARIO), roles), "BP207")

    assert "“Auditor”" in found.message


def test_list_in_none_of_its_states_is_told_and_a_phone_is_enough() -> None:
    listed = scenario('Given I am on the "Repairs" page', 'Then I should see "Red"')
    on_phone = listed.replace("Given I am", "Given I use a phone\n  And I am")

    assert len(_gaps(draft(requirement(listed)), "BP208")) == 1
    assert _gaps(draft(requirement(on_phone)), "BP208") == []


def test_critical_outcome_that_any_data_would_give_is_told() -> None:
    steps = (
        'Given I am on the "Repairs" page',
        'When I fill in "Bicycle" with "Red tandem"',
        'Then I should see the message "Repair saved"',
    )
    same = scenario(*steps, tags="@critical")
    varied = scenario(*steps, 'And I should see the heading "Red tandem"', tags="@critical")

    assert len(_gaps(draft(requirement(same)), "BP209")) == 1
    assert _gaps(draft(requirement(varied)), "BP209") == []


def test_words_of_a_holdout_are_never_told() -> None:
    steps = [f'And I should see "secret {n}"' for n in range(12)]
    hidden = scenario(
        OPEN,
        'When I press "Save"',
        'Then I should see "secret"',
        *steps,
        'When I press "Save"',
        'Then I should see the message "Repair saved"',
        name="A secret tandem",
        tags="@holdout @critical",
    )
    public = (
        SCENARIO + '\n@critical\nScenario: B\n  Given the app is open\n  Then I should see "x"\n'
    )
    found = compiled(draft(requirement(public + "\n" + hidden))).findings

    assert {"BP205", "BP206"} <= {f.rule for f in found}
    assert not [f for f in found if "secret" in f.message + f.remedy]


def test_nothing_is_said_of_coverage_while_there_are_errors() -> None:
    found = compiled(draft(requirement(SCENARIO.replace("press", "smash")))).findings

    assert not [f for f in found if "BP200" < f.rule < "BP210"]


def test_other_kinds_of_products_have_no_forms_to_cover() -> None:
    found = compiled(draft().replace("kind: web app", "kind: http api")).findings

    assert not {f.rule for f in found} & {"BP202", "BP203", "BP208"}
