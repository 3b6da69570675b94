"""Keeps how a delivered product's pages read, and brings it back when it is proven again."""

import asyncio

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.builds.models import Build, BuildFile, StageRun
from backend.builds.products import AcceptedStructure, Delivery, Proof
from backend.builds.status import BuildStatus
from backend.builds.workbench import Job, KeptStructure, Workbench
from backend.proof.page_structure import PageName, step_name
from backend.proof.results import CriterionResult, Verdict

_FETCHES_AT_ONCE = 8


def accepted_structures(proof: Proof) -> tuple[AcceptedStructure, ...]:
    """List the pages in words that count from now on: those of each second look that held."""
    return tuple(structure for result in proof.results for structure in _structures(result))


def _structures(result: CriterionResult) -> list[AcceptedStructure]:
    look = result.second_look
    if look is None or look.attempt.verdict is not Verdict.PASSED:
        return []
    texts = [step.text for step in look.attempt.steps]
    return [
        AcceptedStructure(
            criterion=result.criterion,
            step=step_name(texts, number),
            path=f"proof/{evidence.path}",
            sha256=evidence.sha256,
        )
        for number, step in enumerate(look.attempt.steps, 1)
        for evidence in step.evidence
        if evidence.kind == "aria"
    ]


async def list_structures(session: AsyncSession, build: Build) -> tuple[KeptStructure, ...]:
    """Return the pages of the product's last delivery, as far as their files are still kept."""
    query = (
        select(StageRun.build_id, StageRun.product)
        .join(Build, (Build.tenant_id == StageRun.tenant_id) & (Build.id == StageRun.build_id))
        .where(Build.tenant_id == build.tenant_id, Build.slug == build.slug)
        .where(Build.status == BuildStatus.DELIVERED.value)
        .where(StageRun.stage == "deliver", StageRun.product.is_not(None))
        .order_by(Build.finished_at.desc(), StageRun.number.desc())
        .limit(1)
    )
    last = (await session.execute(query)).first()
    if last is None:
        return ()
    build_id, product = last
    structures = msgspec.convert(product, Delivery).structures
    files = select(BuildFile.path, BuildFile.key, BuildFile.sha256).where(
        BuildFile.tenant_id == build.tenant_id, BuildFile.build_id == build_id
    )
    kept = {path: (key, sha256) for path, key, sha256 in await session.execute(files)}
    return tuple(
        KeptStructure(structure=one, key=kept[one.path][0])
        for one in structures
        if one.path in kept and kept[one.path][1] == one.sha256
    )


async def fetch_structures(job: Job, bench: Workbench) -> dict[PageName, str]:
    """Fetch the pages that this proof's are to be compared with."""
    lanes = asyncio.Semaphore(_FETCHES_AT_ONCE)

    async def fetch(kept: KeptStructure) -> str:
        async with lanes:
            return (await bench.store.get(kept.key)).decode("utf-8", "replace")

    texts = await asyncio.gather(*(fetch(kept) for kept in job.structures))
    return {
        PageName(criterion=kept.structure.criterion, step=kept.structure.step): text
        for kept, text in zip(job.structures, texts, strict=True)
    }
