"""Reads and writes one build for its worker: every transaction under the lease's fence."""

import dataclasses
import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.builds import queue, repository
from backend.builds.baselines import keep_baselines
from backend.builds.errors import StaleBundleError
from backend.builds.job_loading import load_job
from backend.builds.models import Build, BuildFile, StageRun
from backend.builds.products import Delivery, Proof
from backend.builds.queue import Lease
from backend.builds.settling import settle_ended
from backend.builds.stage_ending import Closing, Ending
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Consumption, Job, Progress, StoredFile
from backend.proof.event_chain import RecordedEvent
from billing.meters import UsageEvent
from billing.usage import record_usage
from tenants.database import Database

TELL = text("select pg_notify('build_events', :build)")
ALL_EVENTS = 1_000_000
NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})
# How long a bundle that could not be written waits for the next try.
OWED_SECONDS = 60.0

log = structlog.get_logger()


class BuildLine:
    """The worker's side of the build tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_job(self, lease: Lease, folder: Path) -> Job:
        """Load everything the next stage needs; a queued build starts here."""
        async with self._database.tenant_session(lease.tenant_id) as session:
            canceled_at = await queue.check_fence(session, lease)
            build = await _locked(session, lease)
            if build.state is BuildStatus.QUEUED:
                await self._move(session, build, BuildStatus.PLANNING)
            progress = self._progress(lease)
            job = await load_job(
                session, build, fence=lease.fence, folder=folder, progress=progress
            )
            return dataclasses.replace(
                job,
                read_events=functools.partial(self._events, lease),
                is_canceled=canceled_at is not None,
            )

    async def record(self, lease: Lease, job: Job, ending: Ending) -> None:
        """Write a stage's outcome in one transaction: status, product, files, usage, event.

        What ends the build is written together with the bundle that tells of it. Without one the
        build ends all the same and stays in line: the bundle is owed.
        """
        async with self._database.tenant_session(lease.tenant_id) as session:
            is_canceled = await queue.check_fence(session, lease) is not None
            build = await _locked(session, lease)
            number = await repository.next_stage_number(session, lease.tenant_id, lease.build_id)
            used = _usage(job.consumption, lease, build, stage=ending.stage, number=number)
            await record_usage(session, used)
            session.add(_stage_run(lease, build, ending, number))
            await _keep_files(session, lease, ending.files)
            self._apply(build, ending)
            if ending.closing is not None:
                await self._keep_closing(session, lease, build, ending.closing)
            if isinstance(ending.product, Delivery):
                await keep_baselines(session, build, ending.product.pictures)
            await self._end_stage(session, build, ending)
            if build.has_ended:
                await settle_ended(session, build)
            if ending.rests:
                await _leave(session, lease, ending, is_canceled=is_canceled)

    async def file_bundle(self, lease: Lease, closing: Closing) -> None:
        """Add the bundle of a build that ended without one; nothing else of it changes."""
        async with self._database.tenant_session(lease.tenant_id) as session:
            await queue.check_fence(session, lease)
            build = await _locked(session, lease)
            await self._keep_closing(session, lease, build, closing)
            await queue.leave(session, lease, "done")

    async def give_up(self, lease: Lease, message: str) -> bool:
        """Fail a build that no worker survives, at the works' own cost; its bundle is owed.

        Says whether it did: a build that has ended already is not touched.
        """
        async with self._database.tenant_session(lease.tenant_id) as session:
            await queue.check_fence(session, lease)
            build = await _locked(session, lease)
            if build.has_ended:
                return False
            build.failure_reason = FailureReason.INTERNAL.value
            build.failure_message = message
            told = {"failure_reason": build.failure_reason, "failure_message": message}
            await self._move(session, build, BuildStatus.FAILED, data=told)
            await settle_ended(session, build)
            await queue.leave(session, lease, "waiting")
            return True

    async def give_bundle_up(self, lease: Lease) -> bool:
        """Leave an ended build without the bundle that no worker survives; say whether it was one.

        What is sealed in it stays sealed then: an operator has to look.
        """
        async with self._database.tenant_session(lease.tenant_id) as session:
            await queue.check_fence(session, lease)
            build = await _locked(session, lease)
            if build.has_ended:
                await queue.leave(session, lease, "done")
            return build.has_ended

    async def release(self, lease: Lease, *, wait_seconds: float = 0.0) -> None:
        """Put the build back in line without counting a try, as a worker does that stops."""
        async with self._database.tenant_session(lease.tenant_id) as session:
            await queue.leave(session, lease, "waiting", wait_seconds=wait_seconds)

    async def tell(self, lease: Lease, kind: str, data: Mapping[str, Any]) -> None:
        """Write a progress event in a short transaction of its own."""
        async with self._database.tenant_session(lease.tenant_id) as session:
            await queue.check_fence(session, lease)
            build = await _locked(session, lease)
            session.add(build.tell(kind, **data))
            await session.execute(TELL, {"build": str(build.id)})

    async def _events(self, lease: Lease) -> tuple[RecordedEvent, ...]:
        async with self._database.tenant_session(lease.tenant_id) as session:
            events = await repository.list_events(
                session, lease.tenant_id, lease.build_id, after=0, most=ALL_EVENTS
            )
            return tuple(event.recorded for event in events)

    async def _move(
        self,
        session: AsyncSession,
        build: Build,
        status: BuildStatus,
        *,
        at: datetime | None = None,
        data: Mapping[str, Any] = NOTHING_MORE,
    ) -> None:
        session.add(build.move_to(status, at=at, **data))
        await session.execute(TELL, {"build": str(build.id)})

    async def _end_stage(self, session: AsyncSession, build: Build, ending: Ending) -> None:
        """Follow the arrow; the event that a bundle is signed over has to come out as signed."""
        last = ending.closing.last_event if ending.closing is not None else None
        at = datetime.fromisoformat(last.at) if last is not None else None
        await self._move(session, build, ending.next_status, at=at, data=ending.told)
        if last is not None and build.event_hash != last.hash:
            raise StaleBundleError(f"build {build.id} went on while its bundle was signed")

    async def _keep_closing(
        self, session: AsyncSession, lease: Lease, build: Build, closing: Closing
    ) -> None:
        """Make the bundle visible, and what it says was found, where no stage has handed it on."""
        await _keep_files(session, lease, closing.files)
        if closing.proof.digest == build.proof_digest:
            return
        build.proof_digest = closing.proof.digest
        await session.flush()  # the stage's own run is counted first
        number = await repository.next_stage_number(session, lease.tenant_id, lease.build_id)
        run = Ending(stage="close", next_status=build.state, product=closing.proof)
        session.add(_stage_run(lease, build, run, number))

    def _apply(self, build: Build, ending: Ending) -> None:
        if ending.reason is not None:
            build.failure_reason = ending.reason.value
            build.failure_message = ending.message
            build.failed_criteria = list(ending.criteria)
        if isinstance(ending.product, Proof):
            build.proof_digest = ending.product.digest

    def _progress(self, lease: Lease) -> Progress:
        async def progress(kind: str, data: Mapping[str, Any]) -> None:
            try:
                await self.tell(lease, kind, data)
            except DBAPIError as error:  # news that nobody could write down must not cost the work
                log.warning("progress_lost", build=str(lease.build_id), error=str(error.orig))

        return progress


async def _leave(session: AsyncSession, lease: Lease, ending: Ending, *, is_canceled: bool) -> None:
    """Leave a build that rests; whoever canceled it meanwhile need not wait for a decision."""
    if not ending.ends:
        await queue.leave(session, lease, "waiting" if is_canceled else "resting")
    elif ending.closing is None:
        await queue.leave(session, lease, "waiting", wait_seconds=OWED_SECONDS)
    else:
        await queue.leave(session, lease, "done")


async def _locked(session: AsyncSession, lease: Lease) -> Build:
    return await repository.get_build(session, lease.tenant_id, lease.build_id, lock=True)


def _stage_run(lease: Lease, build: Build, ending: Ending, number: int) -> StageRun:
    return StageRun(
        tenant_id=lease.tenant_id,
        build_id=lease.build_id,
        number=number,
        stage=ending.stage,
        attempt=build.attempt,
        fence=lease.fence,
        ended_well=ending.reason is None,
        product=msgspec.to_builtins(ending.product) if ending.product is not None else None,
        seconds=ending.seconds,
        finished_at=datetime.now(UTC),
    )


async def _keep_files(session: AsyncSession, lease: Lease, files: tuple[StoredFile, ...]) -> None:
    """Make files visible; a stage that runs twice replaces its own."""
    if not files:
        return
    statement = insert(BuildFile)
    statement = statement.on_conflict_do_update(
        index_elements=["tenant_id", "build_id", "path"],
        set_={
            name: statement.excluded[name] for name in ("kind", "key", "sha256", "bytes", "fence")
        },
    )
    owner = {"tenant_id": lease.tenant_id, "build_id": lease.build_id, "fence": lease.fence}
    await session.execute(
        statement,
        [
            owner
            | {
                "path": file.path,
                "kind": file.kind,
                "key": file.key,
                "sha256": file.sha256,
                "bytes": file.bytes,
            }
            for file in files
        ],
    )


def _usage(
    consumption: Consumption, lease: Lease, build: Build, *, stage: str, number: int
) -> list[UsageEvent]:
    now = datetime.now(UTC)
    return [
        UsageEvent(
            source="works",
            event_id=f"{lease.build_id}:{number}:{stage}:{meter}",
            build_id=lease.build_id,
            meter=meter,
            quantity=quantity,
            occurred_at=now,
            hold_id=build.hold_id,
            fence=lease.fence,
        )
        for meter, quantity in sorted(consumption.quantities.items())
        if quantity > 0
    ]
