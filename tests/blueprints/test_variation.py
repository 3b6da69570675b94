"""A scenario on other data asks the same as on the shown data, and nothing but data differs."""

import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given as given_that
from hypothesis import settings
from hypothesis import strategies as st

from backend.blueprints.blueprint import Blueprint, Scenario, Step, StepKind
from backend.blueprints.document import compile_blueprint
from backend.blueprints.texts.literals import Role, literals_of
from backend.blueprints.variation.data_sets import DataSet, _Varying, data_sets_of
from backend.blueprints.variation.likeness import keeps_relations
from backend.blueprints.variation.replacing import pairs_of, shape_of
from backend.blueprints.vocabulary import load_vocabulary
from tests.blueprints.drafts import VALUES, compiled, draft, requirement, scenario

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.md"))
SEED = "5eed"
CUSTOMER = ("Given these customers exist:", "  | Name |", "  | Ada Byron |")
TAKEN_IN = (
    *CUSTOMER,
    'And I am on the "Repairs" page',
    'When I fill in "Bicycle" with "Red tandem"',
    'And I select "Ada Byron" from "Customer"',
    'And I press "Save"',
    'Then I should see the heading "Red tandem"',
    'And "Customer" should be "Ada Byron"',
)


def sets_of(*parts: str, seed: str = SEED) -> tuple[DataSet, ...]:
    """Return the data sets of a draft's first scenario."""
    text = draft(*parts)
    assert compiled(text).orderable, compiled(text).findings
    found = data_sets_of(text.encode(), "job-book.md", seed)
    return found.get("R1/a-repair-is-taken-in", ())


def of(*steps: str, seed: str = SEED) -> tuple[DataSet, ...]:
    return sets_of(requirement(scenario(*steps)), seed=seed)


def shown_texts(sets: tuple[DataSet, ...]) -> set[str]:
    return {shown for one in sets for shown, _ in one.replacements}


def replacements(data_set: DataSet) -> dict[str, str]:
    return dict(data_set.replacements)


def said(steps: tuple[Step, ...]) -> str:
    texts = [step.text for step in steps]
    return " | ".join([*texts, *(one.text for step in steps for one in literals_of(step))])


def test_what_a_scenario_puts_in_and_checks_is_another_text_in_each_of_two_sets() -> None:
    first, second = of(*TAKEN_IN)

    assert shown_texts((first,)) == {"Red tandem", "Ada Byron"}
    used = [value.casefold() for one in (first, second) for _, value in one.replacements]
    assert len({*used, "red tandem", "ada byron"}) == 6
    for data_set in (first, second):
        new = replacements(data_set)
        text = said(data_set.scenario.steps)
        assert "Red tandem" not in text
        assert f'I fill in "Bicycle" with "{new["Red tandem"]}"' in text
        assert f'I should see the heading "{new["Red tandem"]}"' in text
        assert f'"{new["Ada Byron"]}" from "Customer"' in text
        assert data_set.scenario.steps[0].table == (("Name",), (new["Ada Byron"],))


def test_criteria_of_data_sets_name_them() -> None:
    assert [one.scenario.criterion for one in of(*TAKEN_IN)] == [
        "R1/a-repair-is-taken-in@1",
        "R1/a-repair-is-taken-in@2",
    ]


def test_the_same_seed_draws_the_same_and_another_draws_other() -> None:
    assert of(*TAKEN_IN) == of(*TAKEN_IN)
    assert of(*TAKEN_IN) != of(*TAKEN_IN, seed="another")


def test_words_keep_their_number_lengths_and_capitals() -> None:
    for data_set in of(*TAKEN_IN):
        for shown, used in data_set.replacements:
            assert [len(word) for word in used.split()] == [len(word) for word in shown.split()]
            assert used == used.capitalize() or used == used.title()


FILLED = (
    'Given I am on the "Repairs" page',
    'When I fill in "Bicycle" with "{}"',
    'And I press "Save"',
    'Then I should see "{}"',
)


