"""Another text has the shape of the shown one: its signs, its measures, its capitals."""

import re

import pytest
from hypothesis import given as given_that
from hypothesis import settings
from hypothesis import strategies as st

from backend.blueprints.field_values import is_as_valid
from backend.blueprints.variation.seeded_choices import SeededChoices
from backend.blueprints.variation.text_drawing import draw_like
from backend.blueprints.variation.text_parts import PartKind, is_telephone, parts_of


def free(text: str, *fixed: str) -> list[str]:
    return [text[part.start : part.end] for part in parts_of(text, fixed)]


def drawn(text: str, *fixed: str, number: int = 0, steady: int = 0) -> str:
    choices = SeededChoices("5eed", text, number)
    return draw_like(text, parts_of(text, fixed), choices, steady=steady)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Red tandem", ["Red", "tandem"]),
        ("TB 200", ["TB", "200"]),
        ("tb 200", ["tb", "200"]),
        ("H-09", ["H", "09"]),
        ("B12", ["B", "12"]),
        ("12 bolts", ["12", "bolts"]),
        ("Bay 7", ["Bay", "7"]),
        ("Rowe<Pike & Co", ["Rowe", "Pike"]),
        ("TB<X 9", ["TB", "X", "9"]),
        ("INV/2026/014", ["INV", "014"]),
        ("2026-014", ["014"]),
        ("SW1A 1AA", ["SW", "1", "A", "1", "AA"]),
        ("O'Neil & sons (new)", ["Neil", "sons", "new"]),
        ("1 = 1; drop table", ["1", "1", "drop", "table"]),
        ("line one\\nline two", ["line", "one", "line", "two"]),
    ],
)
def test_words_letters_of_codes_and_digits_are_free_and_signs_are_not(
    text: str, parts: list[str]
) -> None:
    assert free(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Fish &amp; chips", ["Fish", "chips"]),
        ("<b>Bold</b> move", ["Bold", "move"]),
        ("Cast in 1840", ["Cast"]),
        ("Room 2026-03-02", ["Room"]),
        ("Seats 12/03 at 9:30", ["Seats"]),
        ("£12.50 each", ["each"]),
        ("12.50 EUR each", ["each"]),
        ("20 % less", ["less"]),
        ("3rd floor", ["floor"]),
        ("Bake for 90 min", ["Bake", "for"]),
        ("Paint #ff8800", ["Paint"]),
        ("5 kg", ["5"]),
        ("12kg", ["12"]),
    ],
)
def test_dates_times_money_and_what_pages_read_as_marks_stay(text: str, parts: list[str]) -> None:
    assert free(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        *("12", "007", "12.50", "-3", "1 000 000", "2026-03-02", "2026-03-02 09:00", "9:00"),
        *(
            "01 02 2026",
            "0900-1700",
            "a/b",
            "12-14-2026",
            "12.03.2026",
            "10-12",
            "3/4",
            "10%",
            "£12.50",
            "{{7*7}}",
            "<>&;",
            "½",
        ),
        *("frame.jpg", "/repairs", "www.example.org", "東京の自転車", "٣٤٥", "12345678"),
        *("GB82 WEST 1234 5698 7654 32", "0-8044-2957-X", "978-0-14-143951-3", "DE123456789"),
        *("3f2a9c1e-77aa-4b1e", "https://example.com", "https://localhost:8080", "1e5", "1E9"),
    ],
)
def test_what_counts_or_has_digits_worked_out_from_others_has_nothing_free(text: str) -> None:
    assert free(text) == []


