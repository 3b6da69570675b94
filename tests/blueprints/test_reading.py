"""A good blueprint becomes the values that its author meant."""

from pathlib import Path

import pytest

from backend.blueprints.blueprint import Blueprint, Entity, Field, FieldType, StepKind
from backend.blueprints.document import compile_blueprint
from backend.blueprints.house_style import in_sentence, labels_of, plural_of
from tests.blueprints.drafts import (
    DATA,
    FRONT,
    SCENARIO,
    VALUES,
    compiled,
    draft,
    requirement,
    scenario,
    without_doubts,
)

EXAMPLES = sorted(Path("examples").glob("*.md"))


def _read(text: str) -> Blueprint:
    result = compiled(text)
    assert result.blueprint is not None
    assert result.orderable, result.findings
    return result.blueprint


def test_front_matter_becomes_the_order() -> None:
    front = FRONT.replace("Job book", "Spoke & Chain: jobs").replace("kind", "budget: 20.50\nkind")
    blueprint = _read(
        draft(front=front.replace("name: Spoke & Chain: jobs", 'name: "Spoke & Chain: jobs"'))
    )

    assert (blueprint.name, blueprint.slug) == ("Spoke & Chain: jobs", "spoke-chain-jobs")
    assert blueprint.budget_micros == 20_500_000
    assert blueprint.introduction == "It keeps repairs."
    assert len(blueprint.digest) == 64


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("Käse & Brot", "kase-brot"),
        ("CON", "product-bdfc8d9e"),
        ("自転車", "product-1ad8e2ae"),
        ("-rf *", "rf"),
    ],
)
def test_slug_is_safe_in_file_names(name: str, slug: str) -> None:
    found = _read(draft(front=FRONT.replace("Job book", f'"{name}"'))).slug

    assert found.split("-")[0] == slug.split("-", maxsplit=1)[0]
    assert found.replace("-", "").isalnum()
    assert found.isascii()


def test_data_section_becomes_the_data_model() -> None:
    repair = _read(draft()).data.entities[1]

    assert repair == Entity(
        name="Repair",
        plural="Repairs",
        line=15,
        fields=(
            Field(name="Bicycle", type=FieldType.TEXT, required=True, line=18),
            Field(name="Customer", type=FieldType.LINK, links_to="Customer", line=19),
            Field(name="Price", type=FieldType.MONEY, at_least="0", at_most="500", line=20),
            Field(name="Due on", type=FieldType.DATE, line=21),
            Field(name="Urgent", type=FieldType.YES_NO, line=22),
            Field(
                name="Status",
                type=FieldType.CHOICE,
                choices=("Waiting", "In work", "Ready"),
                starts_as="Waiting",
                line=23,
            ),
        ),
    )


def test_every_type_and_rule_is_read() -> None:
    rows = [
        ("A", "Text", "Required; starts as a thing"),
        ("B", "long text", ""),
        ("C", "whole number", "at least -5; at most 5; starts as 0"),
        ("D", "number", "at least 0.5"),
        ("E", "money", "at most 9.99; starts as 1"),
        ("F", "date", "on or after today; starts as today"),
        ("G", "date and time", "starts as 2026-03-12 14:30"),
        ("H", "yes/no", "starts as yes"),
        ("I", "email", "unique"),
        ("J", "phone", ""),
        ("K", "web address", ""),
        ("L", "choice", "required; One, Two"),
        ("M", "link to thing", "required"),
        ("N", "file", "required"),
    ]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    data = (
        "## Data\n### Thing\n| field | type |\n| --- | --- |\n| Name | text |\n\n"
        f"### Whole\n| Field | Type | Rules |\n| --- | --- | --- |\n{table}"
    )
    fields = {f.name: f for f in _read(draft(data=data)).data.entities[1].fields}

    assert [f.type.value for f in fields.values()][:4] == [
        "text",
        "long text",
        "whole number",
        "number",
    ]
    assert fields["A"] == Field(
        name="A", type=FieldType.TEXT, required=True, starts_as="a thing", line=17
    )
    assert (fields["C"].at_least, fields["C"].at_most) == ("-5", "5")
    assert fields["E"].at_most == "9.99"
    assert (fields["F"].on_or_after_today, fields["F"].starts_as) == (True, "today")
    assert (fields["L"].required, fields["L"].choices) == (True, ("One", "Two"))
    assert fields["M"].links_to == "Thing"