def filled(text: str, *more: str) -> tuple[DataSet, ...]:
    return of(*(line.format(text) for line in FILLED), *more)


@pytest.mark.parametrize(
    "text",
    [
        "AB",
        "12.50",
        "2026-03-02",
        "Waiting",
        "waiting",
        "Repair",
        "Customer",
        "Bicycle",
        "Save",
        "is required",
        "Yes",
        "Monday",
        "frame.jpg",
        "a/b",
        "/repairs",
        "  Red tandem",
        "Red  tandem",
        "mechanic",
        "writes it down",
        "東京の自転車",
    ],
)
def test_what_may_mean_something_stays(text: str) -> None:
    assert filled(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("Red", "Red tandem", "O'Neil & sons (new)", "New chain, oiled", "Zoë Łuk"),
        *("H-09", "TB 200", "B12", "Bay 7", "12 bolts", "Rowe<Pike", "Red &lt; tandem;"),
        *("1 = 1; drop table", "INV/2026/014", "ada99@example.com", "020 7946 0123"),
        *("https://museum.test/kettle", "TB<X 9"),
    ],
)
def test_words_codes_numbers_and_addresses_vary_whatever_signs_stand_between(text: str) -> None:
    sets = filled(text)

    assert [one.number for one in sets] == [1, 2]
    assert shown_texts(sets) == {text}
    signs = re.sub(r"[A-Za-z0-9]", "", text)
    assert all(re.sub(r"[A-Za-z0-9]", "", replacements(one)[text]) == signs for one in sets)


@pytest.mark.parametrize("text", ["Red", "H-09"])
@pytest.mark.parametrize("more", ['And I should see "{}s of Ada"', 'And I should see "X{}"'])
def test_a_text_that_is_a_part_of_another_word_stays(text: str, more: str) -> None:
    assert filled(text, more.format(text)) == ()


@pytest.mark.parametrize(
    "more", ['And I should see "Red of Ada"', 'And I should see the message "Red is used"']
)
def test_one_word_that_stands_in_a_sentence_may_be_the_products_own_and_stays(more: str) -> None:
    assert filled("Red", more) == ()


@pytest.mark.parametrize("text", ["Red tandem", "H-09", "Rowe<Pike"])
@pytest.mark.parametrize(
    "more",
    [
        'And I should see "{} of Ada"',
        'And I should see the message "{} is used by 2 repairs"',
        'And I should see "Delete {}?"',
        'And "Bicycle" should show the error "Bicycle: {}"',
        'And the page title should be "{} · Job book"',
    ],
)
def test_a_text_that_a_check_quotes_in_a_sentence_varies_with_it(text: str, more: str) -> None:
    sets = filled(text, more.format(text))

    assert shown_texts(sets) == {text}
    for one in sets:
        said_last = one.scenario.steps[-1]
        assert said_last.arguments[-1] == more.format(replacements(one)[text]).split('"')[-2]
        assert text not in said_last.text


def test_a_text_that_a_page_shows_in_capitals_stays() -> None:
    assert filled("Red tandem", 'And I should see "RED TANDEM"') == ()


def test_what_a_product_may_write_without_its_signs_stays() -> None:
    assert filled("TB 200", 'And "Status" should be "TB200"') == ()
    assert filled("020 7946 0123", 'And "Status" should be "**** 0123"') == ()
    assert filled("Red tandem", 'When I go to "/repairs/red-tandem"', 'Then I should see "x"') == ()


def test_other_capitals_that_are_typed_vary_along() -> None:
    sets = of(
        "Given these repairs exist:",
        "  | Bicycle |",
        "  | TB 100 |",
        'And I am on the "Repairs" page',
        'When I fill in "Bicycle" with "tb 100"',
        'Then "Bicycle" should be "tb 100"',
    )

    assert len(sets) == 2
    for one in sets:
        new = replacements(one)
        assert set(new) == {"tb 100", "TB 100"}
        assert new["tb 100"].upper() == new["TB 100"] != "TB 100"
        assert one.scenario.steps[0].table == (("Bicycle",), (new["TB 100"],))


