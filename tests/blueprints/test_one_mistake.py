"""One mistake gives one finding: at its own line, in plain words, with a remedy that helps."""

import pytest

from backend.blueprints.blueprint import Finding
from tests.blueprints.drafts import (
    DATA,
    FRONT,
    SCENARIO,
    blamed,
    compiled,
    draft,
    errors,
    given,
    line_of,
    requirement,
    scenario,
)

FENCE = "```gherkin\n" + SCENARIO + "```\n"


def _only(text: str, needle: str) -> Finding:
    """Return the one error, which must stand on the line that holds the needle."""
    found = errors(text)
    assert [(f.line, f.message) for f in found] == [(line_of(text, needle), found[0].message)]
    return found[0]


def _data(*rows: str) -> str:
    table = "| field | type | rules |\n| --- | --- | --- |\n" + "\n".join(rows)
    return draft(data=f"## Data\n### Repair\n{table}\n")


def _seed(*lines: str) -> str:
    return draft(requirement(given(*lines)))


# --- blocks -------------------------------------------------------------------------------------


def test_curly_quotes_are_blamed_alone() -> None:
    found = _only(draft(requirement(given("When I press “Save”"))), "“Save”")

    assert found.rule == "BP021"
    assert "“" in found.message


def test_loose_line_is_blamed_itself_and_the_rest_is_still_read() -> None:
    block = SCENARIO + "  - and the sum is right\n" + scenario("When I gaze", name="Another")
    found = errors(draft(requirement(block + '  Then I should see "x"\n')))

    assert [(f.rule, "sum is right" in f.message) for f in found] == [
        ("BP003", True),
        ("BP004", False),
    ]


def test_tag_above_nothing_is_shown() -> None:
    assert "@critical" in _only(draft(requirement(SCENARIO + "\n@critical\n")), "@critical").message


def test_row_with_too_many_cells_does_not_hide_the_other_rows() -> None:
    text = _seed("Given these customers exist:", "  | Name |", "  | Ada | x |", "  |  |")

    assert [(f.rule, f.line) for f in errors(text)] == [
        ("BP012", line_of(text, "Ada | x")),
        ("BP011", line_of(text, "Ada | x") + 1),
    ]


def test_unclosed_block_is_read_as_far_as_the_next_heading() -> None:
    text = draft("## R1 A\n```gherkin\n" + given("When I gaze") + "\n## R2 B\n" + SCENARIO)

    assert {(f.rule, f.line) for f in errors(text)} == {
        ("BP014", line_of(text, "```gherkin")),
        ("BP004", line_of(text, "I gaze")),
    }


def test_another_language_is_named_once() -> None:
    block = 'Szenario: A\n  Angenommen ich bin da\n  Dann sehe ich "x"\n'
    found = _only(draft(requirement(block)), "Szenario")

    assert "German" in found.message
    assert "2 lines below" in found.remedy


@pytest.mark.parametrize(
    "block", [FENCE.replace("gherkin", ""), "".join(f"    {x}\n" for x in FENCE.split("\n"))]
)
def test_requirement_is_not_called_empty_when_its_block_is_blamed(block: str) -> None:
    assert [f.rule for f in errors(draft("## R1 A\n\n" + block))] == ["BP014"]


def test_given_below_a_late_given_is_not_blamed_again() -> None:
    text = draft(
        requirement(
            given(
                "When I reload the page", "Given there are no repairs\n  And there are no customers"
            )
        )
    )

    assert _only(text, "Given there are no repairs").rule == "BP006"


def test_same_scenario_name_tells_the_other_line() -> None:
    text = draft(requirement(SCENARIO + "\n" + scenario('Then I should see "x"')))
    [found] = errors(text)

    assert f"in line {line_of(text, 'Scenario: A repair')} already" in found.message


def test_comma_between_tags_is_explained() -> None:
    found = _only(draft(requirement("@critical,@slow\n" + SCENARIO)), "@critical,")

    assert "“,” behind it" in found.message
    assert "spaces" in found.remedy


def test_lone_at_sign_is_no_tag() -> None:
    assert [f.rule for f in errors(draft(requirement("@\n" + SCENARIO)))] == ["BP005"]


# --- the top of the file ------------------------------------------------------------------------


def test_kind_may_have_capitals() -> None:
    blueprint = compiled(draft(front=FRONT.replace("web app", "Web  App"))).blueprint

    assert blueprint is not None
    assert blueprint.kind == "web app"


def test_all_lines_at_the_top_are_checked_at_once() -> None:
    text = draft(front="---\nname: A\nkind: website\nbudget: $20\n---\n")
    kind, budget = errors(text)

    assert (kind.line, kind.rule, budget.line, budget.rule) == (3, "BP019", 4, "BP019")
    assert "Did you mean web app?" in kind.remedy
    assert "without a sign" in budget.remedy


