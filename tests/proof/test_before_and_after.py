"""The report shows the page before anything was done, also of what failed and was never filmed."""

from pathlib import Path

import pytest

from backend.blueprints.blueprint import Scenario, Step
from backend.proof.prover import Prover
from backend.proof.report_checks import BeforeAndAfter, view_check
from backend.proof.results import CriterionResult, Verdict
from tests.proof.stories import make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPENED = make_step("W02", "Repairs")
LISTED = make_step("C04", "heading", "Repairs")
DONE = make_step("A02", "New repair")
HOLDS = make_step("C04", "heading", "New repair")
FAILS = make_step("C03", "Moon", 300, "milliseconds")


async def seen(
    prover: Prover, toys: list[ToySubject], folder: Path, scenario: Scenario
) -> tuple[CriterionResult, BeforeAndAfter]:
    (result,) = await prove(prover, toys, folder, scenario)
    pictures = view_check(result, scenario, folder).pictures
    assert pictures is not None
    return result, pictures


async def test_what_failed_after_an_action_shows_the_page_before_it(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    scenario = make_scenario("A moon", OPENED, DONE, FAILS)

    result, pictures = await seen(prover, toys, tmp_path, scenario)

    assert result.verdict is Verdict.FAILED, said_in(result)
    assert [
        [[piece.kind for piece in step.evidence] for step in attempt.steps]
        for attempt in result.attempts
    ] == [[[], [], ["screenshot", "aria"]], [["screenshot"], [], ["screenshot", "aria"]]]
    assert pictures.before is not None
    assert pictures.before.alt == f"Before anything was done: {OPENED.text}"
    assert (tmp_path / pictures.before.href).is_file()
    assert pictures.before.href != pictures.after.href


@pytest.mark.parametrize("last", [HOLDS, FAILS])
async def test_a_check_before_the_action_pictures_the_page_whatever_comes_of_it(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, last: Step
) -> None:
    scenario = make_scenario("A list first", OPENED, LISTED, DONE, last)

    _, pictures = await seen(prover, toys, tmp_path, scenario)

    assert pictures.before is not None
    assert pictures.before.alt == f"Before anything was done: {LISTED.text}"


@pytest.mark.parametrize("steps", [(LISTED, FAILS, DONE), (DONE, HOLDS), (LISTED,)])
async def test_no_picture_from_after_the_action_or_of_nothing_done_is_called_before(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, steps: tuple[Step, ...]
) -> None:
    scenario = make_scenario("No before", OPENED, *steps)

    _, pictures = await seen(prover, toys, tmp_path, scenario)

    assert pictures.before is None
