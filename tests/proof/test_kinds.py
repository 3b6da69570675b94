"""Known-good products of every kind are proven by blueprints that use every step."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.blueprints.vocabulary import load_vocabulary
from backend.proof.browser import BrowserSettings
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult, Verdict
from sandbox.protocol import Toolchain
from tests.proof.stories import said_in
from tests.proof.tool_shop import known_good, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMES = ("job_api", "job_tool", "job_library")


@pytest.mark.parametrize("name", NAMES)
async def test_known_good_product_is_proven(
    name: str, prover: Prover, toolchain: Toolchain, tmp_path: Path
) -> None:
    blueprint = known_good(name)
    async with opened(name, toolchain) as product:
        results = await prover.run(
            blueprint.scenarios, [product], blueprint=blueprint, folder=tmp_path
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
