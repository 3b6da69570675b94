"""Has the narrated clips made where the works is set to make them, and meters what they cost."""

import asyncio
from collections.abc import Sequence

from backend.builds.workbench import Job, Workbench
from backend.proof.narration import with_narrations
from backend.proof.product import RunningProduct
from backend.proof.prover import PlayOrder
from backend.proof.results import CriterionResult
from backend.proof.subject_pool import SubjectPool
from billing.meters import Meter


async def narrate(
    job: Job,
    bench: Workbench,
    products: Sequence[RunningProduct],
    results: Sequence[CriterionResult],
) -> list[CriterionResult]:
    """Return the results with a clip for each criterion that did not fail."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    pool = SubjectPool(products, are_fresh=False)
    order = PlayOrder(blueprint=job.blueprint, folder=job.folder)
    try:
        return await with_narrations(results, bench.prover, pool, order)
    finally:
        await pool.close()
        seconds = loop.time() - began
        job.consumption.add(Meter.BROWSER_MILLISECONDS, round(seconds * 1000))
