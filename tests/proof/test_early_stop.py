"""What rests on something that has failed is not run, says so, and takes nothing that held away."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.blueprints.blueprint import Scenario, Step, StepKind
from backend.blueprints.document import compile_blueprint
from backend.proof.early_stop import EarlyStop
from backend.proof.play_order import Recording, ScenarioProgress
from backend.proof.prover import Prover
from backend.proof.results import Attempt, CriterionResult, Verdict
from backend.proof.verdicts import unplayed
from tests.builds.conftest import BLUEPRINT
from tests.proof.stories import make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

S = make_step
WELCOME = S("C01", "Welcome")
HOME = S("W01")
GIVEN = StepKind.GIVEN
BRIEF: dict[str, Any] = {"recording": Recording.NONE}
REFUSED = S("W05", "customers", table=(("Age",), ("7",)))


def after(name: str, *start: Step, own: Step = WELCOME, **about: Any) -> Scenario:
    """Make a scenario that begins with these steps."""
    return msgspec.structs.replace(make_scenario(name, *start, HOME, own), **about)


def verdicts(results: list[CriterionResult]) -> list[str]:
    return [result.verdict.value for result in results]


async def test_a_start_that_failed_twice_spares_all_scenarios_that_begin_with_it(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    told: list[ScenarioProgress] = []
    broken = [after(f"Broken {number}", REFUSED) for number in range(3)]
    elsewhere = after("Elsewhere", REFUSED, S("W02", "Repairs"), requirement="R2")
    sound = after("Other start", S("W05", "customers", table=(("Name",), ("Ada",))))
    other_row = after("Other row", S("W05", "customers", table=(("Age",), ("8",))))
    later = after("Later", S("W04"), REFUSED)

    scenarios = (*broken, elsewhere, sound, other_row, later)
    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF, progress=told.append)

    assert verdicts(results) == ["failed", *["not_run"] * 3, "passed", "failed", "failed"]
    assert [len(result.attempts) for result in results] == [2, 0, 0, 0, 1, 2, 2]
    for result in results[1:4]:
        assert f'where the step "{REFUSED.text}" failed each time' in result.message
        assert '"Broken 0" (R1/broken-0)' in result.message
    assert {news.message for news in told} == {"", results[1].message}


async def test_a_broken_sign_in_is_tried_once_and_named_in_all_that_need_it(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    def signed_in(line: int) -> tuple[Step, ...]:
        used = 'I am signed in as "ada"'
        steps = (S("W03", "ada"), S("A01", "/", kind=GIVEN), S("A05", "Door", "x", kind=GIVEN))
        return tuple(msgspec.structs.replace(step, line=line, concept=used) for step in steps)

    scenarios = [
        msgspec.structs.replace(make_scenario(name, *signed_in(line), WELCOME), requirement=name)
        for line, name in enumerate(("R1", "R2", "R3"), start=5)
    ]

    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF)

    assert verdicts(results) == ["failed", "not_run", "not_run"]
    assert 'the step "A05 Door x" of "I am signed in as "ada""' in results[1].message


@pytest.mark.parametrize(
    "about", [{"tags": ("@slow",)}, {"steps": (REFUSED, S("W08", "phone"), HOME, WELCOME)}]
)
async def test_a_start_in_another_window_or_with_more_time_is_tried_itself(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, about: dict[str, Any]
) -> None:
    scenarios = (after("Broken", REFUSED), after("Other", REFUSED, **about))

    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF)

    assert verdicts(results) == ["failed", "failed"]


async def test_a_sealed_scenario_that_showed_it_is_not_named(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    scenarios = (after("Secret", REFUSED, tags=("@holdout",)), after("Open", REFUSED))

    _, spared = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF)

    assert "it begins as a sealed scenario does" in spared.message
    assert "Secret" not in spared.message
    assert "secret" not in spared.message


async def test_a_start_that_failed_once_and_held_then_stops_nothing(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    flip = (S("W02", "Flip"), S("C01", "heads", kind=GIVEN))
    scenarios = [after(f"Flips {number}", *flip, own=WELCOME) for number in range(3)]

    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF)

    assert Verdict.NOT_RUN not in {result.verdict for result in results}


async def test_an_action_that_failed_stops_nothing_else(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    press = S("A02", "Nothing")
    scenarios = [make_scenario(f"Press {number}", HOME, press, WELCOME) for number in range(2)]

    results = await prove(prover, toys[:1], tmp_path, *scenarios, **BRIEF)

    assert verdicts(results) == ["failed", "failed"]


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


async def test_a_background_is_the_same_start_in_every_scenario() -> None:
    text = BLUEPRINT.replace(
        "@critical\nScenario",
        'Background:\n  Given I am on the "Tools" page\n\n@critical\nScenario',
    )
    blueprint = compile_blueprint(text.encode(), "tools.md").blueprint
    assert blueprint is not None
    first, second = blueprint.scenarios
    stop = EarlyStop()

    stop.note(first, [unplayed_from(first, 0)] * 2)

    assert "where the step" in (stop.reason(second) or "")


def unplayed_from(scenario: Scenario, failed: int) -> Attempt:
    """Return an attempt that broke off in a step."""
    attempt = unplayed(scenario, number=1, message="")
    steps = list(attempt.steps)
    steps[failed] = msgspec.structs.replace(steps[failed], verdict=Verdict.FAILED)
    return msgspec.structs.replace(attempt, steps=tuple(steps))
