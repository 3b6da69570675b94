"""Looks at a proven product a second time, on the products that are running already."""

import asyncio
from collections.abc import Sequence

from backend.builds.structures import fetch_structures
from backend.builds.workbench import Job, Workbench
from backend.proof.product import RunningProduct
from backend.proof.results import CriterionResult
from backend.proof.second_look import LookOrder, with_second_looks
from backend.proof.subject_pool import SubjectPool
from billing.meters import Meter


async def look_again(
    job: Job,
    bench: Workbench,
    products: Sequence[RunningProduct],
    results: Sequence[CriterionResult],
) -> list[CriterionResult]:
    """Return the results, each that had not failed with what a second look found."""
    order = LookOrder(
        blueprint=job.blueprint,
        folder=job.folder,
        accepted=await fetch_structures(job, bench),
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    pool = SubjectPool(products, are_fresh=False)
    try:
        return await with_second_looks(results, bench.prover, pool, order)
    finally:
        await pool.close()
        job.consumption.add(Meter.BROWSER_MILLISECONDS, round((loop.time() - began) * 1000))
