"""What knows only the answers that the blueprint shows is refused; what is good stays good."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from backend.blueprints.blueprint import Scenario
from backend.blueprints.variation.data_sets import DataSet
from backend.proof.data_runs import with_data_runs
from backend.proof.play_order import PlayOrder, Recording
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult, Verdict
from backend.proof.subject_pool import SubjectPool
from backend.proof.verdicts import concluded, with_evidence_checked
from tests.proof.stories import BLUEPRINT, make_scenario, make_step
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")


def listed(bicycle: str) -> Scenario:
    return make_scenario(
        "A repair is listed",
        make_step("W05", "repairs", table=(("Bicycle",), (bicycle,))),
        make_step("W02", "Repairs"),
        make_step("C01", bicycle),
    )


def exported(bicycle: str) -> Scenario:
    """Make a scenario that the toy cheats in: its file always holds the same row."""
    return make_scenario(
        "The list leaves as a file",
        make_step("W05", "repairs", table=(("Bicycle",), (bicycle,))),
        make_step("W02", "Parts"),
        make_step("A24", "Export"),
        make_step("C28", document=bicycle),
    )


FLIP = make_scenario(
    "A flip", make_step("W02", "Flip"), make_step("C03", "heads", 300, "milliseconds")
)
WRONG = make_scenario("Wrong", make_step("W01"), make_step("C03", "Moon", 300, "milliseconds"))


def data_set(number: int, scenario: Scenario, used: str) -> DataSet:
    varied = msgspec.structs.replace(scenario, criterion=f"{scenario.criterion}@{number}")
    return DataSet(number=number, scenario=varied, replacements=(("Red tandem", used),))


async def run(
    prover: Prover, toys: list[ToySubject], folder: Path, shown: Scenario, *others: Scenario
) -> CriterionResult:
    """Prove one scenario, first as shown and then on the others' data."""
    pool = SubjectPool(toys, are_fresh=True)
    order = PlayOrder(blueprint=BLUEPRINT, folder=folder)
    (attempts,) = await prover.play([shown], pool, order)
    sets: Sequence[DataSet] = [
        data_set(number, one, f"Other {number}") for number, one in enumerate(others, 1)
    ]
    pictures = dataclasses.replace(order, recording=Recording.PICTURES)
    (result,) = await with_data_runs(
        [concluded(shown, attempts)], {shown.criterion: sets}, prover, pool, pictures
    )
    await pool.close()
    return result


async def test_what_holds_on_any_data_passes_with_pictures_and_without_more_video(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    result = await run(
        prover, toys, tmp_path, listed("Red tandem"), listed("Wax cougar"), listed("Oat mule")
    )

    assert result.verdict is Verdict.PASSED
    assert [run.number for run in result.data_runs] == [1, 2]
    for number, one in enumerate(result.data_runs, 1):
        (attempt,) = one.attempts
        assert (one.verdict, attempt.evidence) == (Verdict.PASSED, ())
        (picture,) = attempt.steps[-1].evidence
        assert picture.path == (
            f"screenshots/R1.a-repair-is-listed.data-{number}.attempt-1.step-03."
            f"{picture.sha256[:10]}.jpg"
        )
        assert (tmp_path / picture.path).is_file()
    assert len(list((tmp_path / "videos").iterdir())) == 1


async def test_a_hard_coded_answer_fails_and_the_message_says_which_text_became_which(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    result = await run(prover, toys, tmp_path, exported("Red tandem"), exported("Wax cougar"))

    assert [attempt.verdict for attempt in result.attempts] == [Verdict.PASSED]
    assert result.verdict is Verdict.FAILED
    (one,) = result.data_runs
    assert [attempt.verdict for attempt in one.attempts] == [Verdict.FAILED] * 2
    said = one.attempts[-1].message
    assert "works with the data that the blueprint shows, but not with other data" in said
    assert '"Red tandem" became "Other 1"' in said
    assert {piece.kind for piece in one.attempts[-1].evidence} == {"video", "trace"}


async def test_what_flips_on_other_data_is_unstable(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    result = await run(prover, toys, tmp_path, listed("Red tandem"), FLIP)

    (one,) = result.data_runs
    assert [attempt.verdict for attempt in one.attempts] == [Verdict.FAILED, Verdict.PASSED]
    assert one.verdict is result.verdict is Verdict.UNSTABLE


async def test_what_failed_as_shown_is_not_run_on_other_data(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    result = await run(prover, toys, tmp_path, WRONG, listed("Wax cougar"))

    assert (result.verdict, result.data_runs) == (Verdict.FAILED, ())


async def test_a_run_without_its_pictures_proves_nothing(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    result = await run(prover, toys, tmp_path, listed("Red tandem"), listed("Wax cougar"))
    (attempt,) = result.data_runs[0].attempts
    (picture,) = attempt.steps[-1].evidence

    assert with_evidence_checked(attempt, tmp_path, is_filmed=False) == attempt
    (tmp_path / picture.path).unlink()
    lost = with_evidence_checked(attempt, tmp_path, is_filmed=False)
    assert lost.verdict is Verdict.FAILED
    assert "is missing" in lost.message
