"""Loads a build as its next stage needs it: the blueprint and all that was found until now."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from backend.blueprints.blueprint import Blueprint
from backend.blueprints.document import compile_blueprint
from backend.blueprints.service import load_blueprint
from backend.builds import repository
from backend.builds.baselines import list_baselines
from backend.builds.models import Build, BuildFile, DecisionRow
from backend.builds.status import BuildStatus
from backend.builds.structures import list_structures
from backend.builds.workbench import Baseline, Decision, Job, KeptStructure, Progress, StoredFile
from billing.usage import spent_micros


async def load_job(
    session: AsyncSession, build: Build, *, fence: int, folder: Path, progress: Progress
) -> Job:
    """Return the build with all that its stages have handed on, ready for the next of them."""
    row = await load_blueprint(session, build.tenant_id, build.blueprint_id)
    compiled = compile_blueprint(row.text.encode(), row.file)
    if compiled.blueprint is None:
        raise RuntimeError("a build's blueprint no longer compiles")
    history = await repository.read_history(session, build.tenant_id, build.id)
    decisions = await repository.list_decisions(session, build.tenant_id, build.id)
    files = await repository.list_files(session, build.tenant_id, build.id)

    return Job(
        tenant_id=build.tenant_id,
        build_id=build.id,
        status=build.state,
        attempt=build.attempt,
        fence=fence,
        blueprint=compiled.blueprint,
        blueprint_text=row.text,
        holdout_root=build.holdout_root,
        holdout_salts=build.holdout_salts,
        seeds=build.seeds,
        folder=folder,
        progress=progress,
        decisions=tuple(_decision(decision) for decision in decisions),
        plan=history.plan,
        workspace=history.code,
        test_report=history.verify,
        review=history.review,
        proof=history.prove,
        files=tuple(map(_stored, files)),
        baselines=await _baselines(session, build, compiled.blueprint),
        structures=await _structures(session, build),
        hold_micros=build.hold_micros,
        spent_micros=await spent_micros(session, build.id),
        started_at=build.started_at.isoformat() if build.started_at else "",
        failure_reason=build.reason,
        failure_message=build.failure_message,
    )


async def _baselines(
    session: AsyncSession, build: Build, blueprint: Blueprint
) -> tuple[Baseline, ...]:
    """Return what the proof is to be compared with; no other stage asks for it."""
    is_compared = any(scenario.is_visual for scenario in blueprint.scenarios)
    if build.state is not BuildStatus.PROVING or not is_compared:
        return ()
    return await list_baselines(session, build)


async def _structures(session: AsyncSession, build: Build) -> tuple[KeptStructure, ...]:
    if build.state is not BuildStatus.PROVING:
        return ()
    return await list_structures(session, build)


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        gate=row.gate,
        decision=row.decision,
        criteria=tuple(row.criteria),
        comment=row.comment,
        blanket=row.blanket,
        actor=row.actor,
        proof_digest=row.proof_digest,
        decided_at=row.decided_at.isoformat(),
    )


def _stored(file: BuildFile) -> StoredFile:
    return StoredFile(
        path=file.path, kind=file.kind, key=file.key, sha256=file.sha256, bytes=file.bytes
    )
