"""The doctor names each part that is missing, what it is for, and how to get it."""

import sys
from pathlib import Path

import pytest

from backend.embedded.doctor import Check, examine
from tests.conftest import CHECKOUT


def look(**changed: Path | None) -> dict[str, Check]:
    places = {"checkout": CHECKOUT, "data_folder": CHECKOUT / ".draftworks", "chromium": None}
    return {check.name: check for check in examine(**(places | changed))}


def test_machine_that_runs_these_tests_has_all_of_it(chromium: Path) -> None:
    lacks = [check for check in look(chromium=chromium).values() if not check.is_ok]

    assert lacks == []


@pytest.mark.parametrize(
    ("name", "changed", "remedy"),
    [
        ("Chromium", {"chromium": None}, "make setup"),
        ("toolchain", {"checkout": Path("/nonexistent")}, "make setup"),
    ],
)
def test_missing_part_comes_with_its_remedy(
    name: str, changed: dict[str, Path | None], remedy: str
) -> None:
    check = look(**changed)[name]

    assert not check.is_ok
    assert remedy in check.remedy
    assert check.purpose


def test_data_folder_that_takes_no_data_is_found() -> None:
    check = look(data_folder=Path("/dev/fd" if sys.platform == "darwin" else "/proc"))[
        "data folder"
    ]

    assert not check.is_ok
    assert "DRAFTWORKS_DATA" in check.remedy
