"""Draws up the proof of a build and keeps it: evidence and bundle."""

import asyncio
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from backend.builds.bundle import PROOF_FOLDER, BundleInput, Ended, manifest_of, write_bundle
from backend.builds.errors import StageFailedError
from backend.builds.products import Proof, TestReport
from backend.builds.status import FailureReason
from backend.builds.workbench import Job, StoredFile, Workbench
from backend.proof.canonical import digest_of
from backend.proof.evidence import is_intact
from backend.proof.results import CriterionResult, Evidence, Verdict
from backend.proof.tools import tool_versions

PRODUCT_FOLDER = "product/"
UPLOADS_AT_ONCE = 8
# What only a recorded run leaves.
_RECORDED = frozenset({"video", "transcript"})

DELIVERED = Ended(status="delivered", sentence="The product was delivered.", is_final=True)
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
    proof = Proof(
        digest="",
        tree_digest=job.workspace.tree_digest if job.workspace else "",
        results=tuple(results),
        started_at=started_at.isoformat(),
        finished_at=finished_at.isoformat(),
        environment=msgspec.to_builtins(bench.environment),
        tools=tool_versions(),
    )
    return msgspec.structs.replace(proof, digest=digest_of(manifest_of(job, proof)))


async def publish(
    job: Job, bench: Workbench, proof: Proof, ended: Ended, product: Sequence[StoredFile] = ()
) -> tuple[StoredFile, ...]:
    """Sign what there is, and keep all of the proof folder that is not kept yet."""
    parts = BundleInput(
        proof=proof, ended=ended, events=await job.read_events(), product=tuple(product)
    )
    contents = await asyncio.to_thread(write_bundle, job, bench, parts)
    kept = {file.path: file.sha256 for file in job.files}
    fresh = {
        path: content
        for path, content in contents.items()
        if kept.get(PROOF_FOLDER + path) != hashlib.sha256(content).hexdigest()
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
    ended = Ended(
        status="failed",
        sentence=f"The build failed. {error}",
        is_final=True,
        reason=error.reason.value,
    )
    return await publish(job, bench, proof, ended)


async def restore(job: Job, bench: Workbench) -> None:
    """Bring the proof's evidence back to this worker's folder, where it is missing."""

    async def fetch(file: StoredFile) -> None:
        path = job.folder / file.path.removeprefix(PROOF_FOLDER)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(await bench.store.get(file.key))

    await asyncio.gather(*(fetch(file) for file in job.files if file.kind == "proof"))


def require_evidence(job: Job, proof: Proof) -> None:
    """Raise StageFailedError when a piece of evidence was lost or changed since it was seen."""
    for result in proof.results:
        for piece in _pieces(result):
            if not is_intact(job.folder, piece):
                raise StageFailedError(
                    FailureReason.INTERNAL,
                    f"the evidence {piece.path} is missing or was changed",
                    criteria=[result.criterion],
                )


async def store_product(
    job: Job, bench: Workbench, files: Mapping[str, bytes]
) -> tuple[StoredFile, ...]:
    """Keep the product's files one by one, so that each can be fetched and checked."""
    return await _keep(job, bench, PRODUCT_FOLDER, "product", files)


def _with_the_rest(job: Job, results: Sequence[CriterionResult]) -> tuple[CriterionResult, ...]:
    """Add what was never run: a report that left it out would look better than the truth."""
    found = {result.criterion: result for result in results if _is_shown(result)}
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


def _is_shown(result: CriterionResult) -> bool:
    """Whether it may be told as it is: what passed in a rehearsal, unrecorded, is not proven."""
    return result.verdict is Verdict.FAILED or any(e.kind in _RECORDED for e in _pieces(result))


def _pieces(result: CriterionResult) -> tuple[Evidence, ...]:
    return tuple(
        piece
        for attempt in result.attempts
        for piece in (*attempt.evidence, *(e for step in attempt.steps for e in step.evidence))
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
