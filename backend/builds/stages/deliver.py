"""Hands over the product's files; the bundle that names them is signed as the build ends."""

from backend.artifacts.tree import tree_digest
from backend.builds.baselines import accepted_pictures
from backend.builds.clean_room import load_tree
from backend.builds.dossier import require_evidence, restore, store_product
from backend.builds.errors import StageFailedError
from backend.builds.products import Delivery
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.structures import accepted_structures
from backend.builds.workbench import Job, Outcome, Workbench
from billing.meters import Meter


async def deliver(job: Job, bench: Workbench) -> Outcome:
    """Deliver exactly the tree that was proven; anything else is the works' own fault."""
    files = await load_tree(job, bench)
    if job.proof is None or tree_digest(files) != job.proof.tree_digest:
        raise StageFailedError(
            FailureReason.INTERNAL, "what would be delivered is not what was proven"
        )
    await restore(job, bench)
    require_evidence(job, job.proof)
    product_files = await store_product(job, bench, files)
    kept = (*job.files, *product_files)
    job.consumption.add(Meter.BUILDS, 1)
    job.consumption.add(Meter.STORED_BYTES, sum(file.bytes for file in kept))
    return Outcome(
        next_status=BuildStatus.DELIVERED,
        product=Delivery(
            tree_digest=job.proof.tree_digest,
            proof_digest=job.proof.digest,
            product_files=len(product_files),
            proof_files=0,
            pictures=accepted_pictures(job.proof),
            structures=accepted_structures(job.proof),
        ),
        files=product_files,
    )