def test_lines_without_their_dashes_are_checked_too() -> None:
    text = draft(front="# Shop\nname: A\nkind: spaceship\ndeadline: Friday\n\nNote: x\n")

    assert [(f.line, f.rule) for f in errors(text)] == [(1, "BP019"), (3, "BP019"), (4, "BP019")]


# --- data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ("| Price | price | |", "Did you mean money?"),
        ("| Done | Checkbox | |", "Did you mean yes/no?"),
        ("| Price | mony | |", "Did you mean money?"),
        ("| Name | text | mandatory |", "Did you mean “required”?"),
        ("| Weight | number | min 100 |", "Did you mean “at least 100”?"),
        ("| Due | date | today |", "Did you mean “on or after today, or starts as today”?"),
        ("| Name | text | required, unique |", "semicolons: “required; unique”"),
        ("| Name | text | optional |", "without “required” a field may be empty"),
        ("| Sort | choice | Rye; Wheat |", "by commas: “Rye, Wheat”"),
        ("| Sort | choice | Rye |", "Name two to 50 choices"),
        ("| Search | text | |", "such as “Search words”"),
        ("| Name | | |", "Write one of: text, long text"),
    ],
)
def test_remedy_names_what_was_meant(row: str, remedy: str) -> None:
    assert remedy in _only(_data(row), row).remedy


def test_record_whose_table_is_out_of_shape_causes_no_other_findings() -> None:
    text = draft(
        requirement(given("Given these boats exist:", "  | Name |", "  | Ada |",
                          'And I am on the "Boats" page')),
        data="## Data\n### Boat\n| field | type |\n| Name | text |\n",
    )  # fmt: skip

    assert {(f.rule, f.line) for f in errors(text)} == {("BP012", line_of(text, "| field"))}


def test_field_without_a_good_type_may_be_named_in_steps() -> None:
    text = draft(
        requirement(given("Given these boats exist:", "  | Name |", "  | Ada |")),
        data="## Data\n### Boat\n| field | type |\n| --- | --- |\n| Name | words2 |\n",
    )

    assert [f.rule for f in errors(text)] == ["BP023"]


def test_requirement_in_words_is_not_taken_for_prose() -> None:
    found = _only(draft(requirement(SCENARIO), "## Requirement 4: Opening hours\n"), "## Req")

    assert found.remedy == "Write it as “## R4 Opening hours”."


def test_missing_data_section_is_said_where_the_tables_stand() -> None:
    text = draft(data="## Daten\n### Boot\n| Feld | Typ |\n| --- | --- |\n| Name | Text |\n")
    [found] = [f for f in compiled(text).findings if f.rule == "BP015"]

    assert found.line == line_of(text, "## Daten")
    assert "no ## Data section" in found.message


def test_todo_is_a_word_before_a_thing_and_a_placeholder_elsewhere() -> None:
    good = draft(requirement(SCENARIO), "## Out of scope\nTODO lists and TODO-apps.\n")
    bad = ("TODO", "TODO: prices", "The price is TODO.", "TODO write this", "TODO listen to Ada")

    assert errors(good) == []
    for words in bad:
        assert [f.rule for f in errors(draft(requirement(SCENARIO), words))] == ["BP018"], words


# --- rows ---------------------------------------------------------------------------------------


def test_fault_of_a_row_stands_on_the_row() -> None:
    text = _seed("Given these repairs exist:", "  | Bicycle | Price |",
                 "  | Red | 1 |", "  | Blue | 2,50 |")  # fmt: skip

    assert "“2,50”" in _only(text, "2,50").message


def test_unknown_column_hides_no_other_fault() -> None:
    text = _seed("Given these customers exist:", "  | Name | Colour |", "  | Ada | red |",
                 "And these repairs exist:", "  | Bicycle | Customer |", "  | Red | Ada |",
                 "  | Blue | Bob |")  # fmt: skip

    assert [(f.rule, f.line) for f in errors(text)] == [
        ("BP011", line_of(text, "Colour")),
        ("BP011", line_of(text, "Bob")),
    ]


def test_undeclared_record_hides_no_wrong_row() -> None:
    text = _seed("Given these repairs exist:", "  | Bicycle | Price |", "  | Red | 2,50 |",
                 "And these boats exist:", "  | Name |", "  | Ada |")  # fmt: skip

    assert [f.rule for f in errors(text)] == ["BP011", "BP010"]


