"""Runs what held on the shown data once more on data that nobody saw before."""

from collections.abc import Mapping, Sequence

import msgspec

from backend.blueprints.variation.data_sets import DataSet
from backend.proof.play_order import PlayOrder
from backend.proof.prover import Prover
from backend.proof.results import Attempt, CriterionResult, DataRun, Replacement, Verdict
from backend.proof.subject_pool import SubjectPool
from backend.proof.verdicts import verdict_of, with_data_runs_drawn


async def with_data_runs(
    results: Sequence[CriterionResult],
    data_sets: Mapping[str, Sequence[DataSet]],
    prover: Prover,
    subjects: SubjectPool,
    order: PlayOrder,
) -> list[CriterionResult]:
    """Return the results with the runs on other data, and with what these mean for the verdict.

    What failed on the shown data is not run again: it has failed.
    """
    due = [
        (result.criterion, data_set)
        for result in results
        if result.verdict.has_held
        for data_set in data_sets.get(result.criterion, ())
    ]
    played = await prover.play([data_set.scenario for _, data_set in due], subjects, order)
    runs: dict[str, list[DataRun]] = {}
    for (criterion, data_set), attempts in zip(due, played, strict=True):
        runs.setdefault(criterion, []).append(_run(data_set, attempts))
    return [with_data_runs_drawn(result, runs.get(result.criterion, ())) for result in results]


def _run(data_set: DataSet, attempts: Sequence[Attempt]) -> DataRun:
    replacements = tuple(
        Replacement(shown=shown, used=used) for shown, used in data_set.replacements
    )
    verdict = verdict_of(attempts)
    if verdict is Verdict.FAILED:
        said = why_other_data_failed(replacements)
        last = attempts[-1]
        words = f"{said} {last.message}".strip()
        attempts = (*attempts[:-1], msgspec.structs.replace(last, message=words))
    return DataRun(
        number=data_set.number,
        verdict=verdict,
        replacements=replacements,
        attempts=tuple(attempts),
    )


def why_other_data_failed(replacements: Sequence[Replacement]) -> str:
    """Say to the owner of a blueprint what the product could not do."""
    became = ", ".join(f'"{one.shown}" became "{one.used}"' for one in replacements)
    return (
        "It works with the data that the blueprint shows, but not with other data. "
        f"In this run {became}."
    )