def coded(*codes: str, search: str = "", found: Sequence[str] = ()) -> tuple[DataSet, ...]:
    return of(
        "Given these repairs exist:",
        "  | Bicycle |",
        *(f"  | {code} |" for code in codes),
        'And I am on the "Repairs" page',
        f'When I fill in "Search" with "{search}"',
        'Then the "Repairs" table should be:',
        "  | Bicycle |",
        *(f"  | {code} |" for code in found),
        'And the "Repairs" table should have 2 rows',
    )


def test_a_search_finds_the_same_codes_by_their_other_digits() -> None:
    for number in range(5):
        for one in coded("H-07", "H-19", "H-09", search="h-0", found=("H-07", "H-09")):
            table = one.scenario.steps[0].table or ()
            codes = [row[0] for row in table[1:]]
            assert [code.startswith("H-0") for code in codes] == [True, False, True], number
            assert codes[1] == "H-19"  # which nothing checks
            assert codes[0] < codes[2]


def test_a_search_that_leaves_a_sign_out_keeps_what_it_finds() -> None:
    for one in coded("TB 200", "TB 310", search="tb200", found=("TB 200",)):
        assert "TB 200" in said(one.scenario.steps)


def test_codes_that_differ_in_one_digit_keep_their_order_as_texts_and_as_numbers() -> None:
    codes = ("H-2", "H-9", "H-10", "H-100")
    shown = [sorted(codes, key=key) for key in (str, natural)]
    seen: set[str] = set()
    for number in range(10):
        sets = of(
            "Given these repairs exist:",
            "  | Bicycle |",
            *(f"  | {code} |" for code in codes),
            'And I am on the "Repairs" page',
            'When I press "Bicycle"',
            'Then the "Repairs" table should be:',
            "  | Bicycle |",
            *(f"  | {code} |" for code in codes),
            seed=str(number),
        )
        for one in sets:
            new = {code: replacements(one).get(code, code) for code in codes}
            used = [sorted(new.values(), key=key) for key in (str, natural)]
            assert used == [[new[code] for code in column] for column in shown]
            seen |= shown_texts((one,))

    assert seen >= {"H-9", "H-100"}


def natural(code: str) -> tuple[str, int]:
    letters, _, digits = code.partition("-")
    return letters, int(digits)


def test_a_number_that_counts_rows_does_not_bind_the_digits_of_a_code() -> None:
    sets = coded("H-02", "K-12", search="", found=("H-02", "K-12"))

    assert shown_texts(sets) == {"H-02", "K-12"}


def test_a_set_that_survives_alone_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = _Varying.data_sets

    def none_at_first(
        self: _Varying, number: int, due: Container[str]
    ) -> Iterator[tuple[str, DataSet]]:
        return draw(self, number, due) if number != 1 else iter(())

    monkeypatch.setattr(_Varying, "data_sets", none_at_first)
    first, second = of(*TAKEN_IN)

    assert [first.number, second.number] == [1, 2]
    assert first.scenario.criterion.endswith("@1")
    assert second.scenario.criterion.endswith("@2")
    assert first.replacements != second.replacements


def test_a_search_word_that_is_a_part_of_a_text_keeps_it() -> None:
    sets = of(
        "Given these repairs exist:",
        "  | Bicycle |",
        "  | Red tandem |",
        "  | Blue racer |",
        'And I am on the "Repairs" page',
        'When I fill in "Search" with "RACER"',
        'Then the "Repairs" table should be:',
        "  | Bicycle |",
        "  | Blue racer |",
        'And I should not see "Red tandem"',
    )

    assert shown_texts(sets) == {"Red tandem", "Blue racer"}
    for one in sets:
        new = replacements(one)
        assert "racer" not in new["Red tandem"].casefold()
        assert new["Blue racer"].endswith(" racer")


def test_what_is_only_typed_or_only_seen_stays() -> None:
    assert (
        of(
            'Given I am on the "Repairs" page',
            'When I fill in "Bicycle" with "Red tandem"',
            'And I press "Save"',
            'Then I should see "Blue racer"',
        )
        == ()
    )


