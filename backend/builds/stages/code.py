"""Writes the product: the kit builds it from the data model alone."""

import hashlib

from backend.artifacts.archive import pack
from backend.artifacts.tree import tree_digest
from backend.builds.bill_of_materials import BILL, add_bill_of_materials
from backend.builds.errors import StageFailedError
from backend.builds.products import Workspace
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Job, Outcome, Workbench
from backend.kit import build


async def code(job: Job, bench: Workbench) -> Outcome:
    """Build the workspace's first revision; what is sent back needs a model and fails."""
    if job.rejection is not None:
        raise StageFailedError(
            FailureReason.REJECTED,
            f"The product was rejected: {job.rejection.comment or 'no comment'}",
            criteria=job.rejection.criteria,
        )
    files = await add_bill_of_materials(build(job.blueprint.data), job, bench)
    archive = pack(files)
    key = job.keys.key("workspace.zip")
    await bench.store.put(key, archive, content_type="application/zip")
    return Outcome(
        next_status=BuildStatus.VERIFYING,
        product=Workspace(
            tree_digest=tree_digest(files),
            archive_key=key,
            files=len(files),
            bytes=sum(len(content) for content in files.values()),
            author="kit",
            sbom_sha256=hashlib.sha256(files[BILL]).hexdigest(),
        ),
    )
