"""Draws up the proof of a build and keeps it: evidence, manifest, report."""

import asyncio
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from backend.builds.errors import StageFailedError
from backend.builds.products import Proof, TestReport
from backend.builds.status import BuildStatus
from backend.builds.workbench import Job, StoredFile, Workbench
from backend.proof.results import CriterionResult, Verdict

PROOF_FOLDER = "proof/"
PRODUCT_FOLDER = "product/"
UPLOADS_AT_ONCE = 8


def draw_up(
    job: Job,
    bench: Workbench,
    results: Sequence[CriterionResult],
    *,
    tree: str,
    started_at: str,
    finished_at: str,
) -> Proof:
    return Proof(
        digest=hashlib.sha256(msgspec.json.encode(results)).hexdigest(),
        tree_digest=tree,
        results=tuple(results),
        environment={},
        started_at=started_at,
        finished_at=finished_at,
    )


async def publish(
    job: Job, bench: Workbench, proof: Proof, *, status: BuildStatus
) -> tuple[StoredFile, ...]:
    """Write report and manifest beside the evidence and keep all of it."""
    (job.folder / "report.html").write_text("report")
    (job.folder / "manifest.json").write_text("{}")
    paths = [path for path in sorted(job.folder.rglob("*")) if path.is_file()]
    contents = {path.relative_to(job.folder).as_posix(): path.read_bytes() for path in paths}
    return await _keep(job, bench, PROOF_FOLDER, "proof", contents)


async def publish_failure(
    job: Job, bench: Workbench, error: StageFailedError
) -> tuple[StoredFile, ...]:
    """Write the proof folder of a build that failed, from what it had found until then."""
    product = error.product
    results = product.results if isinstance(product, TestReport | Proof) else ()
    return await publish(job, bench, draw_up(job, bench, results, tree="", started_at="", finished_at=""), status=BuildStatus.FAILED)


async def restore(job: Job, bench: Workbench) -> None:
    """Bring the proof's evidence back to this worker's folder."""
    async def fetch(file: StoredFile) -> None:
        path = job.folder / file.path.removeprefix(PROOF_FOLDER)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(await bench.store.get(file.key))

    await asyncio.gather(*(fetch(f) for f in job.files if f.kind == "proof"))


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
        kind_of_content = mimetypes.guess_type(path)[0] or "application/octet-stream"
        async with lanes:
            stored = await bench.store.put(key, content, content_type=kind_of_content)
        return StoredFile(
            path=folder + path, kind=kind, key=key, sha256=stored.sha256, bytes=stored.bytes
        )

    return tuple(await asyncio.gather(*(keep(*item) for item in files.items())))
