"""What a caller may do with builds, each within the one transaction of the request."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.blueprints.blueprint import Severity
from backend.blueprints.document import compile_blueprint
from backend.blueprints.holdouts import commit_holdouts, new_seeds
from backend.blueprints.service import load_blueprint
from backend.builds import queue, repository
from backend.builds.criteria import list_criteria
from backend.builds.errors import BlueprintNotOrderableError, DecisionRefusedError
from backend.builds.file_links import FileLinks
from backend.builds.gates import ACCEPTANCE, undecided
from backend.builds.models import (
    Build,
    BuildEvent,
    DecisionRow,
    OutboxMessage,
    QueueEntry,
    TenantLimit,
)
from backend.builds.quote import budget_finding, quote
from backend.builds.schemas import ArtifactView, BuildSummary, BuildView, Decide
from backend.builds.settling import settle_ended
from backend.builds.status import BuildStatus
from backend.builds.views import open_gate, show, summarize
from backend.builds.workbench import LOST
from billing import ledger
from tenants.auth import Principal
from tenants.ids import new_id
from tenants.pages import Page, PageRequest, read_page

RING = text("select pg_notify('outbox', '')")
TELL = text("select pg_notify('build_events', :build)")


class BuildService:
    """One caller's builds."""

    def __init__(self, session: AsyncSession, principal: Principal, files: FileLinks) -> None:
        self._session = session
        self._principal = principal
        self._tenant_id = principal.tenant_id
        self._files = files

    async def start(self, blueprint_id: UUID) -> BuildView:
        """Hold credits and put a build in line, or raise why that cannot be."""
        row = await load_blueprint(self._session, self._tenant_id, blueprint_id)
        compiled = await asyncio.to_thread(compile_blueprint, row.text.encode(), row.file)
        blueprint = compiled.blueprint
        if blueprint is None or not compiled.orderable:
            raise BlueprintNotOrderableError(
                [f for f in compiled.findings if f.severity is Severity.ERROR]
            )
        seeds = new_seeds()
        sealed = commit_holdouts(blueprint.scenarios, seeds=seeds.items())
        expected, worst = quote(blueprint)
        budget = worst if blueprint.budget_micros is None else blueprint.budget_micros
        if budget < expected:
            raise BlueprintNotOrderableError([budget_finding(row.file, row.text, expected)])
        build = Build(
            id=new_id(),
            tenant_id=self._tenant_id,
            blueprint_id=row.id,
            name=blueprint.name,
            slug=blueprint.slug,
            status=BuildStatus.QUEUED.value,
            criteria=msgspec.to_builtins(list_criteria(blueprint)),
            holdout_root=sealed.root,
            holdout_salts={leaf.name: leaf.salt for leaf in sealed.leaves},
            seeds=seeds,
            hold_micros=min(worst, budget),
            event_sequence=0,
            event_hash="",
            created_at=datetime.now(UTC),
        )
        self._session.add(build)
        await self._session.flush()
        build.hold_id = await ledger.hold(
            self._session, build_id=build.id, amount_micros=build.hold_micros
        )
        await self._put_in_line(build)
        return await self._view(build)

    async def get(self, build_id: UUID) -> BuildView:
        """Return one build, or raise BuildNotFoundError."""
        return await self._view(
            await repository.get_build(self._session, self._tenant_id, build_id)
        )

    async def list(self, page: PageRequest) -> Page[BuildSummary]:
        """Return the newest builds first, a page at a time."""
        query = select(Build).where(Build.tenant_id == self._tenant_id)
        return await read_page(self._session, query, Build.id, page, summarize)

    async def cancel(self, build_id: UUID) -> BuildView:
        """Stop a build: at once when nobody works on it, else at the worker's next heartbeat.

        What nobody works on stays in line, for a worker to write its last bundle.
        """
        entry = await repository.lock_queue_entry(self._session, self._tenant_id, build_id)
        build = await repository.get_build(self._session, self._tenant_id, build_id, lock=True)
        if build.has_ended:
            return await self._view(build)
        if entry.claim == "held":
            entry.cancel_requested_at = entry.cancel_requested_at or datetime.now(UTC)
        else:
            entry.claim = "waiting"
            entry.available_at = datetime.now(UTC)
            await self._tell(build.move_to(BuildStatus.CANCELED, by=self._principal.name))
            await settle_ended(self._session, build)
            await self._ring(build)
        return await self._view(build)

    async def decide(self, build_id: UUID, data: Decide) -> BuildView:
        """Record a person's decision and send the build on its way."""
        await repository.lock_queue_entry(self._session, self._tenant_id, build_id)
        build = await repository.get_build(self._session, self._tenant_id, build_id, lock=True)
        await self._check(build, data)
        await self._record(build, data)
        await self._tell(
            build.move_to(
                _next_status(data),
                gate=data.gate,
                decision=data.decision,
                actor=self._principal.name,
                blanket=data.blanket,
                criteria=data.criteria,
                comment=data.comment,
                proof_digest=data.proof_digest,
            )
        )
        await queue.wake(self._session, self._tenant_id, build.id)
        await self._ring(build)
        return await self._view(build)

    async def artifacts(self, build_id: UUID) -> Sequence[ArtifactView]:
        """Return the build's files, each with a signed link."""
        await repository.get_build(self._session, self._tenant_id, build_id)
        files = await repository.list_files(self._session, self._tenant_id, build_id)
        return await self._files.show([file for file in files if file.kind != LOST])

    async def _put_in_line(self, build: Build) -> None:
        self._session.add(
            QueueEntry(tenant_id=self._tenant_id, build_id=build.id, available_at=datetime.now(UTC))
        )
        await self._session.execute(
            insert(TenantLimit).values(tenant_id=self._tenant_id).on_conflict_do_nothing()
        )
        # The root of the sealed scenarios and seeds is committed before the first line of code.
        await self._tell(build.tell("status", status=build.status, holdout_root=build.holdout_root))
        await self._ring(build)

    async def _ring(self, build: Build) -> None:
        self._session.add(
            OutboxMessage(
                tenant_id=self._tenant_id,
                topic="build",
                payload={"build": str(build.id), "sequence": build.event_sequence},
                created_at=datetime.now(UTC),
            )
        )
        await self._session.execute(RING)

    async def _tell(self, event: BuildEvent) -> None:
        self._session.add(event)
        await self._session.flush()
        await self._session.execute(TELL, {"build": str(event.build_id)})

    async def _check(self, build: Build, data: Decide) -> None:
        history = await repository.read_history(self._session, self._tenant_id, build.id)
        gate = open_gate(build, history)
        if gate is None or gate.kind != data.gate:
            raise DecisionRefusedError(f"the build is {build.status}: no {data.gate} gate is open")
        if gate.proof_digest is not None and data.proof_digest != gate.proof_digest:
            raise DecisionRefusedError(
                "the decision names another proof than the one that waits: look at it again"
            )
        if data.decision == "accept" and data.gate == ACCEPTANCE:
            left = undecided(gate.criteria, set(data.criteria), blanket=data.blanket)
            if left:
                raise DecisionRefusedError(
                    "these must be accepted by name: "
                    + ", ".join(f"{item.id} ({item.why})" for item in left)
                )

    async def _record(self, build: Build, data: Decide) -> None:
        made = await repository.list_decisions(self._session, self._tenant_id, build.id)
        self._session.add(
            DecisionRow(
                tenant_id=self._tenant_id,
                build_id=build.id,
                number=len(made) + 1,
                gate=data.gate,
                decision=data.decision,
                criteria=data.criteria,
                comment=data.comment,
                blanket=data.blanket,
                actor=self._principal.name,
                proof_digest=data.proof_digest,
                decided_at=datetime.now(UTC),
            )
        )
        await self._session.flush()

    async def _view(self, build: Build) -> BuildView:
        await self._session.flush()
        history = await repository.read_history(self._session, self._tenant_id, build.id)
        decisions = await repository.list_decisions(self._session, self._tenant_id, build.id)
        entry = await repository.get_queue_entry(self._session, self._tenant_id, build.id)
        return show(build, history, decisions, is_in_line=entry.claim != "done")


def _next_status(data: Decide) -> BuildStatus:
    """Where a decision sends the build: a no goes back to the stage that can answer it."""
    if data.gate == ACCEPTANCE:
        return BuildStatus.DELIVERING if data.decision == "accept" else BuildStatus.CODING
    return BuildStatus.CODING if data.decision == "accept" else BuildStatus.PLANNING
