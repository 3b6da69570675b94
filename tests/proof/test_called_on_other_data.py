"""APIs, tools and libraries that know only the shown answers are refused; honest ones never are."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from backend.blueprints.variation.data_sets import data_sets_of
from backend.proof.data_runs import with_data_runs
from backend.proof.play_order import PlayOrder, Recording
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult, Verdict
from backend.proof.subject_pool import SubjectPool
from backend.proof.verdicts import concluded
from sandbox.protocol import Toolchain
from tests.proof.note_shops import ALL, Notes
from tests.proof.stories import said_in
from tests.proof.tool_shop import opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
SEEDS = tuple(f"seed {number}" for number in range(10))
# Each is refused by all that other data can tell; the rest comes back worked out, or is a choice.
REFUSED = {
    "API": {"A note is kept", "Notes are listed by title, searched and dropped"}
    | {"Somebody is greeted"},
    "tool": {"A note is kept", "Notes are read from the input", "Notes are read from a file"}
    | {"The longest note is found", "Somebody is greeted"},
    "library": {"A book keeps notes", "Somebody is greeted"},
}


async def prove(
    notes: Notes,
    files: Mapping[str, bytes],
    seeds: tuple[str, ...],
    prover: Prover,
    toolchain: Toolchain,
    folder: Path,
) -> list[CriterionResult]:
    """Prove all scenarios as shown, and then on the data of each seed."""
    blueprint = notes.blueprint
    order = PlayOrder(blueprint=blueprint, folder=folder, recording=Recording.NONE)
    async with opened("notes", toolchain, files=files) as product:
        pool = SubjectPool([product], are_fresh=True)
        played = await prover.play(blueprint.scenarios, pool, order)
        shown = [
            concluded(scenario, attempts)
            for scenario, attempts in zip(blueprint.scenarios, played, strict=True)
        ]
        assert {one.criterion: said_in(one) for one in shown if one.verdict != "passed"} == {}
        results: list[CriterionResult] = []
        for seed in seeds:
            sets = data_sets_of(notes.text.encode(), "notes.md", seed)
            results += await with_data_runs(shown, sets, prover, pool, order)
        await pool.close()
    return results


@pytest.mark.parametrize("kind", ALL)
async def test_an_honest_product_passes_whatever_the_seed(
    kind: str, prover: Prover, toolchain: Toolchain, tmp_path: Path
) -> None:
    notes = ALL[kind]

    results = await prove(notes, notes.honest, SEEDS, prover, toolchain, tmp_path)

    refused = [
        (run.replacements, run.attempts[-1].message)
        for result in results
        for run in result.data_runs
        if run.verdict is not Verdict.PASSED
    ]
    assert refused == []
    assert {one.name for one in results if one.data_runs} == REFUSED[kind]


@pytest.mark.parametrize("kind", ALL)
async def test_a_hard_coded_product_that_passes_as_shown_is_refused(
    kind: str, prover: Prover, toolchain: Toolchain, tmp_path: Path
) -> None:
    notes = ALL[kind]

    results = await prove(notes, notes.hard_coded, SEEDS[:1], prover, toolchain, tmp_path)

    assert {one.name for one in results if one.verdict is Verdict.FAILED} == REFUSED[kind]
    for result in results:
        for run in result.data_runs:
            assert "not with other data" in run.attempts[-1].message
