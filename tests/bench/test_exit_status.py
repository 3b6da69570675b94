"""`make bench` fails when a figure is not within its limit, so that nobody has to read tables."""

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table

from bench import __main__ as front
from bench.proving_ground import Refusal
from bench.seeded_defects import FINAL_SEED, LEAST_CAUGHT, Outcome, report
from bench.seeded_manifest import Manifest, read_manifest

Benchmark = Callable[[], Coroutine[None, None, tuple[Table, dict[str, Any]]]]


def with_figures(**figures: object) -> Benchmark:
    async def run() -> tuple[Table, dict[str, Any]]:
        return Table(), dict(figures)

    return run


def status_of(patch: pytest.MonkeyPatch, results: Path, **benchmarks: Benchmark) -> int:
    patch.setattr(front, "BENCHMARKS", benchmarks)
    patch.setattr(front, "RESULTS", results)
    patch.setattr("sys.argv", ["bench", *benchmarks])
    return front.main()


def test_a_figure_outside_its_limit_fails_by_name_and_the_others_are_still_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = status_of(
        monkeypatch,
        tmp_path,
        slow=with_figures(is_met=False),
        quick=with_figures(is_met=True),
        late=with_figures(is_met=False),
    )

    assert status == 1
    assert "not within its limit: slow, late\n" in capsys.readouterr().out
    assert json.loads((tmp_path / "quick.json").read_text())["is_met"]


def test_figures_within_their_limits_or_without_any_succeed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    met, without = with_figures(is_met=True), with_figures(precision="99%")

    assert status_of(monkeypatch, tmp_path, met=met, without=without) == 0


def outcomes_of(manifest: Manifest, *, survivors: int) -> list[Outcome]:
    refusal = Refusal(criterion="R1/a", verdict="failed", message="")
    return [
        Outcome(defect=defect, refusal=None if number < survivors else refusal, seconds=0.0)
        for number, defect in enumerate(manifest.defects)
    ]


@pytest.mark.parametrize(("allowed_more", "is_met"), [(0, True), (1, False)])
def test_too_many_surviving_defects_miss_the_limit(allowed_more: int, *, is_met: bool) -> None:
    manifest = read_manifest(FINAL_SEED)
    allowed = int(len(manifest.defects) * (1 - LEAST_CAUGHT) + 1e-9)

    _, figures = report(manifest, outcomes_of(manifest, survivors=allowed + allowed_more), 1.0)

    assert figures["is_met"] is is_met


def test_defects_of_the_whole_program_have_no_limit_to_miss() -> None:
    manifest = Manifest(seed=1, is_unscoped=True, defects=read_manifest(FINAL_SEED).defects)

    _, figures = report(manifest, outcomes_of(manifest, survivors=len(manifest.defects)), 1.0)

    assert figures["is_met"]
