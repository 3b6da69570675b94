"""What rests on something that has failed is not run, says so, and takes nothing that held away."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.blueprints.blueprint import Scenario, Step
from backend.blueprints.document import compile_blueprint
from backend.proof.prover import Prover, Recording, ScenarioProgress
from backend.proof.results import CriterionResult, Verdict
from tests.builds.conftest import BLUEPRINT
from tests.proof.stories import make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

S = make_step
WELCOME = S("C01", "Welcome")
HOME = S("W01")
BRIEF: dict[str, Any] = {"recording": Recording.NONE}
REFUSED = S("W05", "customers", table=(("Age",), ("7",)))


def after(name: str, *background: Step, requirement: str = "R1", own: Step = WELCOME) -> Scenario:
    """Make a scenario that begins with a Background."""
    scenario = make_scenario(name, *background, HOME, own)
    return msgspec.structs.replace(
        scenario, requirement=requirement, background_steps=len(background)
    )


def verdicts(results: list[CriterionResult]) -> list[str]:
    return [result.verdict.value for result in results]


async def test_a_background_that_failed_twice_spares_the_other_scenarios_of_its_requirement(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    told: list[ScenarioProgress] = []
    broken = [after(f"Broken {number}", REFUSED) for number in range(6)]
    sound = after("Other start", S("W05", "customers", table=(("Name",), ("Ada",))))
    elsewhere = after("Elsewhere", REFUSED, requirement="R2")

    scenarios = (*broken, sound, elsewhere)
    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF, progress=told.append)

    assert verdicts(results) == ["failed", *["not_run"] * 5, "passed", "failed"]
    assert [len(result.attempts) for result in results] == [2, *[0] * 5, 1, 2]
    for result in results[1:6]:
        assert f'the step "{REFUSED.text}" of the Background' in result.message
        assert '"Broken 0" (R1/broken-0)' in result.message
    assert {news.message for news in told} == {"", results[1].message}


async def test_a_background_that_failed_once_and_held_then_stops_nothing(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    flip = (S("W02", "Flip"), S("C01", "heads"))
    scenarios = [after(f"Flips {number}", *flip, own=WELCOME) for number in range(3)]

    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF)

    assert Verdict.NOT_RUN not in {result.verdict for result in results}


async def test_a_step_of_its_own_that_fails_stops_nothing_else(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    start = S("W05", "customers", table=(("Name",), ("Ada",)))
    wrong = after("Wrong", start, own=S("C03", "Never", 0.2, "seconds"))
    right = [after(f"Right {number}", start) for number in range(2)]

    results = await prove(prover, toys[:1], tmp_path, wrong, *right, **BRIEF)

    assert verdicts(results) == ["failed", "passed", "passed"]


async def test_when_no_product_can_be_put_back_the_rest_is_not_run(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    toys[0].refuses_reset = True
    scenarios = [make_scenario(f"Fine {number}", HOME, WELCOME) for number in range(5)]

    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF, subjects_are_fresh=True)

    # The product served one scenario; for the next it could not be put back, twice.
    assert verdicts(results) == ["passed", "failed", *["not_run"] * 3], said_in(results[0])
    assert len(results[1].attempts) == 2
    for result in results[2:]:
        assert result.message == "Not run: the product is out of order. the disk is full"


async def test_a_compiled_scenario_knows_which_of_its_steps_are_the_backgrounds() -> None:
    text = BLUEPRINT.replace(
        "@critical\nScenario",
        'Background:\n  Given I am on the "Tools" page\n\n@critical\nScenario',
    )

    blueprint = compile_blueprint(text.encode(), "tools.md").blueprint

    assert blueprint is not None
    assert [scenario.background_steps for scenario in blueprint.scenarios] == [1, 1]
    first, second = blueprint.scenarios
    assert first.steps[0] == second.steps[0]