def test_misspelt_column_is_not_reported_as_a_missing_one_too() -> None:
    found = _only(_seed("Given these repairs exist:", "  | Bicicle |", "  | Red |"), "Bicicle")

    assert "Did you mean “Bicycle”?" in found.remedy


def test_doubled_unique_value_tells_the_other_line() -> None:
    text = _seed("Given these customers exist:", "  | Name | Email |",
                 "  | Ada | a@b.example |", "  | Bob | a@b.example |")  # fmt: skip

    assert f"line {line_of(text, 'Ada | a@')}" in _only(text, "| Bob").message


def test_link_to_nobody_says_what_has_to_stand_above() -> None:
    text = _seed("Given these repairs exist:", "  | Bicycle | Customer |", "  | Red | Ada |")

    assert "No “Customer” called “Ada” has been put in above" in _only(text, "| Red").message


# --- steps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "meant"),
    [
        ('I click on "Save"', 'I press the "Save" button'),
        ('I enter "Rye" into "Name"', 'I fill in "Name" with "Rye"'),
        ('I folow the "New loaf" link', 'I follow the "New loaf" link'),
        ('I visit "Repairs"', 'I am on the "Repairs" page'),
        ('I open the "Second lot" page', 'I am on the "Second lot" page'),
        ('I see "Ready"', 'I should see "Ready"'),
    ],
)
def test_first_suggestion_is_meant_and_in_the_authors_words(step: str, meant: str) -> None:
    [found] = errors(draft(requirement(given(f"When {step}"))))

    assert found.remedy.startswith(f"Did you mean `{meant}`")


@pytest.mark.parametrize(
    ("step", "meant"),
    [
        ('I log in as "baker"', 'I am signed in as "baker"'),
        ('"a@b.example" logs in', '"a@b.example" signs in in another window'),
        ('"a@b.example" gets the mail "Ready"', '"a@b.example" should receive an email'),
        ('an e-mail should be sent to "a@b.example"', '"a@b.example" should receive an email'),
    ],
)
def test_sentences_about_people_and_mail_lead_to_their_steps(step: str, meant: str) -> None:
    [found] = errors(draft(requirement(given(f"When {step}"))))

    assert f"`{meant}" in found.remedy


@pytest.mark.parametrize(
    "step",
    [
        "I print the invoice",
        "I get an SMS",
    ],
)
def test_what_no_step_is_about_yet_is_said_so(step: str) -> None:
    [found] = errors(draft(requirement(given(f"When {step}"))))

    assert "not yet available" in found.message


def test_suggestions_for_a_sealed_line_show_none_of_its_words() -> None:
    secret = scenario("Given the app is open", 'When I scribble "Secret"',
                      'Then I should see "x"', name="Hidden", tags="@holdout")  # fmt: skip
    [found] = errors(draft(requirement(SCENARIO + "\n" + secret)))

    assert "Secret" not in found.message + found.remedy


def test_sealed_row_is_not_quoted_on_the_open_lines_of_its_outline() -> None:
    outline = (
        'Scenario Outline: Prices\n  Given the app is open\n  When I scribble "<price>"\n'
        '  Then I should see "Ready"\n\n  Examples:\n    | price |\n    | 1.11 |\n\n'
        "  @holdout\n  Examples:\n    | price |\n    | 9.87 |\n"
    )
    found = errors(draft(requirement(outline)))

    assert any("1.11" in f.message for f in found)
    assert not any("9.87" in f.message + f.remedy for f in found)


@pytest.mark.parametrize("words", ["VAT rates", "vat rates", "Vat Rates", "VAT rate"])
def test_record_may_be_named_in_any_capitals(words: str) -> None:
    data = DATA + "\n### VAT rate\n| field | type |\n| --- | --- |\n| Name | text |\n"
    step = f"Given these {words} exist:\n    | Name |\n    | Full |\n  And there are no Repairs"

    assert errors(draft(requirement(given(step)), data=data)) == []


def test_step_before_any_page_is_open_is_warned_about_once() -> None:
    steps = ('When I press "Edit"', 'And I press "Save"')
    found = blamed(draft(requirement(given(*steps))))

    assert [(f.rule, f.severity.value) for f in found] == [("BP006", "warning")]
    assert "No page is open" in found[0].message


def test_blueprint_without_holdouts_is_reminded_of_them() -> None:
    blocks = [SCENARIO.replace("A repair is", f"Repair {n} is") for n in range(5)]
    found = [
        f for f in compiled(draft(requirement("\n".join(blocks)))).findings if f.rule == "BP204"
    ]
    few = compiled(draft(requirement("\n".join(blocks[:4])))).findings

    assert [f.severity.value for f in found] == ["info"]
    assert "BP204" not in {f.rule for f in few}
