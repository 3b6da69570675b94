"""Nothing that an author writes is dropped silently: each known trap is a finding."""

import pytest

from tests.blueprints.drafts import (
    DATA,
    FRONT,
    SCENARIO,
    draft,
    errors,
    given,
    line_of,
    requirement,
    scenario,
)

FENCE = "```gherkin\n" + SCENARIO + "```\n"
OUTLINE = (
    'Scenario Outline: Prices\n  When I fill in "Price" with "<price>"\n  Then I should see "x"\n'
)


def _first_step(text: str) -> str:
    return draft(
        requirement(f'Scenario: A\n  {text}\n  When I press "Save"\n  Then I should see "x"\n')
    )


def _customers(*rows: str) -> str:
    lines = "".join(f"    {row}\n" for row in rows)
    return draft(
        requirement(
            f'Scenario: A\n  Given these customers exist:\n{lines}  Then I should see "x"\n'
        )
    )


def _data(table: str) -> str:
    return draft(data=f"## Data\n### Repair\n{table}\n")


# trap -> (blueprint, the rules of which one must fire)
TRAPS: dict[str, tuple[str, set[str]]] = {
    # a first step that the parser would swallow as a description
    "a lower-case keyword": (_first_step("given the app is open"), {"BP003"}),
    "a bullet before the step": (_first_step("- Given the app is open"), {"BP003"}),
    "a number before the step": (_first_step("1. Given the app is open"), {"BP003"}),
    "a bold keyword": (_first_step("**Given** the app is open"), {"BP003"}),
    "a shouted keyword": (_first_step("GIVEN the app is open"), {"BP003"}),
    "a colon after the keyword": (_first_step("Given: the app is open"), {"BP003"}),
    "a tab after the keyword": (_first_step("Given\tthe app is open"), {"BP021"}),
    "a no-break space before the keyword": (_first_step("\u00a0Given the app is open"), {"BP021"}),
    "a zero-width space before the keyword": (
        _first_step("\u200bGiven the app is open"),
        {"BP021"},
    ),
    # scenarios that are none
    "Scenario without a colon": (
        draft(requirement('Scenario A\n  Then I should see "x"\n')),
        {"BP003"},
    ),
    "scenario in lower case": (
        draft(requirement('scenario: A\n  Then I should see "x"\n')),
        {"BP003"},
    ),
    "steps without a scenario": (draft(requirement('Then I should see "x"\n')), {"BP003"}),
    "another language": (draft(requirement('Szenario: A\n  Dann sehe ich "x"\n')), {"BP003"}),
    "a scenario without steps": (draft(requirement("Scenario: A\n")), {"BP002"}),
    "prose below the name": (
        draft(requirement("Scenario: A\n  As a mechanic\n" + '  Then I should see "x"\n')),
        {"BP003"},
    ),
    # kinds and tags
    "a star for a step": (_first_step("* the app is open"), {"BP006"}),
    "And as the first step": (_first_step("And the app is open"), {"BP006"}),
    "a tag behind the name": (
        draft(requirement(scenario('Then I should see "x"', name="A @critical"))),
        {"BP005"},
    ),
    "a tag line without @": (draft(requirement("critical\n" + SCENARIO)), {"BP003"}),
    "a tag in backticks": (draft(requirement("`@critical`\n" + SCENARIO)), {"BP003"}),
    # outlines
    "an outline without Examples": (draft(requirement(OUTLINE)), {"BP007"}),
    "an outline with a header only": (
        draft(requirement(OUTLINE + "  Examples:\n    | price |\n")),
        {"BP007"},
    ),
    "an outline with a bare table": (
        draft(requirement(OUTLINE + "    | price |\n    | 1 |\n")),
        {"BP007"},
    ),
    "a quote inside an Examples value": (
        draft(requirement(OUTLINE + '  Examples:\n    | price |\n    | a "b" |\n')),
        {"BP004"},
    ),
    # tables below steps
    "a row of dashes": (_customers("| Name |", "| --- |", "| Ada |"), {"BP012"}),
    "a row without its last bar": (
        _customers("| Name | Email |", "| Ada | a@b.example"),
        {"BP012"},
    ),
    "text behind a row": (_customers("| Name |", "| Ada | the first"), {"BP012"}),
    "a blank line inside a table": (_customers("| Name |", "| Ada |", "", "| Bob |"), {"BP012"}),
    "a row behind #": (_customers("| Name |", "# | Ada |", "| Bob |"), {"BP022"}),
    "a comment inside a table": (_customers("| Name |", "# the boss", "| Bob |"), {"BP012"}),
    "rows of different lengths": (_customers("| Name |", "| Ada | Bob |"), {"BP012"}),
    "a table that checks nothing": (
        draft(
            requirement(SCENARIO + '  And the "Repairs" table should contain:\n    | Bicycle |\n')
        ),
        {"BP012"},
    ),
    "table and long text on one step": (
        draft(requirement(given("When I fill in:", '  """', "  x", '  """', "  | a | b |"))),
        {"BP009"},
    ),
    # comments
    "a check behind #": (draft(requirement(SCENARIO + '  # Then I should see "z"\n')), {"BP022"}),
    "a language line": (draft(requirement("# language: de\n" + SCENARIO)), {"BP020"}),
    # blocks
    "a long text between backticks": (
        draft(requirement(given("Given the page should read:", "  ```", "  - heading", "  ```"))),
        {"BP014"},
    ),
    "a block that is never closed": (
        draft("## R1 A\n```gherkin\n" + SCENARIO + "\n## R2 B\n" + SCENARIO),
        {"BP014"},
    ),
    "Gherkin with a capital": (draft("## R1 A\n" + FENCE.replace("gherkin", "Gherkin")), {"BP014"}),
    "gherkin in braces": (draft("## R1 A\n" + FENCE.replace("gherkin", "{gherkin}")), {"BP014"}),
    "feature for a label": (draft("## R1 A\n" + FENCE.replace("gherkin", "feature")), {"BP014"}),
    "no label": (draft("## R1 A\n" + FENCE.replace("gherkin", "")), {"BP014"}),
    "a block indented by four": (
        draft("## R1 A\n\n" + "\n".join("    " + line for line in FENCE.split("\n"))),
        {"BP014"},
    ),
    "two backticks": (draft("## R1 A\n" + FENCE.replace("```", "``")), {"BP014"}),
    "a scenario in a comment": (draft("## R1 A\n<!--\n" + FENCE + "-->\n"), {"BP014"}),
    "a scenario in details": (draft("## R1 A\n<details>\n" + FENCE + "</details>\n"), {"BP014"}),
    "a block in a list": (
        draft("## R1 A\n- see\n\n" + "\n".join("  " + line for line in FENCE.split("\n"))),
        {"BP014"},
    ),
    "a block in a quote": (
        draft("## R1 A\n" + "\n".join("> " + line for line in FENCE.split("\n"))),
        {"BP014"},
    ),
    "an empty block": (draft("## R1 A\n```gherkin\n\n```\n"), {"BP014"}),
    "a block above the first requirement": (draft(FENCE, requirement(SCENARIO)), {"BP014"}),
    "a scenario outside any block": (draft("## R1 A\n\n" + SCENARIO), {"BP014"}),
    # headings
    "no space after ##": (draft(requirement(SCENARIO), "##R2 B\n\n" + FENCE), {"BP015"}),
    "a bold line for a heading": (draft(requirement(SCENARIO), "**R2 B**\n\n" + FENCE), {"BP015"}),
    "text above dashes": (draft(requirement(SCENARIO), "Some text\n---\n"), {"BP015"}),
    "text above equals signs": (draft(requirement(SCENARIO), "Some text\n===\n"), {"BP015"}),
    "a requirement in a comment": (draft(requirement(SCENARIO), "<!--\n## R2 B\n-->\n"), {"BP015"}),
    "a requirement in a quote": (draft(requirement(SCENARIO), "> ## R2 B\n"), {"BP015"}),
    # data tables
    "a data table without its second row": (
        _data("| field | type | rules |\n| A | text | |"),
        {"BP012"},
    ),
    "a second row that is too short": (
        _data("| field | type | rules |\n| --- | --- |\n| A | text | |"),
        {"BP012"},
    ),
    "a blank line inside a data table": (
        _data("| field | type | rules |\n| --- | --- | --- |\n| A | text | |\n\n| B | text | |"),
        {"BP012"},
    ),
    "text right below a data table": (
        _data("| field | type | rules |\n| --- | --- | --- |\n| A | text | |\nThat is all."),
        {"BP012"},
    ),
    "a cell too few": (
        _data("| field | type | rules |\n| --- | --- | --- |\n| A | text |"),
        {"BP012"},
    ),
    "a cell too many": (
        _data("| field | type | rules |\n| --- | --- | --- |\n| A | text | | x |"),
        {"BP012"},
    ),
    "a data table indented by four": (
        _data("\n    | field | type | rules |\n    | --- | --- | --- |\n    | A | text | |"),
        {"BP012"},
    ),
    "a data table in a list": (
        _data("- fields\n\n  | field | type | rules |\n  | --- | --- | --- |\n  | A | text | |"),
        {"BP012"},
    ),
    "a data table in a comment": (
        _data("<!--\n| field | type | rules |\n| --- | --- | --- |\n| A | text | |\n-->"),
        {"BP012"},
    ),
    "other columns than the three": (
        _data("| name | kind |\n| --- | --- |\n| A | text |"),
        {"BP012"},
    ),
    "a table above the first record": (
        draft(data="## Data\n| field | type |\n| --- | --- |\n| A | text |\n"),
        {"BP023"},
    ),
    # front matter
    "front matter below a mark": (draft(front="\ufeff" + FRONT), {"BP019"}),
    "front matter below a blank line": (draft(front="\n" + FRONT), {"BP019"}),
    "front matter left open": (draft(front="---\nname: A\nkind: web app\n"), {"BP019"}),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_a_finding(trap: str) -> None:
    text, rules = TRAPS[trap]

    assert rules & {f.rule for f in errors(text)}, [
        (f.line, f.rule, f.message) for f in errors(text)
    ]


def test_swallowed_heading_is_blamed_inside_a_closed_block() -> None:
    text = draft(
        requirement(SCENARIO + "\n## R2 Collect\n" + scenario('Then I should see "x"', name="B"))
    )

    assert (line_of(text, "## R2"), "BP022") in {(f.line, f.rule) for f in errors(text)}


def test_ordinary_comments_and_long_texts_are_left_alone() -> None:
    block = scenario(
        "# the page as a screen reader hears it",
        'Given I am on the "Repairs" page',
        "Then the page should read:",
        '  """',
        "  - heading “Repairs”",
        "  # not a comment",
        "  | neither | a table",
        "",
        '  """',
    )

    assert errors(draft(requirement(block))) == []


def test_typographic_signs_inside_quotes_are_data() -> None:
    block = given('When I fill in "Bicycle" with "Ada\u2019s \u201cfast\u201d one \u2013 \u2116 5"')

    assert errors(draft(requirement(block))) == []


def test_windows_line_endings_keep_line_numbers() -> None:
    text = draft(requirement(given("When I gaze")))

    [found] = errors(text.replace("\n", "\r\n"))

    assert found.line == line_of(text, "I gaze")


def test_tables_of_other_sections_are_prose() -> None:
    assert errors(draft(requirement(SCENARIO), "## Prices\n| a | b |\n| c\n")) == []


def test_data_survives_bars_inside_cells() -> None:
    data = DATA.replace("Waiting, In work, Ready", r"Waiting, In \| work, Ready")

    assert errors(draft(data=data)) == []
