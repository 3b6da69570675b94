"""Every structural rule fires on its fault, on the right line, and says how to mend it."""

import pytest

from tests.blueprints.drafts import (
    DATA,
    FRONT,
    SCENARIO,
    VALUES,
    compiled,
    draft,
    errors,
    given,
    line_of,
    requirement,
    scenario,
    without_doubts,
)

FENCE = "```gherkin\n" + SCENARIO + "```\n"


def _data(*rows: str) -> str:
    table = "| field | type | rules |\n| --- | --- | --- |\n" + "\n".join(rows)
    return f"## Data\n### Repair\n{table}\n"


def _outline(examples: str, step: str = 'When I fill in "Price" with "<price>"') -> str:
    return requirement(
        f'Scenario Outline: Prices\n  {step}\n  Then I should see "Ready"\n{examples}'
    )


# what is wrong -> (blueprint, rule, a piece of the line that is blamed)
CASES: dict[str, tuple[str, str, str]] = {
    # BP001, BP002
    "a requirement without a scenario": (
        draft(requirement(SCENARIO), "## R2 Reports\nOnly prose.\n"),
        "BP001",
        "## R2 Reports",
    ),
    "a requirement with only @wip": (
        draft(requirement("@wip\n" + SCENARIO)),
        "BP001",
        "## R1",
    ),
    "no requirement at all": (draft("Only prose."), "BP001", "---"),
    "a scenario without steps": (
        draft(requirement("Scenario: Nothing happens\n\n" + SCENARIO)),
        "BP002",
        "Nothing happens",
    ),
    "a scenario that ends with an action": (
        draft(requirement(scenario("Given the app is open", 'When I press "Save"'))),
        "BP002",
        "Scenario: A repair",
    ),
    # BP003, BP004
    "a line that is no step": (
        draft(requirement(SCENARIO + "  the user clicks on it\n")),
        "BP003",
        "the user clicks",
    ),
    "a step that nobody knows": (
        draft(requirement(given('When I smash "Save"'))),
        "BP004",
        "smash",
    ),
    "a judged step": (
        draft(requirement(SCENARIO + '  And a person would agree that "it is calm"\n')),
        "BP004",
        "a person would agree",
    ),
    "a command in a web app": (
        draft(requirement(given("When I run `jobs list`"))),
        "BP026",
        "jobs list",
    ),
    "a step that signs in": (
        draft(requirement(given('Given I am signed in as "ada@example.com"'))),
        "BP024",
        "signed in",
    ),
    # BP005
    "a tag with a capital": (draft(requirement("@Critical\n" + SCENARIO)), "BP005", "@Critical"),
    "a risk nobody knows": (draft(requirement("@risk:fun\n" + SCENARIO)), "BP005", "@risk:fun"),
    "a tag in the name": (
        draft(requirement(SCENARIO.replace("taken in", "taken in @critical"))),
        "BP005",
        "@critical",
    ),
    "tags joined by a comma": (
        draft(requirement("@critical,@slow\n" + SCENARIO)),
        "BP005",
        "@critical,@slow",
    ),
    "a tag that fits no step": (draft(requirement("@api\n" + SCENARIO)), "BP005", "@api"),
    "a tag above nothing": (
        draft(requirement(SCENARIO + "\n@critical\n")),
        "BP005",
        "@critical",
    ),
    "a tag above Examples that belongs to the scenario": (
        draft(_outline("  @critical\n  Examples:\n    | price |\n    | 1     |\n")),
        "BP005",
        "@critical",
    ),
    # BP006
    "a step with a star": (draft(requirement(given("* the app is open"))), "BP006", "* the app"),
    "And as the first step": (draft(requirement(given("And the app is open"))), "BP006", "And the"),
    "And first although there is a background": (
        draft(
            requirement("Background:\n  Given the app is open\n\n" + given('And I press "Save"'))
        ),
        "BP006",
        "And I press",
    ),
    "Given after When": (
        draft(requirement(given('When I press "Save"', "Given there are no repairs"))),
        "BP006",
        "there are no repairs",
    ),
    "a check under Given": (
        draft(requirement(given('Given I should see "x"'))),
        "BP006",
        'Given I should see "x"',
    ),
    "an action under Then": (
        draft(requirement(SCENARIO + '  And I press "Edit"\n')),
        "BP006",
        '"Edit"',
    ),
    "a starting point under When": (
        draft(requirement(given("When there are no repairs"))),
        "BP006",
        "there are no",
    ),
    "a background that acts": (
        draft(requirement('Background:\n  When I press "Save"\n\n' + SCENARIO)),
        "BP006",
        'When I press "Save"',
    ),
    "a background in a later block": (
        draft(requirement(SCENARIO, "Background:\n  Given the app is open\n\n" + given())),
        "BP006",
        "Background:",
    ),
    "a date set after the page is open": (
        draft(requirement(given("Given the app is open", 'And the date is "2026-03-02 09:00"'))),
        "BP006",
        "the date is",
    ),
    "an answer to a dialog that nothing raised": (
        draft(requirement(given("Given the app is open", "When I accept the dialog"))),
        "BP006",
        "accept the dialog",
    ),
    # BP007
    "an outline without Examples": (
        draft(requirement(SCENARIO.replace("Scenario:", "Scenario Outline:"))),
        "BP007",
        "Scenario Outline",
    ),
    "an outline whose Examples are empty": (
        draft(_outline("  Examples:\n    | price |\n")),
        "BP007",
        "Scenario Outline",
    ),
    "a table below the last step in place of Examples": (
        draft(
            requirement(
                'Scenario Outline: Prices\n  When I fill in "Price" with "<price>"\n'
                '  Then I should see "Ready"\n    | price |\n    | 1     |\n'
            )
        ),
        "BP007",
        "Scenario Outline",
    ),
    "a column that is never used": (
        draft(_outline("  Examples:\n    | price | qty |\n    | 1     | 2   |\n")),
        "BP007",
        "| price | qty |",
    ),
    "a placeholder without a column": (
        draft(_outline("  Examples:\n    | prize |\n    | 1     |\n")),
        "BP007",
        "<price>",
    ),
    "a placeholder in a plain scenario": (
        draft(requirement(given('When I fill in "Price" with "<price>"'))),
        "BP007",
        "<price>",
    ),
    # BP008
    "a requirement id that stands twice": (
        draft(requirement(SCENARIO), requirement(SCENARIO, heading="## R1 Again")),
        "BP008",
        "## R1 Again",
    ),
    "a scenario name that stands twice": (
        draft(requirement(SCENARIO + "\n" + scenario('Then I should see "x"'))),
        "BP008",
        "Scenario: A repair",
    ),
    "a scenario without a name": (
        draft(requirement('Scenario:\n  Then I should see "x"\n')),
        "BP008",
        "Scenario:",
    ),
    # BP009
    "a step whose table is missing": (
        draft(requirement(given("When I fill in:"))),
        "BP009",
        "fill in:",
    ),
    "a table that the step does not take": (
        draft(requirement(given('When I press "Save"', "  | a |", "  | b |"))),
        "BP009",
        '"Save"',
    ),
    "a table and a long text on one step": (
        draft(requirement(given("When I fill in:", "  | a | b |", '  """', "  x", '  """'))),
        "BP009",
        "fill in:",
    ),
    "a date that is none": (
        draft(requirement(given('Given the date is "next Tuesday"'))),
        "BP009",
        "next Tuesday",
    ),
    # BP010, BP011
    "a page that does not exist": (
        draft(requirement(given('Given I am on the "Repiars" page'))),
        "BP010",
        "Repiars",
    ),
    "records that do not exist": (
        draft(requirement(given("Given there are no boats"))),
        "BP010",
        "boats",
    ),
    "an address outside the product": (
        draft(requirement(given('When I go to "https://example.com"'))),
        "BP010",
        "https://",
    ),
    "a page with a path that is none": (
        draft(
            requirement(SCENARIO), "## Pages\n| page | path |\n| --- | --- |\n| Stock | stock |\n"
        ),
        "BP010",
        "| Stock |",
    ),
    "a word that names another record": (
        draft(
            requirement(SCENARIO),
            "## Words\n| word | meaning |\n| --- | --- |\n| repairs | Customer |\n",
        ),
        "BP010",
        "| repairs |",
    ),
    # BP015, BP017, BP018
    "a heading with scenarios and no id": (draft("## Collect\n" + FENCE), "BP015", "## Collect"),
    "an id without a title": (draft("## R2\n" + FENCE), "BP015", "## R2"),
    "an id with a colon": (draft("## R2: Collect\n" + FENCE), "BP015", "## R2:"),
    "a requirement one level too deep": (
        draft(requirement(SCENARIO), "### R2 Collect\n"),
        "BP015",
        "### R2",
    ),
    "a known section misspelt": (draft(requirement(SCENARIO), "## Value\n"), "BP015", "## Value"),
    "a section that stands twice": (draft(requirement(SCENARIO), "## Data\n"), "BP015", "## Data"),
    "a picture without @visual": (
        draft(requirement(SCENARIO + '  And the page should look like "home"\n')),
        "BP017",
        "look like",
    ),
    "@visual without a picture": (
        draft(requirement("@visual\n" + SCENARIO)),
        "BP017",
        "Scenario: A",
    ),
    "@visual without a date": (
        draft(requirement("@visual\n" + SCENARIO + '  And the page should look like "home"\n')),
        "BP017",
        "Scenario: A",
    ),
    "TBD in the prose": (draft(requirement(SCENARIO), "The price is TBD.\n"), "BP018", "TBD"),
    "a clarification that is owed": (
        draft(requirement(SCENARIO), "[NEEDS CLARIFICATION: who?]\n"),
        "BP018",
        "CLARIFICATION",
    ),
    # BP019
    "no front matter": (draft(front=""), "BP019", "# Job book"),
    "an unknown key": (
        draft(front=FRONT.replace("kind", "buget: 3\nkind")),
        "BP019",
        "buget",
    ),
    "a key that stands twice": (
        draft(front=FRONT.replace("kind", "name: B\nkind", 1)),
        "BP019",
        "name: B",
    ),
    "a kind nobody knows": (
        draft(front=FRONT.replace("web app", "spaceship")),
        "BP019",
        "spaceship",
    ),
    "no name": (draft(front="---\nkind: web app\n---\n"), "BP019", "---"),
    "a budget in words": (
        draft(front=FRONT.replace("kind", "budget: lots\nkind")),
        "BP019",
        "lots",
    ),
    "a budget of nothing": (
        draft(front=FRONT.replace("kind", "budget: 0\nkind")),
        "BP019",
        "budget: 0",
    ),
    "front matter below a blank line": (draft(front="\n" + FRONT), "BP019", ""),
    "front matter that is never closed": (draft(front="---\nname: Job book\n"), "BP019", "---"),
    # BP020, BP021, BP022
    "a Feature in a block": (
        draft(requirement("Feature: Repairs\n" + SCENARIO)),
        "BP020",
        "Feature:",
    ),
    "a Rule in a block": (draft(requirement("Rule: Repairs\n" + SCENARIO)), "BP020", "Rule:"),
    "a language line": (draft(requirement("# language: de\n" + SCENARIO)), "BP020", "language"),
    "typographic quotes": (draft(requirement(given("When I press “Save”"))), "BP021", "“Save”"),
    "an invisible space": (
        draft(requirement(given('When I press "Sa\u200bve"'))),
        "BP021",
        "Sa\u200bve",
    ),
    "a direction override": (
        draft(requirement(SCENARIO), "Prose \u202e reversed.\n"),
        "BP021",
        "reversed",
    ),
    "a step behind #": (
        draft(requirement(SCENARIO + '  # Then I should see "x"\n')),
        "BP022",
        "# Then",
    ),
    "a tag behind #": (draft(requirement("# @critical\n" + SCENARIO)), "BP022", "# @critical"),
    # BP023
    "a type nobody knows": (draft(data=_data("| Bike | string | |")), "BP023", "| Bike |"),
    "a rule nobody knows": (draft(data=_data("| Bike | text | shiny |")), "BP023", "| Bike |"),
    "rules separated by a comma": (
        draft(data=_data("| Bike | text | required, unique |")),
        "BP023",
        "| Bike |",
    ),
    "a link to nothing": (
        draft(data=_data("| Bike | text | |", "| Of | link to Bike | |")),
        "BP023",
        "| Of |",
    ),
    "a choice without values": (
        draft(data=_data("| State | choice | required |")),
        "BP023",
        "| State |",
    ),
    "a choice with one value": (
        draft(data=_data("| State | choice | New / Old |")),
        "BP023",
        "| State |",
    ),
    "a choice that stands twice": (
        draft(data=_data("| State | choice | New, new |")),
        "BP023",
        "| State |",
    ),
    "a rule among the choices": (
        draft(data=_data("| State | choice | required, New, Old |")),
        "BP023",
        "| State |",
    ),
    "a start that is no choice": (
        draft(data=_data("| State | choice | New, Old; starts as Odd |")),
        "BP023",
        "| State |",
    ),
    "bounds that exclude each other": (
        draft(data=_data("| Price | money | at least 5; at most 1 |")),
        "BP023",
        "| Price |",
    ),
    "a start out of bounds": (
        draft(data=_data("| Price | money | at most 1; starts as 2 |")),
        "BP023",
        "| Price |",
    ),
    "a bound that is no number": (
        draft(data=_data("| Price | money | at least free |")),
        "BP023",
        "| Price |",
    ),
    "a half as the bound of whole numbers": (
        draft(data=_data("| Count | whole number | at least 1.5 |")),
        "BP023",
        "| Count |",
    ),
    "a bound on a text": (draft(data=_data("| Bike | text | at least 3 |")), "BP023", "| Bike |"),
    "today on a text": (
        draft(data=_data("| Bike | text | on or after today |")),
        "BP023",
        "| Bike |",
    ),
    "a unique yes or no": (draft(data=_data("| Done | yes/no | unique |")), "BP023", "| Done |"),
    "a link that starts as something": (
        draft(data=_data("| Bike | text | |", "| Of | link to Repair | starts as Red |")),
        "BP023",
        "| Of |",
    ),
    "a rule that stands twice": (
        draft(data=_data("| Bike | text | unique; unique |")),
        "BP023",
        "| Bike |",
    ),
    "a field that stands twice": (
        draft(data=_data("| Bike | text | |", "| bike | text | |")),
        "BP023",
        "| bike |",
    ),
    "a field called like a control": (
        draft(data=_data("| Search | text | |")),
        "BP023",
        "| Search |",
    ),
    "a field with markup": (draft(data=_data("| **Bike** | text | |")), "BP023", "**Bike**"),
    "a record that stands twice": (
        draft(data=DATA + "\n### repair\n| field | type |\n| --- | --- |\n| A | text |\n"),
        "BP023",
        "### repair",
    ),
    "a record without fields": (
        draft(data="## Data\n### Repair\nNothing yet.\n"),
        "BP023",
        "### Repair",
    ),
    "a record that steps cannot name": (
        draft(data=_data("| A | text | |").replace("### Repair", "### Réparation")),
        "BP023",
        "### Réparation",
    ),
    "a circle of required links": (
        draft(data=_data("| Bike | text | |", "| Of | link to Repair | required |")),
        "BP023",
        "| Of |",
    ),
    # BP024
    "a concept that uses itself": (
        draft(
            requirement(SCENARIO),
            requirement("Scenario: I wait\n  When I wait\n", heading="## Concepts"),
        ),
        "BP024",
        "Scenario: I wait",
    ),
    "a concept that is a step already": (
        draft(
            requirement(SCENARIO),
            requirement(
                'Scenario: I press "<x>"\n  When I follow the "<x>" link\n', heading="## Concepts"
            ),
        ),
        "BP024",
        'Scenario: I press "<x>"',
    ),
    "a concept with an unknown placeholder": (
        draft(
            requirement(SCENARIO),
            requirement('Scenario: I save "<a>"\n  When I press "<b>"\n', heading="## Concepts"),
        ),
        "BP024",
        '"<b>"',
    ),
    "a concept that mixes kinds": (
        draft(
            requirement(SCENARIO),
            requirement(
                'Scenario: I look\n  When I press "a"\n  Then I should see "b"\n',
                heading="## Concepts",
            ),
        ),
        "BP024",
        "Scenario: I look",
    ),
    "a concept with a tag": (
        draft(
            requirement(SCENARIO),
            requirement('@slow\nScenario: I look\n  When I press "a"\n', heading="## Concepts"),
        ),
        "BP024",
        "Scenario: I look",
    ),
    "a concept with an unknown step": (
        draft(
            requirement(SCENARIO),
            requirement("Scenario: I look\n  When I gaze\n", heading="## Concepts"),
        ),
        "BP004",
        "I gaze",
    ),
    # BP025
    "a value that is not declared": (
        draft(requirement(given('When I press "${bycicle}"'))),
        "BP025",
        "bycicle",
    ),
    "a value declared twice": (
        draft(
            requirement(SCENARIO),
            VALUES + "| a | word | x |\n| a | word | yy |\n",
        ),
        "BP025",
        "| yy |",
    ),
    "a value that is not of its kind": (
        draft(
            requirement(SCENARIO),
            VALUES + "| a | whole number 1..9 | 12 |\n",
        ),
        "BP025",
        "| 12 |",
    ),
    "a formula that adds up to something else": (
        draft(
            requirement(SCENARIO),
            VALUES + "| qty | whole number 1..9 | 3 |\n| sum | = qty * 2 | 7 |\n",
        ),
        "BP025",
        "| 7 |",
    ),
}


