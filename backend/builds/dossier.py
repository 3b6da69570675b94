"""Draws up the proof of a build and keeps it: evidence and bundle."""

import asyncio
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from backend.artifacts.errors import ObjectCorruptError, ObjectNotFoundError
from backend.builds.bundle import PROOF_FOLDER, BundleInput, Ended, manifest_of, write_bundle
from backend.builds.errors import StageFailedError
from backend.builds.phases import NO_PHASES
from backend.builds.products import Proof
from backend.builds.status import FailureReason
from backend.builds.workbench import Job, StoredFile, Workbench
from backend.proof.canonical import digest_of
from backend.proof.event_chain import RecordedEvent
from backend.proof.evidence import is_intact
from backend.proof.lost_evidence import pieces_of
from backend.proof.results import CriterionResult
from backend.proof.tools import tool_versions

PRODUCT_FOLDER = "product/"
UPLOADS_AT_ONCE = 8

log = structlog.get_logger()

PROVEN = Ended(status="proven", sentence="The product is ready to be delivered.")
WAITS = Ended(status="awaiting_acceptance", sentence="It waits for a person to accept it.")


def draw_up(
    job: Job,
    bench: Workbench,
    results: Sequence[CriterionResult],
    *,
    started_at: datetime,
    finished_at: datetime,
    phases: Mapping[str, float] = NO_PHASES,
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
        phases=dict(phases),
    )
    return msgspec.structs.replace(proof, digest=digest_of(manifest_of(job, proof)))


async def publish(  # each is a part of the bundle
    job: Job,
    bench: Workbench,
    proof: Proof,
    ended: Ended,
    *,
    events: Sequence[RecordedEvent],
    product: Sequence[StoredFile] = (),
) -> tuple[StoredFile, ...]:
    """Sign what there is, and keep all of the proof folder that is not kept yet."""
    parts = BundleInput(proof=proof, ended=ended, events=events, product=tuple(product))
    contents = await asyncio.to_thread(write_bundle, job, bench, parts)
    kept = {file.path: file.sha256 for file in job.files}
    fresh = {
        path: content
        for path, content in contents.items()
        if kept.get(PROOF_FOLDER + path) != hashlib.sha256(content).hexdigest()
    }
    return await _keep(job, bench, PROOF_FOLDER, "proof", fresh)


async def restore(job: Job, bench: Workbench) -> frozenset[StoredFile]:
    """Bring the proof's files back to this worker's folder; return those that are lost.

    A file that was changed, here or in the store, is no better than one that is gone.
    """
    lost: set[StoredFile] = set()

    async def fetch(file: StoredFile) -> None:
        path = job.folder / file.path.removeprefix(PROOF_FOLDER)
        if _has(path, file.sha256):
            return
        path.unlink(missing_ok=True)
        try:
            content = await bench.store.get(file.key)
        except (ObjectNotFoundError, ObjectCorruptError):
            content = b""
        if hashlib.sha256(content).hexdigest() != file.sha256:
            log.error("file_lost", build=str(job.build_id), path=file.path)
            lost.add(file)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    await asyncio.gather(*(fetch(file) for file in job.files if file.kind == "proof"))
    return frozenset(lost)


def _has(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def require_evidence(job: Job, proof: Proof) -> None:
    """Raise StageFailedError when a piece of evidence was lost or changed since it was seen."""
    for result in proof.results:
        for piece in pieces_of(result):
            if not is_intact(job.folder, piece):
                raise StageFailedError(
                    FailureReason.INTERNAL,
                    f"the evidence {piece.path} is missing or was changed",
                    criteria=[result.criterion],
                )


async def keep_evidence(
    job: Job, bench: Workbench, results: Sequence[CriterionResult]
) -> tuple[StoredFile, ...]:
    """Keep the evidence of some results now, for whoever works on the build later."""
    paths = {piece.path for result in results for piece in pieces_of(result)}
    files = {path: (job.folder / path).read_bytes() for path in sorted(paths)}
    return await _keep(job, bench, PROOF_FOLDER, "proof", files)


async def store_product(
    job: Job, bench: Workbench, files: Mapping[str, bytes]
) -> tuple[StoredFile, ...]:
    """Keep the product's files one by one, so that each can be fetched and checked."""
    return await _keep(job, bench, PRODUCT_FOLDER, "product", files)


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
