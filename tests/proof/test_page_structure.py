"""Pages in words are compared without what is another each day, and with all that is not."""

import pytest

from backend.proof.page_structure import at_rest, step_name, words_on_change


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("cell: 2026-03-02", "cell: 2027-11-30"),
        ("text: Opened on 3 March 2026, 14:05", "text: Opened on 12 Nov 2027, 9:30 am"),
        ("text: Monday, 2 March 2026", "text: Wednesday, 4 November 2026"),
        ("text: March 2nd, 2026 at 9:00", "text: May 11th, 2026 at 10:41:07"),
        ("text: 02.03.2026", "text: 4.11.26"),
        ("text: 2026-03-02T09:00:00.123Z", "text: 2026-11-25T16:41:55Z"),
        ("text: saved 3 minutes ago", "text: saved just now"),
        (
            "/url: /repairs/0b1f6a52-9d4e-4c55-8a77-0a1b2c3d4e5f",
            "/url: /repairs/5d0865e1-31a8-49a8-ba41-17efc2631a88",
        ),
    ],
)
def test_what_time_alone_changes_is_no_change(before: str, now: str) -> None:
    assert words_on_change("/", f"- {before}", f"- {now}") == ""


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ('button "Delete"', "button"),
        ('cell "12.50"', 'cell "12.60"'),
        ('heading "Repairs" [level=1]', 'heading "Repairs" [level=2]'),
        ("/url: /repairs/1", "/url: /repairs/2"),
        ('text: "Room 12"', 'text: "Room 13"'),
        ("text: you may go on", "text: you might go on"),
        ("alert: Saved", "paragraph: Saved"),
        ("text: defaced", "text: decade"),
    ],
)
def test_whatever_else_changes_is_told(before: str, now: str) -> None:
    said = words_on_change("/repairs", f"- {before}", f"- {now}")

    assert f"gone: “{before}”; new: “{now}”" in said
    assert said.startswith("The page /repairs")


def test_a_page_that_is_built_anew_is_told_in_a_few_lines() -> None:
    said = words_on_change("/", "", "\n".join(f"- text: line {n}" for n in range(30)))

    assert "gone" not in said
    assert "“text: line 7” and 22 more lines" in said


def test_times_in_words_are_kept_apart_from_numbers() -> None:
    assert at_rest("- text: 12 of 20 at 10:15") == "- text: 12 of 20 at [time]"


def test_a_step_is_found_again_when_one_before_it_comes_or_goes() -> None:
    texts = ["I see A", "I press B", "I see A"]

    assert [step_name(texts, 1), step_name(texts, 3)] == ["I see A", "I see A #2"]
    assert step_name(["Given C", *texts], 2) == "I see A"