@pytest.mark.parametrize("fault", CASES)
def test_rule_blames_the_line(fault: str) -> None:
    text, rule, needle = CASES[fault]

    found = [f for f in errors(text) if f.rule == rule]

    assert found, f"no {rule}; found {[(f.line, f.rule, f.message) for f in errors(text)]}"
    lines = {n for n, line in enumerate(text.split("\n"), start=1) if needle in line}
    assert {f.line for f in found} & lines, [(f.line, f.message) for f in found]
    assert all(f.message and f.remedy and f.file == "job-book.md" for f in found)


def test_a_good_draft_has_no_findings() -> None:
    result = compiled(draft())

    assert without_doubts(result.findings) == []
    assert result.orderable


def test_unknown_step_names_the_three_nearest() -> None:
    [found] = errors(draft(requirement(given('When I smash "Save"'))))

    assert found.rule == "BP004"
    assert found.remedy.count("`") == 6
    assert 'I press the "Save" button' in found.remedy or "I clear" in found.remedy


def test_unavailable_step_is_called_known() -> None:
    judged = SCENARIO + '  And a person would agree that "it is calm"\n'
    [found] = errors(draft(requirement(judged)))

    assert "known, not yet available" in found.message


def test_kind_that_is_not_available_is_only_warned_about() -> None:
    steps = ('When I send a GET request to "/"', "Then the response status should be 200")
    front = FRONT.replace("web app", "http api")
    result = compiled(draft(requirement(scenario(*steps)), front=front))

    assert result.orderable
    assert [(f.line, f.rule, f.severity.value) for f in without_doubts(result.findings)] == [
        (3, "BP019", "warning")
    ]
    assert result.blueprint is not None
    assert result.blueprint.kind == "http api"


def test_findings_come_in_the_order_of_the_lines() -> None:
    text = draft(requirement(given("When I gaze", "When I press “x”")), "## R2 Later\n")
    found = compiled(text).findings

    assert [(f.line, f.rule) for f in found] == sorted((f.line, f.rule) for f in found)
    assert compiled(text).findings == found


def test_too_many_findings_are_cut_with_a_count() -> None:
    steps = [f"When I gaze at {n}" for n in range(199)]
    blocks = [scenario(*steps, 'Then I should see "x"', name=f"Gaze {n}") for n in range(3)]
    found = compiled(draft(requirement(*blocks))).findings

    assert len(found) == 201
    assert found[-1].message == "397 more findings are not shown."


def test_line_of_a_finding_counts_from_the_top_of_the_file() -> None:
    text = draft(requirement(given('When I smash "Save"')))

    assert [f.line for f in errors(text)] == [line_of(text, "smash")]
