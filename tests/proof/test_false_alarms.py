"""A small sample of `bench/visual.py`: no false alarm, and small defects are seen."""

import random
from pathlib import Path

import pytest

from bench.defects import DEFECTS
from bench.visual import SEED, Studio, View
from tests.proof.toy import ToySubject

VIEWS = (View(path="/repairs/new", device="laptop"), View(path="/parts", device="phone"))
RENDERS = 6
INJECTED = 6


@pytest.fixture
def studio(toys: list[ToySubject], tmp_path: Path) -> Studio:
    return Studio(toys[0].address, tmp_path)


async def test_an_unchanged_page_raises_no_alarm(studio: Studio) -> None:
    unchanged = await studio.picture_again(RENDERS, VIEWS, in_a_browser=RENDERS // 2)

    assert unchanged.browsers == 2
    assert unchanged.false_alarms == []


async def test_small_defects_are_seen(studio: Studio) -> None:
    kinds = random.Random(SEED).sample(DEFECTS, INJECTED)  # noqa: S311  # a sample, no secret

    found = await studio.picture_defects(INJECTED, VIEWS, kinds=tuple(kinds))

    assert [one.defect.name for one in found if one.pixels == 0] == []
    assert len(found) == INJECTED
