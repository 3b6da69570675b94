"""Has the narrated clips made where the works is set to make them, and meters what they cost."""

from collections.abc import Sequence

from backend.builds.clean_room import metered_browser
from backend.builds.workbench import Job, Workbench
from backend.proof.narration import with_narrations
from backend.proof.play_order import PlayOrder
from backend.proof.results import CriterionResult
from backend.proof.subject_pool import SubjectPool


async def narrate(
    job: Job, bench: Workbench, pool: SubjectPool, results: Sequence[CriterionResult]
) -> list[CriterionResult]:
    """Return the results with a clip for each criterion that did not fail."""
    order = PlayOrder(blueprint=job.blueprint, folder=job.folder)
    async with metered_browser(job):
        return await with_narrations(results, bench.prover, pool, order)
