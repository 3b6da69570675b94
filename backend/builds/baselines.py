"""Keeps the pictures of a delivered product, and brings them back when it is proven again."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from backend.builds.models import BaselineRow, Build, BuildFile
from backend.builds.products import AcceptedPicture, Proof
from backend.builds.workbench import Baseline, Job, Workbench
from backend.proof.baselines import AcceptedLook, Baselines, PictureName
from backend.proof.pictures import Picture
from backend.proof.results import CriterionResult


def accepted_pictures(proof: Proof) -> tuple[AcceptedPicture, ...]:
    """List the pictures that count from now on: those of each criterion's last attempt."""
    renderer = proof.environment["renderer_sha256"]
    return tuple(picture for result in proof.results for picture in _pictures(result, renderer))


def _pictures(result: CriterionResult, renderer: str) -> list[AcceptedPicture]:
    return [
        AcceptedPicture(
            criterion=result.criterion,
            picture=step.look.name,
            viewport=step.look.viewport,
            renderer=renderer,
            path=f"proof/{evidence.path}",
            masks=step.look.masks,
        )
        for attempt in result.attempts[-1:]
        for step in attempt.steps
        for evidence in step.evidence
        if step.look is not None and evidence.kind == "picture"
    ]


async def keep_baselines(
    session: AsyncSession, build: Build, pictures: Sequence[AcceptedPicture]
) -> None:
    """Record what a build delivered; the files stay where the build has them."""
    now = datetime.now(UTC)
    session.add_all(
        BaselineRow(
            tenant_id=build.tenant_id,
            product=build.slug,
            build_id=build.id,
            delivered_at=now,
            **msgspec.to_builtins(picture),
        )
        for picture in pictures
    )


async def list_baselines(session: AsyncSession, build: Build) -> tuple[Baseline, ...]:
    """Return the product's pictures as the last delivery of each has them, by any renderer."""
    names = (BaselineRow.criterion, BaselineRow.picture, BaselineRow.viewport)
    query = (
        select(BaselineRow, BuildFile.key, BuildFile.sha256)
        .join(
            BuildFile,
            (BuildFile.tenant_id == BaselineRow.tenant_id)
            & (BuildFile.build_id == BaselineRow.build_id)
            & (BuildFile.path == BaselineRow.path),
        )
        .where(BaselineRow.tenant_id == build.tenant_id, BaselineRow.product == build.slug)
        .ext(distinct_on(*names))
        .order_by(*names, BaselineRow.delivered_at.desc(), BaselineRow.build_id.desc())
    )
    rows = (await session.execute(query)).all()
    return tuple(
        Baseline(
            picture=msgspec.convert(row, AcceptedPicture, from_attributes=True),
            key=key,
            sha256=sha256,
        )
        for row, key, sha256 in rows
    )


async def fetch_baselines(job: Job, bench: Workbench) -> Baselines:
    """Fetch the pictures, and say of each whether the renderer that paints now took it too."""
    renderer = bench.environment.renderer_sha256
    contents = await asyncio.gather(*(bench.store.get(one.key) for one in job.baselines))
    return {
        PictureName(
            criterion=one.picture.criterion,
            picture=one.picture.picture,
            viewport=one.picture.viewport,
        ): AcceptedLook(
            picture=Picture(content=content, masks=one.picture.masks),
            is_by_this_renderer=one.picture.renderer == renderer,
        )
        for one, content in zip(job.baselines, contents, strict=True)
    }