def test_fields_that_hold_no_plain_text_stay() -> None:
    assert (
        of(
            'Given I am on the "Repairs" page',
            'When I fill in "Price" with "cheap"',
            'And I fill in "Search" with "Red tandem"',
            'And I type "Blue racer"',
            'Then I should see "cheap"',
            'And I should see "Red tandem"',
            'And I should see "Blue racer"',
        )
        == ()
    )


def test_an_email_keeps_its_host_and_stays_one_that_is_taken() -> None:
    sets = of(
        "Given these customers exist:",
        "  | Name | Email |",
        "  | Ada Byron | ada@example.com |",
        'And I am on the "Customers" page',
        'When I fill in "Email" with "ada@example.com"',
        'Then I should see "ada@example.com"',
    )

    assert shown_texts(sets) == {"ada@example.com"}
    for one in sets:
        new = replacements(one)["ada@example.com"]
        assert new.endswith("@example.com")
        assert said(one.scenario.steps).count(f'"{new}"') == 2
        assert "ada@" not in said(one.scenario.steps)


SORTED = (
    "Given these repairs exist:",
    "  | Bicycle |",
    "  | Red tandem |",
    "  | Blue racer |",
    "  | Black roadster |",
    'And I am on the "Repairs" page',
    'When I press "Bicycle"',
    'Then the "Repairs" table should be:',
    "  | Bicycle |",
    "  | Black roadster |",
    "  | Blue racer |",
    "  | Red tandem |",
)


def test_a_sorted_table_is_sorted_on_other_data_too() -> None:
    seen: set[str] = set()
    for number in range(20):
        for one in of(*SORTED, seed=str(number)):
            column = [row[0] for row in one.scenario.steps[-1].table or ()][1:]
            assert column == sorted(column, key=str.casefold)
            seen |= shown_texts((one,))

    assert seen == {"Red tandem", "Blue racer", "Black roadster"}


def test_a_file_is_checked_for_whole_cells() -> None:
    seeded = (
        "Given these repairs exist:",
        "  | Bicycle | Price |",
        "  | Blue racer | 45.50 |",
        'And I am on the "Repairs" page',
        'When I download "Download CSV"',
        "Then the downloaded file should contain:",
        '  """',
    )
    sets = of(*seeded, "  Blue racer,45.50", '  """')

    assert shown_texts(sets) == {"Blue racer"}
    for one in sets:
        assert one.scenario.steps[-1].document == f"{replacements(one)['Blue racer']},45.50"
    assert of(*seeded, "  A Blue racer,45.50", '  """') == ()


def test_a_picture_is_left_out_and_with_nothing_else_to_check_there_is_no_run() -> None:
    steps = ('Given the date is "2026-03-02 09:00"', *TAKEN_IN[:-2])
    looks = 'Then the page should look like "repair"'
    seen = sets_of(requirement(scenario(*steps, *TAKEN_IN[-2:], looks, tags="@visual")))
    only = sets_of(requirement(scenario(*steps, looks, tags="@visual")))

    assert [step.expression for step in seen[0].scenario.steps][-2:] == ["C04", "C06"]
    assert only == ()


# --- declared values ----------------------------------------------------------------------------

DECLARED = (
    'Given I am on the "Repairs" page',
    'When I fill in "Bicycle" with "${bicycle}"',
    'And I fill in "Price" with "${total}"',
    'And I press "Save"',
    'Then I should see "The ${bicycle} for ${total}"',
)
KINDS = (
    "| bicycle | words | Red tandem |\n| quantity | whole number 1..9 | 3 |\n"
    "| price | money 1..50 | 12.50 |\n| total | = quantity * price | 37.50 |\n"
)


