"""What rests on something that has failed is not run, says so, and takes nothing that held away."""

import dataclasses
from pathlib import Path

import msgspec
import pytest

from backend.blueprints.blueprint import Scenario, Step
from backend.blueprints.document import compile_blueprint
from backend.proof.browser import BrowserSettings
from backend.proof.prover import Prover, ScenarioProgress, open_prover
from backend.proof.results import CriterionResult, Verdict
from tests.builds.conftest import BLUEPRINT
from tests.proof.stories import make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

S = make_step
WELCOME = S("C01", "Welcome")
HOME = S("W01")
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
    browser_settings: BrowserSettings, toys: list[ToySubject], tmp_path: Path
) -> None:
    told: list[ScenarioProgress] = []
    one_lane = dataclasses.replace(browser_settings, lanes=1)
    broken = [after(f"Broken {number}", REFUSED) for number in range(6)]
    sound = after("Other start", S("W05", "customers", table=(("Name",), ("Ada",))))
    elsewhere = after("Elsewhere", REFUSED, requirement="R2")

    async with open_prover(one_lane) as prover:
        results = await prove(
            prover, toys[:1], tmp_path, *broken, sound, elsewhere, progress=told.append
        )

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

    results = await prove(prover, toys[:1], tmp_path, *scenarios)

    assert Verdict.NOT_RUN not in {result.verdict for result in results}


async def test_a_step_of_its_own_that_fails_stops_nothing_else(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    start = S("W05", "customers", table=(("Name",), ("Ada",)))
    wrong = after("Wrong", start, own=S("C03", "Never", 0.2, "seconds"))
    right = [after(f"Right {number}", start) for number in range(2)]

    results = await prove(prover, toys[:1], tmp_path, wrong, *right)

    assert verdicts(results) == ["failed", "passed", "passed"]


async def test_when_no_product_can_be_put_back_the_rest_is_not_run(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    for toy in toys:
        toy.refuses_reset = True
    scenarios = [make_scenario(f"Fine {number}", HOME, WELCOME) for number in range(12)]

    results = await prove(prover, toys, tmp_path, *scenarios, subjects_are_fresh=True)

    counted = {verdict: verdicts(results).count(verdict) for verdict in ("passed", "not_run")}
    # Each of the three products served one scenario, and could not be put back twice.
    assert counted["passed"] == 3, [said_in(result) for result in results]
    assert counted["not_run"] >= 12 - 3 - 6
    for result in results:
        if result.verdict is Verdict.NOT_RUN:
            assert result.message.endswith("The product is out of order. the disk is full")


async def test_one_product_that_is_out_of_order_leaves_the_work_to_the_others(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    toys[0].refuses_reset = True
    scenarios = [make_scenario(f"Fine {number}", HOME, WELCOME) for number in range(9)]

    results = await prove(prover, toys, tmp_path, *scenarios, subjects_are_fresh=True)

    # It was tried twice, for one scenario or for two; nobody else noticed.
    assert "not_run" not in verdicts(results)
    assert verdicts(results).count("passed") >= 7, [said_in(result) for result in results]


async def test_a_compiled_scenario_knows_which_of_its_steps_are_the_backgrounds() -> None:
    text = BLUEPRINT.replace(
        "@critical\nScenario",
        'Background:\n  Given I am on the "Tools" page\n\n@critical\nScenario',
    )

    blueprint = compile_blueprint(text.encode(), "tools.md").blueprint

    assert blueprint is not None
    assert [scenario.background_steps for scenario in blueprint.scenarios] == [1, 1]
    assert [s.steps[0] for s in blueprint.scenarios][0] == blueprint.scenarios[1].steps[0]
