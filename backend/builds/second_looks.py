"""Looks at a proven product a second time, on the products that are running already."""

from collections.abc import Sequence

from backend.builds.clean_room import metered_browser
from backend.builds.structures import fetch_structures
from backend.builds.workbench import Job, Workbench
from backend.proof.results import CriterionResult
from backend.proof.second_look import LookOrder, with_second_looks
from backend.proof.subject_pool import SubjectPool


async def look_again(
    job: Job, bench: Workbench, pool: SubjectPool, results: Sequence[CriterionResult]
) -> list[CriterionResult]:
    """Return the results, each that had not failed with what a second look found."""
    order = LookOrder(
        blueprint=job.blueprint,
        folder=job.folder,
        accepted=await fetch_structures(job, bench),
    )
    async with metered_browser(job):
        return await with_second_looks(results, bench.prover, pool, order)