def test_declared_values_vary_wherever_they_stand_and_sums_are_worked_out_anew() -> None:
    first, second = sets_of(VALUES + KINDS, requirement(scenario(*DECLARED)))

    assert first.replacements != second.replacements
    for one in (first, second):
        new = replacements(one)
        assert set(new) == {"Red tandem", "37.50"}
        seen = f"The {new['Red tandem']} for {new['37.50']}"
        assert one.scenario.steps[-1].arguments == (seen,)


@pytest.mark.parametrize(
    ("kind", "shown", "is_good"),
    [
        ("word", "Oak", str.isalpha),
        ("word", "XL", str.isalpha),
        ("words", "Red tandem", lambda used: len(used.split()) == 2),
        ("first name", "Ada", str.istitle),
        ("full name", "Ada Byron", str.istitle),
        ("email", "ada@example.com", lambda used: used.endswith("@example.com")),
        ("sentence", "It rides well.", lambda used: used.endswith(".")),
        ("whole number 1..99", "12", lambda used: 1 <= int(used) <= 99),
        ("money 1..500", "45.00", lambda used: 1 <= float(used) <= 500 and used[-3] == "."),
        ("date 2026-01-01..2026-12-31", "2026-03-02", lambda used: used.startswith("2026-")),
        ("one of Blue, Green", "Blue", lambda used: used == "Green"),
    ],
)
def test_each_kind_is_drawn_in_its_own_form(kind: str, shown: str, is_good: object) -> None:
    assert callable(is_good)
    steps = ('Given I am on the "Repairs" page', 'Then I should see "${it}"')
    for number in range(10):
        sets = sets_of(
            f"{VALUES}| it | {kind} | {shown} |\n",
            requirement(scenario(*steps)),
            seed=str(number),
        )
        assert len(sets) == 2
        for one in sets:
            ((was, used),) = one.replacements
            assert was == shown != used
            assert is_good(used), used


def test_a_value_that_has_no_other_stays_and_makes_no_run() -> None:
    steps = ('Given I am on the "Repairs" page', 'Then I should see "${it}"')

    assert sets_of(f"{VALUES}| it | one of Blue | Blue |\n", requirement(scenario(*steps))) == ()


def test_a_value_that_is_also_written_out_is_replaced_in_both_places() -> None:
    sets = sets_of(
        VALUES + KINDS,
        requirement(scenario(*TAKEN_IN[:-1], 'And I should see "${bicycle}"')),
    )

    assert "Red tandem" in shown_texts(sets)
    for one in sets:
        assert "Red tandem" not in said(one.scenario.steps)


def test_a_value_that_other_literals_hang_on_stays() -> None:
    sets = sets_of(
        VALUES + KINDS,
        requirement(
            scenario(
                'Given I am on the "Repairs" page',
                'When I fill in "Bicycle" with "${bicycle}"',
                'And I fill in "Search" with "tandem"',
                'Then I should see "${bicycle}"',
            )
        ),
    )

    assert shown_texts(sets) == {"Red tandem"}
    assert all(used.endswith(" tandem") for one in sets for _, used in one.replacements)


def test_a_price_out_of_a_rule_is_not_drawn() -> None:
    steps = (
        "Given these repairs exist:",
        "  | Bicycle | Price |",
        "  | Bay | ${price} |",
        'And I am on the "Repairs" page',
        'Then I should see "${price}"',
    )
    for number in range(8):
        for one in sets_of(
            f"{VALUES}| price | money 1..1000 | 45.00 |\n",
            requirement(scenario(*steps)),
            seed=str(number),
        ):
            assert float(replacements(one)["45.00"]) <= 500


# --- switched off by name -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["as written", "As Written"])
def test_a_named_text_stays_as_it_is_written(kind: str) -> None:
    kept = f"{VALUES}| bicycle | {kind} | Red tandem |\n"
    sets = sets_of(kept, requirement(scenario(*TAKEN_IN)))

    assert shown_texts(sets) == {"Ada Byron"}
    assert all('"Red tandem"' in said(one.scenario.steps) for one in sets)


