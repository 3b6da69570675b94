"""Pictures that were accepted count: what looks different goes to a person, never through."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from backend.blueprints.blueprint import Scenario
from backend.proof.baselines import AcceptedLook, Baselines, PictureName
from backend.proof.pictures import Picture
from backend.proof.play_order import Recording
from backend.proof.prover import Prover
from backend.proof.results import Comparison, CriterionResult, Mask, StepResult, Verdict
from tests.proof.stories import make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")


def look_at(*rows: tuple[str, ...]) -> Scenario:
    """Show the repairs; another row is another look."""
    return make_scenario(
        "The repairs",
        make_step("W07", "2026-03-02 09:00"),
        make_step("W05", "repairs", table=(("Bicycle",), *rows)),
        make_step("W02", "Repairs"),
        make_step("C33", "list", table=(("Home",),)),
        make_step("C20", "Repairs", "table", "table"),
        make_step("C19", "list"),
        tags=("@visual",),
    )


RED, BLUE = look_at(("Red tandem",)), look_at(("Blue racer",))


def pictured(result: CriterionResult) -> list[StepResult]:
    return [step for step in result.attempts[-1].steps if step.look]


def accepted(result: CriterionResult, folder: Path) -> dict[PictureName, AcceptedLook]:
    """Take what a proof pictured for what a person accepted."""
    found = {}
    for step in pictured(result):
        assert step.look
        name = PictureName(
            criterion=result.criterion, picture=step.look.name, viewport=step.look.viewport
        )
        content = (folder / step.evidence[0].path).read_bytes()
        found[name] = AcceptedLook(picture=Picture(content=content, masks=step.look.masks))
    return found


def by_another_renderer(baselines: Baselines) -> dict[PictureName, AcceptedLook]:
    """Take the same pictures for those of a browser that is gone."""
    return {name: replace(look, is_by_this_renderer=False) for name, look in baselines.items()}


def comparisons(result: CriterionResult) -> list[Comparison]:
    return [step.look.comparison for step in pictured(result) if step.look]


def kinds(steps: Iterable[StepResult]) -> list[list[str]]:
    return [[evidence.kind for evidence in step.evidence] for step in steps]


@pytest_asyncio.fixture(loop_scope="module")
async def baselines(prover: Prover, toys: list[ToySubject], tmp_path: Path) -> Baselines:
    (first,) = await prove(prover, toys, tmp_path / "first", RED)
    assert first.verdict is Verdict.PASSED, said_in(first)
    assert comparisons(first) == [Comparison.FIRST] * 3
    assert len(first.first_baselines) == 3
    return accepted(first, tmp_path / "first")


async def test_a_name_used_twice_stands_for_two_pictures(baselines: Baselines) -> None:
    assert sorted(name.picture for name in baselines) == ["list", "list #2", "table"]
    assert {name.viewport for name in baselines} == {"1280x800"}


async def test_an_unchanged_product_passes_at_once_and_asks_nobody(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, baselines: Baselines
) -> None:
    (again,) = await prove(prover, toys, tmp_path, RED, baselines=baselines)

    assert again.verdict is Verdict.PASSED, said_in(again)
    assert len(again.attempts) == 1
    assert comparisons(again) == [Comparison.SAME] * 3
    assert (again.first_baselines, again.changed_pictures) == ((), ())


async def test_another_look_is_looked_at_twice_and_left_to_a_person(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, baselines: Baselines
) -> None:
    (changed,) = await prove(prover, toys, tmp_path, BLUE, baselines=baselines)

    assert [attempt.verdict for attempt in changed.attempts] == [Verdict.JUDGED] * 2
    assert changed.verdict is Verdict.JUDGED
    assert comparisons(changed) == [Comparison.CHANGED] * 3
    assert len(changed.changed_pictures) == 3
    assert changed.first_baselines == ()
    steps = pictured(changed)
    assert kinds(steps) == [["picture", "approved", "heat_map"]] * 3
    assert all(step.look and step.look.changed_pixels > 10 for step in steps)
    assert "pixels are different" in steps[0].message
    for step in steps:
        assert all((tmp_path / evidence.path).is_file() for evidence in step.evidence)
        picture, approved, _ = step.evidence
        assert picture.sha256 != approved.sha256


async def test_after_a_new_browser_another_picture_is_shown_beside_the_old_one_and_asked_for(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, baselines: Baselines
) -> None:
    old = by_another_renderer(baselines)

    (renewed,) = await prove(prover, toys, tmp_path, BLUE, baselines=old)

    assert [attempt.verdict for attempt in renewed.attempts] == [Verdict.JUDGED] * 2
    assert renewed.verdict is Verdict.JUDGED
    assert comparisons(renewed) == [Comparison.RENEWED] * 3
    assert len(renewed.renewed_pictures) == 3
    assert (renewed.first_baselines, renewed.changed_pictures) == ((), ())
    steps = pictured(renewed)
    assert kinds(steps) == [["picture", "approved", "heat_map"]] * 3
    assert all("please look whether it still looks right" in step.message for step in steps)


async def test_after_a_new_browser_the_same_pixels_ask_nobody(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, baselines: Baselines
) -> None:
    old = by_another_renderer(baselines)

    (again,) = await prove(prover, toys, tmp_path, RED, baselines=old)

    assert again.verdict is Verdict.PASSED, said_in(again)
    assert comparisons(again) == [Comparison.SAME] * 3


async def test_a_look_that_is_different_only_once_is_unstable(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    flip = make_scenario(
        "A flip",
        make_step("W07", "2026-03-02 09:00"),
        make_step("W02", "/flip"),
        make_step("C19", "side"),
    )
    (first,) = await prove(prover, toys, tmp_path / "first", flip)
    baselines = accepted(first, tmp_path / "first")

    (again,) = await prove(prover, toys, tmp_path, flip, baselines=baselines)

    assert [attempt.verdict for attempt in again.attempts] == [Verdict.JUDGED, Verdict.PASSED]
    assert again.verdict is Verdict.UNSTABLE
    await prove(prover, toys, tmp_path, flip)  # the process's other tests find an even number


async def test_a_covered_part_that_moved_is_left_to_a_person(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, baselines: Baselines
) -> None:
    elsewhere = Mask(name="Home", left=1, top=1, width=2, height=2)
    moved = {
        name: AcceptedLook(
            picture=replace(look.picture, masks=(elsewhere,) if look.picture.masks else ())
        )
        for name, look in baselines.items()
    }

    (result,) = await prove(prover, toys, tmp_path, RED, baselines=moved)

    assert result.verdict is Verdict.JUDGED
    assert comparisons(result) == [Comparison.CHANGED, Comparison.SAME, Comparison.SAME]
    assert 'left out of the picture is not the same part, place or size as before: "Home"' in (
        said_in(result)
    )


async def test_without_pictures_nothing_is_compared(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, baselines: Baselines
) -> None:
    (result,) = await prove(
        prover, toys, tmp_path / "none", BLUE, baselines=baselines, recording=Recording.NONE
    )

    assert result.verdict is Verdict.PASSED
    assert not (tmp_path / "none").exists()


async def test_a_failure_is_not_made_better_by_a_picture(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, baselines: Baselines
) -> None:
    wrong = make_scenario(
        "The repairs",
        *BLUE.steps,
        make_step("C03", "Moon", 300, "milliseconds"),
        tags=("@visual",),
    )

    (result,) = await prove(prover, toys, tmp_path, wrong, baselines=baselines)

    assert result.verdict is Verdict.FAILED
    assert comparisons(result) == [Comparison.CHANGED] * 3