def test_letters_that_no_english_word_has_stay_where_they_are() -> None:
    assert free("Zoë Łuk") == ["Zo", "uk"]
    assert re.fullmatch(r"[A-Z][aeiou]ë Ł[aeiou][a-z]", drawn("Zoë Łuk"))
    assert free("Zoe\u0308 9") == ["Zo", "9"]  # the same, with a mark of its own
    assert drawn("٣٤٥ H")[:3] == "٣٤٥"


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("+44 20 7946 0018", r"\+44 20 7946 0\d{2}\d"),
        ("020 7946 0123", r"020 7946 0\d{3}"),
        ("07700900123", r"07700900\d{3}"),
        ("(020) 7946-0123 ext 12", r"\(020\) 7946-0\d{3} ext 12"),
        ("555-0199", r"555-0\d{3}"),
    ],
)
def test_a_telephone_number_rings_at_the_same_place(text: str, shape: str) -> None:
    used = {drawn(text, number=number) for number in range(20)}

    assert is_telephone(text)
    assert len(used) > 5
    assert all(re.fullmatch(shape, one) and is_as_valid(text, one) for one in used)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("https://museum.test/kettle", r"https://[a-z]{6}\.test/[a-z]{6}"),
        ("HTTPS://www.rowe.co.uk/a%20b", r"HTTPS://www\.[a-z]{4}\.co\.uk/[a-z]%20[a-z]"),
        ("https://example.org/h-09?x=1", r"https://example\.org/[a-z]-0\d\?[a-z]=\d"),
        ("http://10.0.0.1:8080/plan.pdf", r"http://10\.0\.0\.1:8080/[a-z]{4}\.pdf"),
        ("ada.byron99@example.com", r"[a-z]{3}\.[a-z]{5}\d\d@example\.com"),
        ("jo@x.test", r"[a-z]{2}@x\.test"),
    ],
)
def test_an_address_keeps_its_scheme_its_ending_and_names_that_are_nobodys(
    text: str, shape: str
) -> None:
    for number in range(10):
        used = drawn(text, number=number)
        assert re.fullmatch(shape, used), used
        assert is_as_valid(text, used)


def test_leading_zeros_neither_come_nor_go() -> None:
    for number in range(50):
        assert re.fullmatch(r"[A-Z]-0[1-9]", drawn("H-09", number=number))
        assert re.fullmatch(r"[A-Z]-[1-9][0-9]{2}", drawn("H-900", number=number))
        assert re.fullmatch(r"[A-Z]-00", drawn("H-00", number=number))


def test_no_drawn_code_can_be_read_as_a_number() -> None:
    assert not any(re.fullmatch(r"\dE\d", drawn("5K3", number=number)) for number in range(200))


def test_what_another_text_of_the_scenario_is_a_part_of_stays_in_it() -> None:
    assert free("H-07", "h-0") == ["7"]
    assert free("TB 200", "b 200") == ["T"]
    assert free("Blue racer", "RACER") == ["Blue"]
    assert free("Pirate", "At") == ["Pirate"]  # by chance, and other words hold it too
    assert drawn("H-07", "h-0").startswith("H-0")


def test_a_text_that_keeps_its_first_parts_stays_near_its_place_in_a_list() -> None:
    assert drawn("TB 204", steady=1).startswith("TB ")
    assert drawn("TB 204", steady=2).startswith("TB 20")


def test_inner_capitals_and_long_words_keep_their_shape() -> None:
    assert re.fullmatch(r"[A-Z][a-z][A-Z][a-z]{2}", drawn("McRae"))
    assert len(drawn("Correspondences")) == len("Correspondences")


@given_that(text=st.text(min_size=1, max_size=40), seed=st.integers(0, 1000))
@settings(max_examples=200, deadline=None)
def test_any_text_keeps_its_length_its_signs_and_where_its_digits_and_capitals_stand(
    text: str, seed: int
) -> None:
    parts = parts_of(text)
    used = draw_like(text, parts, SeededChoices(str(seed)))

    assert [part.start for part in parts] == sorted({part.start for part in parts})
    if any(part.kind is PartKind.WORD for part in parts):
        return
    assert len(used) == len(text)
    for one, other in zip(text, used, strict=True):
        assert one == other or (one.isascii() and one.isalnum())
        assert (one.isdecimal(), one.isupper(), one.isalpha()) == (
            other.isdecimal(),
            other.isupper(),
            other.isalpha(),
        )
