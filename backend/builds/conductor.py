"""Walks one build through its stages until it rests: the only caller of the stages."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import structlog

from backend.builds.allowance import affordable_seconds
from backend.builds.closing import close
from backend.builds.errors import StageFailedError
from backend.builds.line import OWED_SECONDS, BuildLine
from backend.builds.queue import Lease
from backend.builds.stage_ending import Ending
from backend.builds.stages.code import code
from backend.builds.stages.deliver import deliver
from backend.builds.stages.plan import plan
from backend.builds.stages.prove import prove
from backend.builds.stages.review import review
from backend.builds.stages.verify import verify
from backend.builds.status import TERMINAL, BuildStatus, FailureReason
from backend.builds.workbench import Job, Stage, Workbench

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
    """What is on the bench now, so that a cancel can settle what it used and tell what it found."""

    def __init__(self) -> None:
        self._job: Job | None = None

    def take(self, job: Job) -> Job:
        """Put a job on the bench; one that goes on where another was broken off keeps its part."""
        last = self._job
        if last is not None and last.status is job.status:
            job = replace(job, consumption=last.consumption, found=last.found)
        self._job = job
        return job


async def conduct(
    lease: Lease, line: BuildLine, bench: Workbench, folder: Path, current: CurrentJob
) -> None:
    """Run stage after stage until the build rests: at a person's gate or at its end."""
    rests = False
    while not rests:
        job = current.take(await line.open_job(lease, folder))
        if job.status in TERMINAL:
            await _write_owed_bundle(lease, line, job, bench)
            return
        ending = _canceled(job) if job.is_canceled else await perform(job, bench)
        if ending.ends:
            ending = await _closed(job, bench, ending)
        await line.record(lease, job, ending)
        rests = ending.rests


async def _write_owed_bundle(lease: Lease, line: BuildLine, job: Job, bench: Workbench) -> None:
    """Write the bundle of a build that ended without one; what goes wrong is tried again later."""
    ended = Ending(
        stage="close",
        next_status=job.status,
        reason=job.failure_reason,
        message=job.failure_message,
    )
    closing = (await _closed(job, bench, ended)).closing
    if closing is None:
        await line.release(lease, wait_seconds=OWED_SECONDS)
    else:
        await line.file_bundle(lease, closing)


def _canceled(job: Job) -> Ending:
    """End the build because its owner wants that."""
    return Ending(stage=_name(job), next_status=BuildStatus.CANCELED)


async def _closed(job: Job, bench: Workbench, ending: Ending) -> Ending:
    """Add the bundle; a build that cannot be handed over fails, any other ends without one."""
    try:
        return await close(job, bench, ending)
    except Exception as error:  # a bundle that cannot be written must not hide how the build ended
        log.exception("bundle_failed", build=str(job.build_id))
        if ending.next_status is not BuildStatus.DELIVERED:
            return ending
        failure = _crashed(STAGES[job.status], error)
    return await _closed(job, bench, _failed(job, failure, ending.seconds))


def _name(job: Job) -> str:
    return STAGES[job.status].__name__ if job.status in STAGES else job.status.value


async def perform(job: Job, bench: Workbench) -> Ending:
    """Run one stage; however it ends, say so as a value."""
    stage = STAGES[job.status]
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(_allowance(job, bench)) as allowance:
            outcome = await stage(job, bench)
    except StageFailedError as error:
        return _failed(job, error, loop.time() - began)
    except Exception as error:  # one of the three edges that catch everything
        if isinstance(error, TimeoutError) and allowance.expired():
            failure = _out_of_budget(job, stage)
        else:
            log.exception("stage_crashed", build=str(job.build_id))
            failure = _crashed(stage, error)
        return _failed(job, failure, loop.time() - began)
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


def _failed(job: Job, error: StageFailedError, seconds: float) -> Ending:
    """End the build with what the stage had found."""
    return Ending(
        stage=STAGES[job.status].__name__,
        next_status=BuildStatus.FAILED,
        product=error.product,
        seconds=seconds,
        reason=error.reason,
        message=str(error),
        criteria=error.criteria,
    )