def test_required_yes_or_no_is_told_to_change_nothing() -> None:
    data = DATA.replace(
        "| Urgent   | yes/no           |         ", "| Urgent   | yes/no           | required"
    )
    result = compiled(draft(data=data))

    found = without_doubts(result.findings)
    assert [(f.rule, f.severity.value) for f in found] == [("BP023", "info")]
    assert result.blueprint is not None
    assert not result.blueprint.data.entities[1].fields[4].required


@pytest.mark.parametrize(
    ("name", "plural"),
    [
        ("Customer", "Customers"),
        ("Apiary", "Apiaries"),
        ("Delivery note", "Delivery notes"),
        ("Person", "People"),
        ("VAT rate", "VAT rates"),
        ("Dish", "Dishes"),
        ("Stock item", "Stock items"),
    ],
)
def test_plural_is_what_people_say(name: str, plural: str) -> None:
    assert plural_of(name) == plural


def test_plural_in_the_heading_wins() -> None:
    blueprint = _read(draft(data=DATA.replace("### Repair", "### Repair (Jobs on the stand)")))

    assert blueprint.data.entities[1].plural == "Jobs on the stand"
    assert "New repair" in labels_of(blueprint.data)


def test_only_the_first_letter_is_lowered_inside_a_sentence() -> None:
    assert [in_sentence(n) for n in ("Delivery note", "VAT rate", "X")] == [
        "delivery note",
        "VAT rate",
        "x",
    ]


def test_background_serves_all_blocks_of_its_requirement_only() -> None:
    blueprint = _read(
        draft(
            requirement(
                "Background:\n  Given the app is open\n\n"
                + scenario('Then I should see "x"', name="One"),
                scenario('Then I should see "y"', name="Two"),
            ),
            requirement(scenario('Then I should see "z"', name="Three"), heading="## R2 Later"),
        )
    )

    assert [[s.expression for s in c.steps] for c in blueprint.scenarios] == [
        ["W01", "C01"],
        ["W01", "C01"],
        ["C01"],
    ]


def test_and_continues_the_kind_above() -> None:
    steps = (
        "Given the app is open",
        "And there are no repairs",
        'When I press "a"',
        'But I press "b"',
        'Then I should see "x"',
    )
    blueprint = _read(draft(requirement(scenario(*steps))))

    kinds = [s.kind for s in blueprint.scenarios[0].steps]
    assert kinds == [StepKind.GIVEN, StepKind.GIVEN, StepKind.WHEN, StepKind.WHEN, StepKind.THEN]


def test_outline_rows_are_numbered_through_all_examples() -> None:
    block = (
        "Scenario Outline: <what> is refused\n  When I fill in:\n    | Price | <price> |\n"
        '  Then I should see "<what>"\n'
        "  Examples:\n    | what | price |\n    | Gift | 0 |\n    | Debt | -1 |\n"
        "  Examples: more\n    | what | price |\n    | Gold | 9 |\n"
    )
    scenarios = _read(draft(requirement(block))).scenarios

    assert [s.criterion for s in scenarios] == [f"R1/what-is-refused#{n}" for n in (1, 2, 3)]
    assert [s.name for s in scenarios] == ["Gift is refused", "Debt is refused", "Gold is refused"]
    assert [s.steps[0].table for s in scenarios] == [(("Price", p),) for p in ("0", "-1", "9")]
    assert [s.steps[1].arguments for s in scenarios] == [("Gift",), ("Debt",), ("Gold",)]


