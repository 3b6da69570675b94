"""Boots products in fresh sandboxes and runs scenarios against them, metering both."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum

from backend.artifacts.archive import unpack
from backend.artifacts.tree import tree_digest
from backend.blueprints.blueprint import Blueprint, Scenario
from backend.builds.errors import StageFailedError
from backend.builds.status import FailureReason
from backend.builds.task_group import open_task_group
from backend.builds.workbench import Job, Workbench
from backend.proof.baselines import NONE_ACCEPTED, Baselines
from backend.proof.contract import ProductContract, check_kind
from backend.proof.opening import OpenedProduct, open_subject
from backend.proof.play_order import PlayOrder, Recording, ScenarioProgress
from backend.proof.product import ProductSpec
from backend.proof.results import Attempt, CriterionResult
from backend.proof.subject_pool import SubjectPool
from backend.proof.verdicts import concluded
from billing.meters import Meter
from sandbox.limits import MEBIBYTE, Limits

CLOCK_STEPS = frozenset({"W07", "A23"})
OUTSIDE_STEPS = frozenset({"W10", "C29", "C34"})
PRODUCT_LIMITS = Limits(memory_bytes=512 * MEBIBYTE, processes=128)


class Occasion(StrEnum):
    """What scenarios are run for: what is recorded and told of them follows from it."""

    REHEARSAL = "rehearsal"
    PROOF = "proof"

    @property
    def recording(self) -> Recording:
        """Of a rehearsal only failures are recorded; a proof is recorded whole."""
        return Recording.FULL if self is Occasion.PROOF else Recording.FAILURES


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
) -> AsyncIterator[list[OpenedProduct]]:
    """Boot one product for each lane and one spare, which is reset while the others work."""
    check_kind(contract, job.blueprint.kind)
    spec = ProductSpec(
        files=files,
        contract=contract,
        sandbox=job.sandbox("product", bench.toolchain, limits=PRODUCT_LIMITS),
        faketime_library=bench.faketime_library
        if moves_the_clock(job.blueprint.scenarios)
        else None,
        services=tuple(job.blueprint.services),
        restarts=calls_outside(job.blueprint),
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    count = bench.lanes + 1
    try:
        async with AsyncExitStack() as stack:
            # Each is waited for, whatever the others do: one that came up later would stay behind.
            opened = await asyncio.gather(
                *(
                    stack.enter_async_context(open_subject(bench.driver, spec))
                    for _ in range(count)
                ),
                return_exceptions=True,
            )
            for fault in opened:
                if isinstance(fault, BaseException):
                    raise fault
            yield [product for product in opened if not isinstance(product, BaseException)]
    finally:
        seconds = loop.time() - began
        job.consumption.add(Meter.SANDBOX_MILLISECONDS, round(seconds * 1000) * count)


async def run_scenarios(
    job: Job,
    bench: Workbench,
    pool: SubjectPool,
    *,
    scenarios: Sequence[Scenario],
    occasion: Occasion,
    baselines: Baselines = NONE_ACCEPTED,
) -> list[CriterionResult]:
    """Run scenarios over the products, telling of each verdict as it falls.

    In a proof, the attempts follow those of the rehearsal where that was unstable.
    """
    told: asyncio.Queue[ScenarioProgress | None] = asyncio.Queue()
    by_criterion = {scenario.criterion: scenario for scenario in scenarios}

    def note(news: ScenarioProgress) -> None:
        if news.verdict is not None:
            job.found[news.criterion] = concluded(
                by_criterion[news.criterion], news.attempts, message=news.message
            )
        told.put_nowait(news)

    async with metered_browser(job), open_task_group() as group:
        group.create_task(_pass_on(job, told, occasion))
        order = PlayOrder(
            blueprint=job.blueprint,
            folder=job.folder,
            recording=occasion.recording,
            baselines=baselines,
            progress=note,
            earlier=_unstable_before(job) if occasion is Occasion.PROOF else {},
        )
        try:
            return await bench.prover.prove(scenarios, pool, order)
        finally:
            told.put_nowait(None)


@asynccontextmanager
async def metered_browser(job: Job) -> AsyncIterator[None]:
    """Count the seconds of the proving browser, however they end."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        yield
    finally:
        seconds = loop.time() - began
        job.consumption.add(Meter.BROWSER_MILLISECONDS, round(seconds * 1000))


async def _pass_on(
    job: Job, told: asyncio.Queue[ScenarioProgress | None], occasion: Occasion
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
                    "rehearsal": occasion is Occasion.REHEARSAL,
                    "message": news.message,
                    "done": news.done,
                    "total": news.total,
                },
            )


def calls_outside(blueprint: Blueprint) -> bool:
    """Whether a late call or email of one scenario could be taken for the next one's."""
    used = {step.expression for scenario in blueprint.scenarios for step in scenario.steps}
    return bool(blueprint.services) or not OUTSIDE_STEPS.isdisjoint(used)


def moves_the_clock(scenarios: Sequence[Scenario]) -> bool:
    """Whether any scenario sets the date or lets time pass."""
    return any(step.expression in CLOCK_STEPS for scenario in scenarios for step in scenario.steps)


def _unstable_before(job: Job) -> dict[str, tuple[Attempt, ...]]:
    """Return the attempts of what was unstable in the rehearsal: it is not green any more."""
    report = job.test_report
    return {result.criterion: result.attempts for result in (report.unstable if report else ())}
