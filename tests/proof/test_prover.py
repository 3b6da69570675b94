"""The prover tells what is so from what is not, keeps the evidence and survives what dies."""

from pathlib import Path

import pytest

from backend.proof.evidence import safe_name
from backend.proof.play_order import PlayOrder, Recording, ScenarioProgress
from backend.proof.prover import Prover
from backend.proof.results import Verdict
from backend.proof.subject_pool import SubjectPool
from tests.proof.stories import BLUEPRINT, make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA = make_step("W05", "customers", table=(("Name",), ("Ada",)))
TAKEN_IN = make_scenario(
    "A repair is taken in",
    ADA,
    make_step("W02", "Repairs"),
    make_step("A02", "New repair"),
    make_step("A05", "Bicycle", "Red tandem"),
    make_step("A08", "Ada", "Customer"),
    make_step("A06", table=(("Price", "12.50"), ("Urgent", "yes"))),
    make_step("A02", "Save"),
    make_step("C09", "Repair saved"),
    make_step("C01", "Waiting"),
    make_step("C06", "Price", "12.50"),
    make_step("C02", "Error"),
)
REFUSED = make_scenario(
    "A repair without a bicycle is refused",
    make_step("W01"),
    make_step("A03", "Repairs"),
    make_step("A03", "New repair"),
    make_step("A02", "Save"),
    make_step("C08", "Bicycle", "Bicycle is required"),
    make_step("C25"),
)
DELETED = make_scenario(
    "A repair is deleted",
    make_step("W05", "repairs", table=(("Bicycle",), ("Red tandem",), ("Blue racer",))),
    make_step("W02", "Repairs"),
    make_step("A16", "Delete", "Red tandem"),
    make_step("A18"),
    make_step("C09", "Repair deleted"),
    make_step("C10", "Repairs", 1),
    make_step("C12", "Repairs", table=(("Bicycle",), ("Blue racer",))),
    make_step("C16", "Repairs"),
)
WRONG = make_scenario(
    "A wrong expectation",
    make_step("W01"),
    make_step("C01", "Welcome."),
    make_step("C03", "Moon", 300, "milliseconds"),
)


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_what_is_so_passes_with_a_picture_at_each_then_and_a_video(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    results = await prove(prover, toys, tmp_path, TAKEN_IN, DELETED)

    for result in results:
        assert result.verdict is Verdict.PASSED, said_in(result)
        (attempt,) = result.attempts
        assert [e.kind for e in attempt.evidence] == ["video"]
        for step in attempt.steps:
            assert bool(step.evidence) == (step.kind == "then")
        pieces = [*attempt.evidence, *(e for step in attempt.steps for e in step.evidence)]
        assert all((tmp_path / e.path).stat().st_size == e.bytes > 500 for e in pieces)
    checks = [step for step in results[0].attempts[0].steps if step.kind == "then"]
    assert len({step.evidence[0].path for step in checks}) == len(checks)
    assert [r.criterion for r in results] == [TAKEN_IN.criterion, DELETED.criterion]


async def test_a_wrong_expectation_fails_twice_and_says_why(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    (result,) = await prove(prover, toys, tmp_path, WRONG)

    assert result.verdict is Verdict.FAILED
    assert [attempt.number for attempt in result.attempts] == [1, 2]
    first = result.attempts[0].steps
    assert [step.verdict for step in first] == [Verdict.PASSED, Verdict.PASSED, Verdict.FAILED]
    assert first[2].message == '"Moon" is nowhere to be seen on the page.'
    assert {e.kind for e in first[2].evidence} == {"screenshot", "aria"}


async def test_what_should_not_be_seen_before_any_page_is_open_proves_nothing(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    unopened = make_scenario("Nothing is open", make_step("C02", "Error"), make_step("C25"))

    (result,) = await prove(prover, toys, tmp_path, unopened)

    assert result.verdict is Verdict.FAILED
    assert "No page has been opened" in said_in(result)


async def test_a_second_try_that_passes_is_unstable(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    flip = make_scenario(
        "A flip", make_step("W02", "Flip"), make_step("C03", "heads", 300, "milliseconds")
    )

    (result,) = await prove(prover, toys, tmp_path, flip)

    assert result.verdict is Verdict.UNSTABLE
    assert [a.verdict for a in result.attempts] == [Verdict.FAILED, Verdict.PASSED]


async def test_without_recording_the_verdicts_are_the_same_and_nothing_is_written(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    seen: list[ScenarioProgress] = []
    results = await prove(
        prover, toys, tmp_path, DELETED, WRONG, recording=Recording.NONE, progress=seen.append
    )

    assert [r.verdict for r in results] == [Verdict.PASSED, Verdict.FAILED]
    assert _files(tmp_path) == []
    assert sorted(p.done for p in seen if p.verdict) == [1, 2]


async def test_one_play_follows_another_on_the_same_products_with_pictures_only(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    order = PlayOrder(blueprint=BLUEPRINT, folder=tmp_path, recording=Recording.PICTURES)
    pool = SubjectPool(toys, are_fresh=True)
    first = await prover.play([DELETED], pool, order)
    second = await prover.play([TAKEN_IN, WRONG], pool, order)
    await pool.close()

    kinds = [[{e.kind for e in a.evidence} for a in one] for one in (*first, *second)]
    assert kinds == [[set()], [set()], [set(), {"video", "trace"}]]
    assert [one[-1].verdict for one in (*first, *second)] == [
        Verdict.PASSED,
        Verdict.PASSED,
        Verdict.FAILED,
    ]
    for attempts in (first[0], second[0]):
        assert all(s.evidence for s in attempts[0].steps if s.kind == "then")


@pytest.mark.parametrize(
    ("criterion", "name"),
    [
        ("R1/a-repair", "R1.a-repair"),
        ("R1/a-repair#2", "R1.a-repair.2"),
        ("R1/a-repair@2", "R1.a-repair.data-2"),
        ("R1/a-repair#1@2", "R1.a-repair.1.data-2"),
    ],
)
async def test_a_row_of_examples_and_a_data_set_never_share_a_file(
    criterion: str, name: str
) -> None:
    assert safe_name(criterion) == name
