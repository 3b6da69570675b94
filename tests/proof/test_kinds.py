"""Known-good products of every kind are proven by blueprints that use every step."""

from pathlib import Path

import pytest

from backend.blueprints.vocabulary import load_vocabulary
from backend.builds.clean_room import moves_the_clock
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult, Verdict
from sandbox.protocol import Toolchain
from tests.proof.stories import prove_on, said_in
from tests.proof.tool_shop import known_good, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMES = ("job_api", "job_tool", "job_library")


@pytest.mark.parametrize("name", NAMES)
async def test_known_good_product_is_proven(
    name: str, prover: Prover, toolchain: Toolchain, tmp_path: Path
) -> None:
    blueprint = known_good(name)
    has_clock = moves_the_clock(blueprint.scenarios)
    async with opened(name, toolchain, has_clock=has_clock) as product:
        results = await prove_on(
            [product], prover, blueprint.scenarios, blueprint=blueprint, folder=tmp_path
        )

    assert {r.criterion: said_in(r) for r in results if r.verdict is not Verdict.PASSED} == {}
    assert all(len(result.attempts) == 1 for result in results)
    assert not (tmp_path / "videos").exists()
    _assert_transcripts(results, tmp_path)


def _assert_transcripts(results: list[CriterionResult], folder: Path) -> None:
    for result in results:
        for step in result.attempts[0].steps:
            if step.kind == "then":
                [piece] = step.evidence
                assert piece.kind == "transcript"
                assert step.text in (folder / piece.path).read_text()


async def test_known_good_blueprints_use_every_step() -> None:
    used = {
        step.expression
        for name in NAMES
        for scenario in known_good(name).scenarios
        for step in scenario.steps
    }

    assert {e.id for e in load_vocabulary().available if e.id[0] in "HLB"} <= used
