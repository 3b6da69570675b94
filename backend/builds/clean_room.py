"""Boots products in fresh sandboxes and runs scenarios against them, metering both."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from backend.artifacts.archive import unpack
from backend.artifacts.tree import tree_digest
from backend.blueprints.blueprint import Scenario
from backend.builds.errors import StageFailedError
from backend.builds.status import FailureReason
from backend.builds.task_group import open_task_group
from backend.builds.workbench import Job, Workbench
from backend.proof.baselines import NONE_ACCEPTED, Baselines
from backend.proof.contract import ProductContract
from backend.proof.product import ProductSpec, RunningProduct, open_product
from backend.proof.prover import Recording, ScenarioProgress
from backend.proof.results import Attempt, CriterionResult
from backend.proof.verdicts import concluded
from billing.meters import Meter
from sandbox.limits import MEBIBYTE, Limits

CLOCK_STEPS = frozenset({"W07", "A23"})
PRODUCT_LIMITS = Limits(memory_bytes=512 * MEBIBYTE, processes=128)


async def load_tree(job: Job, bench: Workbench) -> dict[str, bytes]:
    """Read the workspace's revision and check that it is the one that was coded."""
    if job.workspace is None:
        raise StageFailedError(FailureReason.INTERNAL, "there is no workspace to work on")
    files = unpack(await bench.store.get(job.workspace.archive_key))
    if tree_digest(files) != job.workspace.tree_digest:
        raise StageFailedError(
            FailureReason.INTERNAL, "the stored workspace is not the one that was coded"
        )
    return files


@asynccontextmanager
async def open_products(
    job: Job, bench: Workbench, files: Mapping[str, bytes], contract: ProductContract
) -> AsyncIterator[list[RunningProduct]]:
    """Boot one product for each lane and one spare, which is reset while the others work."""
    spec = ProductSpec(
        files=files,
        contract=contract,
        sandbox=job.sandbox("product", bench.toolchain, limits=PRODUCT_LIMITS),
        faketime_library=bench.faketime_library
        if moves_the_clock(job.blueprint.scenarios)
        else None,
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    count = bench.lanes + 1
    try:
        async with AsyncExitStack() as stack:
            # Each is waited for, whatever the others do: one that came up later would stay behind.
            opened = await asyncio.gather(
                *(
                    stack.enter_async_context(open_product(bench.driver, spec))
                    for _ in range(count)
                ),
                return_exceptions=True,
            )
            for fault in opened:
                if isinstance(fault, BaseException):
                    raise fault
            yield [product for product in opened if isinstance(product, RunningProduct)]
    finally:
        seconds = loop.time() - began
        job.consumption.add(Meter.SANDBOX_MILLISECONDS, round(seconds * 1000) * count)


async def run_scenarios(
    job: Job,
    bench: Workbench,
    products: Sequence[RunningProduct],
    *,
    scenarios: Sequence[Scenario],
    recording: Recording,
    baselines: Baselines = NONE_ACCEPTED,
) -> list[CriterionResult]:
    """Run scenarios over the products, telling of each verdict as it falls.

    In a proof, the attempts follow those of the rehearsal where that was unstable.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    told: asyncio.Queue[ScenarioProgress | None] = asyncio.Queue()
    by_criterion = {scenario.criterion: scenario for scenario in scenarios}

    def note(news: ScenarioProgress) -> None:
        if news.verdict is not None:
            job.found[news.criterion] = concluded(
                by_criterion[news.criterion], news.attempts, message=news.message
            )
        told.put_nowait(news)

    is_rehearsal = recording is not Recording.FULL
    try:
        async with open_task_group() as group:
            group.create_task(_pass_on(job, told, is_rehearsal=is_rehearsal))
            try:
                return await bench.prover.run(
                    scenarios,
                    products,
                    blueprint=job.blueprint,
                    folder=job.folder,
                    recording=recording,
                    baselines=baselines,
                    progress=note,
                    earlier={} if is_rehearsal else _unstable_before(job),
                    subjects_are_fresh=True,
                )
            finally:
                told.put_nowait(None)
    finally:
        seconds = loop.time() - began
        job.consumption.add(Meter.BROWSER_MILLISECONDS, round(seconds * 1000))


async def _pass_on(
    job: Job, told: asyncio.Queue[ScenarioProgress | None], *, is_rehearsal: bool
) -> None:
    """Tell the build's followers of each verdict, in the order that they fall."""
    while (news := await told.get()) is not None:
        if news.verdict is not None:
            await job.progress(
                "scenario",
                {
                    "criterion": news.criterion,
                    "name": news.name,
                    "verdict": news.verdict.value,
                    "rehearsal": is_rehearsal,
                    "message": news.message,
                    "done": news.done,
                    "total": news.total,
                },
            )


def moves_the_clock(scenarios: Sequence[Scenario]) -> bool:
    """Whether any scenario sets the date or lets time pass."""
    return any(step.expression in CLOCK_STEPS for scenario in scenarios for step in scenario.steps)


def _unstable_before(job: Job) -> dict[str, tuple[Attempt, ...]]:
    """Return the attempts of what was unstable in the rehearsal: it is not green any more."""
    report = job.test_report
    return {result.criterion: result.attempts for result in (report.unstable if report else ())}