def test_a_named_value_stays_as_it_is_written() -> None:
    kept = f"{VALUES}| bicycle | as written | Red tandem |\n"
    steps = ('Given I am on the "Repairs" page', 'Then I should see "${bicycle}"')

    assert sets_of(kept, requirement(scenario(*steps))) == ()


def test_a_name_for_a_text_that_no_scenario_says_is_doubted() -> None:
    text = draft(f"{VALUES}| walk-in | as written | Walk in |\n", requirement(scenario(*TAKEN_IN)))

    (found,) = [one for one in compiled(text).findings if one.rule == "BP025"]
    assert "No scenario says “Walk in” as a whole" in found.message
    assert compiled(text).orderable


def test_kinds_are_told_with_as_written_among_them() -> None:
    text = draft(f"{VALUES}| it | as wirtten | Walk in |\n", requirement(scenario(*TAKEN_IN)))

    (found,) = [one for one in compiled(text).findings if one.rule == "BP025"]
    assert "as written" in found.remedy


# --- for every seed -----------------------------------------------------------------------------


def blueprint_of(path: Path) -> Blueprint:
    blueprint = compile_blueprint(path.read_bytes(), path.name).blueprint
    assert blueprint is not None
    return blueprint


def check_same(shown: Scenario, used: Scenario, blueprint: Blueprint) -> None:
    """Check that nothing but texts differs, and no text that names something."""
    steps = [step for step in shown.steps if step.expression not in {"C19", "C20", "C33"}]
    assert list(map(shape_of, steps)) == list(map(shape_of, used.steps))
    assert any(step.kind is StepKind.THEN for step in used.steps)
    names = {n for e in blueprint.data.entities for n in (e.name, e.plural)}
    names |= {f.name for e in blueprint.data.entities for f in e.fields}
    names |= {c for e in blueprint.data.entities for f in e.fields for c in f.choices}
    for one, other in zip(steps, used.steps, strict=True):
        for literal, text in zip(literals_of(one), literals_of(other), strict=False):
            if literal.text in names or literal.role is Role.FIXED:
                assert text.text == literal.text
        (match,) = load_vocabulary().match(other.text)
        assert match.expression.id == other.expression
    pairs = pairs_of(steps, used.steps)
    changed = [pair for pair in pairs if pair.is_changed]
    assert changed
    assert keeps_relations(changed, pairs, in_order=False)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@given_that(seed=st.text(max_size=20))
@settings(max_examples=10, deadline=None)
def test_every_example_keeps_its_structure_on_other_data(path: Path, seed: str) -> None:
    blueprint = blueprint_of(path)
    scenarios = {one.criterion: one for one in blueprint.scenarios}

    found = data_sets_of(path.read_bytes(), path.name, seed)

    assert found
    for criterion, sets in found.items():
        assert [one.number for one in sets] == [1, 2][: len(sets)]
        for data_set in sets:
            check_same(scenarios[criterion], data_set.scenario, blueprint)


@given_that(
    texts=st.lists(
        st.text(st.sampled_from("abcREDo '&,.-%_é7"), min_size=1, max_size=12)
        .map(lambda text: " ".join(text.split()))
        .filter(lambda text: text.strip(".,-'&%_ ") != ""),
        min_size=2,
        max_size=4,
    ),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_any_texts_beside_each_other_relate_as_before(texts: list[str], seed: int) -> None:
    steps = ["Given these repairs exist:", "  | Bicycle |", *(f"  | {text} |" for text in texts)]
    steps += ['And I am on the "Repairs" page', *(f'Then I should see "{t}"' for t in texts)]
    text = draft(requirement(scenario(*steps)))
    result = compiled(text)
    if not result.orderable or result.blueprint is None:
        return
    (shown,) = result.blueprint.scenarios

    for data_set in data_sets_of(text.encode(), "x.md", str(seed)).get(shown.criterion, ()):
        check_same(shown, data_set.scenario, result.blueprint)


@given_that(st.binary(max_size=200))
def test_what_is_no_blueprint_has_no_data_sets(data: bytes) -> None:
    assert data_sets_of(data, "x.md", SEED) == {}
