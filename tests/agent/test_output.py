"""A model reads what a person would see, and not more of it than it needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.agent.output import readable


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07said", "said"),
        ("\x1b]8;;https://a.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPhidden\x1b\\shown", "shown"),
        ("line\r\nnext", "line\nnext"),
        ("over\rwritten", "overwritten"),
        ("a\x00b\x9bc", "abc"),
        ("left\u202eright\u200b", "leftright"),
        ("Grüße, 世界 👋", "Grüße, 世界 👋"),
    ],
)
def test_what_a_terminal_would_not_show_is_gone(printed: str, seen: str) -> None:
    assert readable(printed) == seen


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    said = readable("a" * 500 + "b" * 500, longest=100)

    assert said.startswith("a" * 50)
    assert said.endswith("b" * 50)
    assert "900 characters left out" in said


@given(st.text(), st.integers(min_value=2, max_value=200))
def test_nothing_longer_than_allowed_or_unseen_comes_through(printed: str, longest: int) -> None:
    said = readable(printed, longest)

    assert len(said) <= longest + 60
    assert "\x1b" not in said
    assert "\x00" not in said
