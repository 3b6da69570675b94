"""Draws up the proof of a build and keeps it: evidence, manifest, report."""

import asyncio
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from backend.builds.errors import StageFailedError
from backend.builds.products import Proof, TestReport
from backend.builds.workbench import Decision, Job, StoredFile, Workbench
from backend.proof.manifest import (
    Approval,
    ManifestInput,
    build_manifest,
    canonical_json,
    proof_digest,
)
from backend.proof.report import ReportInput, render_report
from backend.proof.results import CriterionResult, Verdict

PROOF_FOLDER = "proof/"
PRODUCT_FOLDER = "product/"
MANIFEST = "manifest.json"
REPORT = "report.html"
UPLOADS_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the build stands: a word for the manifest, a sentence for the report's reader."""

    status: str
    sentence: str


DELIVERED = Ended(status="delivered", sentence="The product was delivered.")
PROVEN = Ended(status="proven", sentence="The product is ready to be delivered.")
WAITS = Ended(status="awaiting_acceptance", sentence="It waits for a person to accept it.")


def draw_up(
    job: Job,
    bench: Workbench,
    results: Sequence[CriterionResult],
    *,
    started_at: datetime,
    finished_at: datetime,
) -> Proof:
    """Make the proof out of what was seen; its digest is that of the manifest before decisions."""
    parts = _manifest_input(job, bench, results, started_at, finished_at)
    return Proof(
        digest=proof_digest(build_manifest(parts)),
        tree_digest=parts.tree_sha256 or "",
        results=tuple(results),
        started_at=started_at.isoformat(),
        finished_at=finished_at.isoformat(),
    )


async def publish(job: Job, bench: Workbench, proof: Proof, ended: Ended) -> tuple[StoredFile, ...]:
    """Write report and manifest beside the evidence, and keep all that is not kept yet."""
    await asyncio.to_thread(_write, job, bench, proof, ended)
    kept = {file.path: file for file in job.files if file.kind == "proof"}
    contents = {
        path.relative_to(job.folder).as_posix(): path.read_bytes()
        for path in sorted(job.folder.rglob("*"))
        if path.is_file()
    }
    fresh = {
        path: content
        for path, content in contents.items()
        if PROOF_FOLDER + path not in kept or path in (MANIFEST, REPORT)
    }
    return await _keep(job, bench, PROOF_FOLDER, "proof", fresh)


async def publish_failure(
    job: Job, bench: Workbench, error: StageFailedError
) -> tuple[StoredFile, ...]:
    """Write the proof folder of a build that failed, from what was found until then."""
    proof = error.product if isinstance(error.product, Proof) else job.proof
    if proof is None:
        source = error.product if isinstance(error.product, TestReport) else job.test_report
        now = datetime.now(UTC)
        results = _with_the_rest(job, source.results if source else ())
        proof = draw_up(job, bench, results, started_at=now, finished_at=now)
    await restore(job, bench)
    return await publish(
        job, bench, proof, Ended(status="failed", sentence=f"The build failed. {error}")
    )


async def restore(job: Job, bench: Workbench) -> None:
    """Bring the proof's evidence back to this worker's folder, where it is missing."""

    async def fetch(file: StoredFile) -> None:
        path = job.folder / file.path.removeprefix(PROOF_FOLDER)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(await bench.store.get(file.key))

    await asyncio.gather(*(fetch(file) for file in job.files if file.kind == "proof"))


async def store_product(
    job: Job, bench: Workbench, files: Mapping[str, bytes]
) -> tuple[StoredFile, ...]:
    """Keep the product's files one by one, so that each can be fetched and checked."""
    return await _keep(job, bench, PRODUCT_FOLDER, "product", files)


def _write(job: Job, bench: Workbench, proof: Proof, ended: Ended) -> None:
    started, finished = map(datetime.fromisoformat, (proof.started_at, proof.finished_at))
    approvals = [_approval(decision) for decision in job.decisions]
    manifest = build_manifest(
        _manifest_input(job, bench, proof.results, started, finished, approvals)
    )
    report = ReportInput(
        blueprint=job.blueprint,
        results=proof.results,
        build=str(job.build_id),
        status=ended.sentence,
        started=started,
        finished=finished,
        environment=bench.environment,
        folder=job.folder,
        approvals=approvals,
        cost_micros=None,
        proof_digest=proof.digest,
    )
    signed_for = manifest | {"proof_sha256": proof.digest, "status": ended.status}
    (job.folder / MANIFEST).write_bytes(canonical_json(signed_for))
    (job.folder / REPORT).write_text(render_report(report), encoding="utf-8")


def _manifest_input(
    job: Job,
    bench: Workbench,
    results: Sequence[CriterionResult],
    started: datetime,
    finished: datetime,
    approvals: Sequence[Approval] = (),
) -> ManifestInput:
    return ManifestInput(
        build=str(job.build_id),
        blueprint=job.blueprint.name,
        blueprint_sha256=job.blueprint.digest,
        tree_sha256=job.workspace.tree_digest if job.workspace else None,
        product_files=job.workspace.files if job.workspace else 0,
        results=results,
        environment=bench.environment,
        started=started,
        finished=finished,
        holdout_root=job.holdout_root,
        approvals=approvals,
    )


def _with_the_rest(job: Job, results: Sequence[CriterionResult]) -> tuple[CriterionResult, ...]:
    """Add what was never run: a report that left it out would look better than the truth."""
    found = {result.criterion: result for result in results}
    return tuple(
        found.get(scenario.criterion)
        or CriterionResult(
            criterion=scenario.criterion,
            requirement=scenario.requirement,
            name=scenario.name,
            tags=scenario.tags,
            holdout=scenario.is_holdout,
            verdict=Verdict.NOT_RUN,
        )
        for scenario in job.blueprint.scenarios
    )


def _approval(decision: Decision) -> Approval:
    return Approval(
        gate=decision.gate,
        decision=decision.decision,
        actor=decision.actor,
        at=datetime.fromisoformat(decision.decided_at),
        comment=decision.comment,
        blanket=decision.blanket,
        criteria=decision.criteria,
    )


async def _keep(
    job: Job, bench: Workbench, folder: str, kind: str, files: Mapping[str, bytes]
) -> tuple[StoredFile, ...]:
    lanes = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def keep(path: str, content: bytes) -> StoredFile:
        key = job.keys.key(folder + path)
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        async with lanes:
            stored = await bench.store.put(key, content, content_type=media_type)
        return StoredFile(
            path=folder + path, kind=kind, key=key, sha256=stored.sha256, bytes=stored.bytes
        )

    return tuple(await asyncio.gather(*(keep(*item) for item in files.items())))
