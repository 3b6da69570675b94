"""Doubtful wording is told once, with its sentence, a reason and a better wording."""

import pytest

from backend.blueprints.blueprint import Finding
from backend.blueprints.data_model import DataModel
from backend.blueprints.sections import Prose
from backend.blueprints.wording.catalogue import WORDING_RULES
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import sentences_of
from backend.blueprints.wording.smell import WordingRule
from backend.blueprints.wording.smells import smells_in
from tests.blueprints.drafts import DATA, SCENARIO, compiled, draft, line_of, requirement

BLOCK = f"\n```gherkin\n{SCENARIO}```\n"


def _split(text: str) -> list[str]:
    return [" ".join(sentence.text.split()) for sentence in sentences_of(Prose(text, 1))]


def _doubts(prose: str) -> list[Finding]:
    text = draft(f"## R1 Take in a repair\n{prose}\n{BLOCK}")
    return [f for f in compiled(text).findings if "BP100" < f.rule < "BP200"]


# --- sentences ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Mrs. Lund and Dr. Haas sign. They go.", ["Mrs. Lund and Dr. Haas sign.", "They go."]),
        ("It costs 2.50 euros. Good.", ["It costs 2.50 euros.", "Good."]),
        ("H. Marlow comes, e.g. Monday. Fine.", ["H. Marlow comes, e.g. Monday.", "Fine."]),
        ('It asks "Are you sure? Really." before it goes.', None),
        ('It says "Done." The clerk goes.', ['It says "Done."', "The clerk goes."]),
        ("It says “No. 5 is out. Wait.” twice.", None),
        ("A line\nthat goes on. And\nanother.", ["A line that goes on.", "And another."]),
        ("Names, prices etc. The end.", ["Names, prices etc.", "The end."]),
        ("See `a.b. C` and [this](http://x.y/a. B) now.", None),
        ("...", ["..."]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str] | None) -> None:
    assert _split(text) == ([text] if sentences is None else sentences)


def test_items_of_a_list_are_sentences_of_their_own() -> None:
    found = _doubts("The form has:\n\n- a fast search\n- a nice layout\n\nand works quickly.")

    assert (found[0].rule, "fast" in found[0].message) == ("BP111", True)
    assert len({f.line for f in found}) >= 2


def test_line_is_that_of_the_doubtful_word() -> None:
    text = draft(f"## R1 A\nThe form opens on Monday, and\nthe list is intuitive.\n{BLOCK}")
    [found] = [f for f in compiled(text).findings if f.rule == "BP101"]

    assert found.line == line_of(text, "is intuitive")
    assert "“intuitive”" in found.message
    assert found.remedy


# --- rules --------------------------------------------------------------------------------------


def _said(rule: WordingRule, text: str) -> list[str]:
    sentences = tuple(sentences_of(Prose(text, 1), "R1"))
    nouns = Nouns(DataModel(name="Job book"))
    return [found.rule.id for found, _ in smells_in(sentences, nouns) if found is rule]


@pytest.mark.parametrize("rule", WORDING_RULES, ids=lambda one: one.rule.id)
def test_every_rule_blames_its_example_and_not_what_it_offers(rule: WordingRule) -> None:
    example = rule.rule.example.replace("client", "ETA client")

    assert _said(rule, example.replace("… ", "")), rule.rule.example
    assert _said(rule, rule.rule.better) == []


@pytest.mark.parametrize(
    ("sentence", "rule", "better"),
    [
        ("The list should show the price.", "BP119", "“The list shall show the price.”"),
        ("The clerk shall be able to print it.", "BP104", "“The clerk shall print it.”"),
        ("The clerk prints and/or mails it.", "BP107", "“The clerk prints or mails it.”"),
        ("When it is ready, mail the owner.", "BP117", "the product shall mail the owner"),
        ("If it is empty, the form says so.", "BP117", "the form shall say so"),
        ("The list holds up to 10 photos.", "BP111", "between 0 and 10 photos"),
        ("It shall refuse it and the list shall stay.", "BP108", "“The list shall stay.”"),
        ("The list names price, name etc.", "BP103", "The list names price, name."),
    ],
)
def test_better_wording_is_the_authors_own_sentence(sentence: str, rule: str, better: str) -> None:
    [found] = [f for f in _doubts(sentence) if f.rule == rule]

    assert better in found.remedy


def test_two_words_for_one_record_are_told_once() -> None:
    found = [f for f in _doubts("The client pays. The client goes.") if f.rule == "BP114"]

    assert len(found) == 1
    assert "The customer pays." in found[0].remedy


def test_two_numbers_for_one_thing_name_each_other() -> None:
    prose = "The shop keeps a repair for 3 weeks.\n\nThe shop keeps a repair for 5 weeks."
    [found] = [f for f in _doubts(prose) if f.rule == "BP120"]

    assert "for 3 weeks" in found.message


# --- no flood -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prose",
    [
        'The button "Save quickly etc." stands below.',
        "The button `should be fast` stands below.",
        "| word | meaning |\n| --- | --- |\n| fast | should be intuitive |",
        "```text\nIt should be fast and easy.\n```",
        "See [the page](http://fast.example/easy/should).",
    ],
)
def test_quotations_code_and_tables_are_not_the_authors_wording(prose: str) -> None:
    assert _doubts(prose) == []


def test_out_of_scope_is_not_looked_at() -> None:
    text = draft(requirement(SCENARIO), "## Out of scope\nIt should be fast, easy etc.\n")

    assert not [f for f in compiled(text).findings if "BP100" < f.rule < "BP200"]


def test_introduction_may_tell_a_story_but_not_demand_vaguely() -> None:
    story = draft(requirement(SCENARIO)).replace("It keeps repairs.", "Life was easy and fast.")
    demand = story.replace("Life was easy and fast.", "The book shall be easy.")

    assert not [f for f in compiled(story).findings if f.rule in {"BP101", "BP111"}]
    assert [f for f in compiled(demand).findings if f.rule == "BP101"]


def test_one_word_is_blamed_by_one_rule() -> None:
    found = _doubts("The form shall not be slow.")

    assert [f.rule for f in found] == ["BP113"]


def test_a_rule_is_told_three_times_and_then_counted() -> None:
    found = [f for f in _doubts("\n\n".join(["The form is intuitive."] * 9)) if f.rule == "BP101"]

    assert len(found) == 3
    assert "And 6 more of this sort: line" in found[-1].message


def test_a_sentence_that_is_blamed_already_is_left_alone() -> None:
    found = compiled(draft(f"## R1 A\nThe form is intuitive, TBD.\n{BLOCK}")).findings

    assert "BP018" in {f.rule for f in found}
    assert "BP101" not in {f.rule for f in found}


def test_words_that_the_blueprint_declares_are_not_doubted() -> None:
    words = "## Words\n| word | meaning |\n| --- | --- |\n| client | Customer |\n"
    text = draft(f"## R1 A\nThe client pays.\n{BLOCK}", words, data=DATA)

    assert "BP114" not in {f.rule for f in compiled(text).findings}
