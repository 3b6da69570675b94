"""Queries of the build line; each returns rows or values, never a query."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.builds.errors import BuildNotFoundError
from backend.builds.models import Build, BuildEvent, BuildFile, DecisionRow, QueueEntry, StageRun
from backend.builds.products import Plan, Proof, Review, TestReport, Workspace


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The latest product of each stage that a build has been through.

    `close` is what the bundle of an ended build says was found, where no stage had handed it on.
    """

    plan: Plan | None = None
    code: Workspace | None = None
    verify: TestReport | None = None
    review: Review | None = None
    prove: Proof | None = None
    close: Proof | None = None


async def get_build(
    session: AsyncSession, tenant_id: UUID, build_id: UUID, *, lock: bool = False
) -> Build:
    """Return a tenant's build, or raise BuildNotFoundError."""
    query = select(Build).where(Build.tenant_id == tenant_id, Build.id == build_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if row is None:
        raise BuildNotFoundError("no such build")
    return row


async def lock_queue_entry(session: AsyncSession, tenant_id: UUID, build_id: UUID) -> QueueEntry:
    """Lock a build's place in the queue: always before the build's own row, so nobody deadlocks."""
    return await get_queue_entry(session, tenant_id, build_id, lock=True)


async def get_queue_entry(
    session: AsyncSession, tenant_id: UUID, build_id: UUID, *, lock: bool = False
) -> QueueEntry:
    """Return a build's place in the queue, or raise BuildNotFoundError."""
    query = select(QueueEntry).where(
        QueueEntry.tenant_id == tenant_id, QueueEntry.build_id == build_id
    )
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if row is None:
        raise BuildNotFoundError("no such build")
    return row


async def read_history(session: AsyncSession, tenant_id: UUID, build_id: UUID) -> History:
    """Return what the stages handed on, the latest of each."""
    query = (
        select(StageRun)
        .where(StageRun.tenant_id == tenant_id, StageRun.build_id == build_id)
        .where(StageRun.product.is_not(None))
        .order_by(StageRun.number)
    )
    latest = {run.stage: run.product for run in (await session.execute(query)).scalars()}
    return msgspec.convert(latest, History)


async def next_stage_number(session: AsyncSession, tenant_id: UUID, build_id: UUID) -> int:
    """Return the number of the build's next stage run, from 1."""
    query = select(func.coalesce(func.max(StageRun.number), 0)).where(
        StageRun.tenant_id == tenant_id, StageRun.build_id == build_id
    )
    return int((await session.execute(query)).scalar_one()) + 1


async def list_decisions(
    session: AsyncSession, tenant_id: UUID, build_id: UUID
) -> Sequence[DecisionRow]:
    """Return the decisions in the order they were made."""
    query = (
        select(DecisionRow)
        .where(DecisionRow.tenant_id == tenant_id, DecisionRow.build_id == build_id)
        .order_by(DecisionRow.number)
    )
    return (await session.execute(query)).scalars().all()


async def list_files(session: AsyncSession, tenant_id: UUID, build_id: UUID) -> Sequence[BuildFile]:
    """Return the build's files by path."""
    query = (
        select(BuildFile)
        .where(BuildFile.tenant_id == tenant_id, BuildFile.build_id == build_id)
        .order_by(BuildFile.path)
    )
    return (await session.execute(query)).scalars().all()


async def list_events(
    session: AsyncSession, tenant_id: UUID, build_id: UUID, *, after: int, most: int = 200
) -> Sequence[BuildEvent]:
    """Return the events that follow a sequence number, oldest first."""
    query = (
        select(BuildEvent)
        .where(BuildEvent.tenant_id == tenant_id, BuildEvent.build_id == build_id)
        .where(BuildEvent.sequence > after)
        .order_by(BuildEvent.sequence)
        .limit(most)
    )
    return (await session.execute(query)).scalars().all()
