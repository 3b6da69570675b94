"""Walks one build through its stages until it rests: the only caller of the stages."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import structlog

from backend.builds.allowance import affordable_seconds
from backend.builds.dossier import publish_failure
from backend.builds.errors import StageFailedError
from backend.builds.line import BuildLine, Ending
from backend.builds.queue import Lease
from backend.builds.stages.code import code
from backend.builds.stages.deliver import deliver
from backend.builds.stages.plan import plan
from backend.builds.stages.prove import prove
from backend.builds.stages.review import review
from backend.builds.stages.verify import verify
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Job, Stage, StoredFile, Workbench

STAGES: Mapping[BuildStatus, Stage] = {
    BuildStatus.PLANNING: plan,
    BuildStatus.CODING: code,
    BuildStatus.VERIFYING: verify,
    BuildStatus.REVIEWING: review,
    BuildStatus.PROVING: prove,
    BuildStatus.DELIVERING: deliver,
}

log = structlog.get_logger()


class CurrentJob:
    """What is on the bench now, so that a cancel can settle what it used."""

    def __init__(self) -> None:
        self.job: Job | None = None


async def conduct(
    lease: Lease, line: BuildLine, bench: Workbench, folder: Path, current: CurrentJob
) -> None:
    """Run stage after stage until the build rests: at a person's gate or at its end."""
    rests = False
    while not rests:
        job = current.job = await line.open_job(lease, folder)
        ending = await perform(job, bench)
        await line.record(lease, job, ending)
        rests = ending.rests


async def perform(job: Job, bench: Workbench) -> Ending:
    """Run one stage; however it ends, say so as a value."""
    stage = STAGES[job.status]
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(_allowance(job, bench)) as allowance:
            outcome = await stage(job, bench)
    except StageFailedError as error:
        return await _failed(job, bench, error, loop.time() - began)
    except Exception as error:  # one of the three edges that catch everything
        if isinstance(error, TimeoutError) and allowance.expired():
            failure = _out_of_budget(job, stage)
        else:
            log.exception("stage_crashed", build=str(job.build_id))
            failure = _crashed(stage, error)
        return await _failed(job, bench, failure, loop.time() - began)
    return Ending(
        stage=stage.__name__,
        next_status=outcome.next_status,
        product=outcome.product,
        files=outcome.files,
        seconds=loop.time() - began,
    )


def _allowance(job: Job, bench: Workbench) -> float | None:
    """Return the seconds that the stage may take; what delivering costs was kept back for it."""
    if job.status is BuildStatus.DELIVERING:
        return None
    return affordable_seconds(left_micros=job.hold_micros - job.spent_micros, lanes=bench.lanes)


def _crashed(stage: Stage, error: Exception) -> StageFailedError:
    return StageFailedError(
        FailureReason.INTERNAL,
        f"The works failed in the {stage.__name__} stage: {type(error).__name__}",
    )


def _out_of_budget(job: Job, stage: Stage) -> StageFailedError:
    """Name the amount in dollars, as the blueprint does."""
    return StageFailedError(
        FailureReason.OUT_OF_BUDGET,
        f"The {stage.__name__} stage was stopped: going on would have cost more than the "
        f"${job.hold_micros / 1_000_000:.2f} set aside. Raise the budget in the blueprint.",
    )


async def _failed(job: Job, bench: Workbench, error: StageFailedError, seconds: float) -> Ending:
    """End the build with what the stage had found, and with a report that shows it."""
    return Ending(
        stage=STAGES[job.status].__name__,
        next_status=BuildStatus.FAILED,
        product=error.product,
        files=await _report(job, bench, error),
        seconds=seconds,
        reason=error.reason,
        message=str(error),
        criteria=error.criteria,
    )


async def _report(job: Job, bench: Workbench, error: StageFailedError) -> tuple[StoredFile, ...]:
    try:
        return await publish_failure(job, bench, error)
    except Exception:  # a report that cannot be written must not hide the failure
        log.exception("report_failed", build=str(job.build_id))
        return ()