def test_values_stand_in_sentences_tables_texts_and_names() -> None:
    values = VALUES + "| rider | full name | Ada Byron |\n"
    block = scenario(
        "When I fill in:",
        "  | Bicycle | ${rider} |",
        "Then the page should read:",
        '  """',
        "  ${rider}",
        '  """',
        'And I should see "of ${rider}!"',
        name="${rider} rides",
    )
    [criterion] = _read(draft(requirement(block), values)).scenarios

    assert criterion.name == "Ada Byron rides"
    assert criterion.criterion == "R1/rider-rides"
    assert criterion.steps[0].table == (("Bicycle", "Ada Byron"),)
    assert criterion.steps[1].document == "Ada Byron"
    assert criterion.steps[2].arguments == ("of Ada Byron!",)


def test_concept_unfolds_into_its_steps() -> None:
    concepts = requirement(
        'Scenario: I note "<bicycle>"\n  When I fill in:\n    | Bicycle | <bicycle> |\n'
        "  And I save it\n\n"
        'Scenario: I save it\n  When I press "Save"\n',
        heading="## Concepts",
    )
    block = scenario('When I note "the \\"red\\" one"', 'Then I should see "x"')
    [criterion] = _read(draft(requirement(block), concepts)).scenarios

    fill, press, _ = criterion.steps
    assert fill.table == (("Bicycle", 'the "red" one'),)
    assert (press.expression, press.arguments) == ("A02", ("Save",))
    assert {s.concept for s in (fill, press)} == {'I note "the \\"red\\" one"'}
    assert {s.line for s in (fill, press)} == {criterion.line + 1}


def test_concept_of_checks_cannot_stand_under_when() -> None:
    concepts = requirement(
        'Scenario: it is calm\n  Then I should see "calm"\n', heading="## Concepts"
    )
    result = compiled(
        draft(
            requirement(
                scenario("Given the app is open", "When it is calm", 'Then I should see "x"')
            ),
            concepts,
        )
    )

    assert [f.rule for f in without_doubts(result.findings)] == ["BP006"]


def test_the_first_page_has_the_name_that_the_navigation_gives_it() -> None:
    scenario = SCENARIO.replace("the app is open", 'I am on the "Home" page')

    assert _read(draft(requirement(scenario))).pages == {"Home": "/"}


def test_pages_services_and_risks_are_kept() -> None:
    blueprint = _read(
        draft(
            requirement(
                "@risk:money @critical\n"
                + SCENARIO.replace("the app is open", 'I am on the "Stock" page')
            ),
            "## Pages\n| page | path |\n| --- | --- |\n| Stock | /stock?all=1 |\n",
            "## Services\n| name | for |\n| --- | --- |\n| payments | taking cards |\n",
        )
    )

    assert blueprint.pages == {"Home": "/", "Stock": "/stock?all=1"}
    assert blueprint.services == {"payments": "taking cards"}
    assert blueprint.risks == ("money",)
    assert blueprint.scenarios[0].is_critical


def test_wip_scenario_is_told_and_not_counted() -> None:
    result = compiled(
        draft(requirement(SCENARIO, "@wip\n" + scenario("When I gaze", name="Later")))
    )

    assert result.orderable
    assert [f.severity.value for f in without_doubts(result.findings)] == ["info"]
    assert result.blueprint is not None
    assert len(result.blueprint.scenarios) == 1


def test_combined_and_single_characters_are_the_same_name() -> None:
    text = draft(
        requirement(scenario('Given I am on the "Repairs" page', 'Then I should see "Cafe\u0301"'))
    )

    assert _read(text).scenarios[0].steps[1].arguments == ("Caf\u00e9",)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_lints_clean(path: Path) -> None:
    result = compile_blueprint(path.read_bytes(), path.name)

    assert without_doubts(result.findings) == []
    assert result.blueprint is not None
    assert len(result.blueprint.scenarios) >= 8
    assert any(s.is_holdout for s in result.blueprint.scenarios)
    assert any(s.is_critical for s in result.blueprint.scenarios)


def test_there_are_three_examples() -> None:
    assert len(EXAMPLES) >= 3
