"""Stores blueprints with what the linter says of them, and reads them back."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.blueprints.document import Compiled, compile_blueprint
from backend.blueprints.errors import BlueprintNotFoundError, BlueprintTooLargeError
from backend.blueprints.models import BlueprintRow
from backend.blueprints.schemas import BlueprintView, CheckedBlueprint, Pricing, SubmitBlueprint
from tenants.auth import Principal
from tenants.ids import new_id
from tenants.pages import Page, PageRequest, read_page

MAX_BYTES = 1_000_000


class BlueprintService:
    """One caller's blueprints, within one transaction."""

    def __init__(self, session: AsyncSession, principal: Principal, pricing: Pricing) -> None:
        self._session = session
        self._tenant_id = principal.tenant_id
        self._pricing = pricing

    async def check(self, data: SubmitBlueprint) -> CheckedBlueprint:
        """Compile and tell what came of it; nothing is stored."""
        return CheckedBlueprint.of(await _compile(data), self._pricing)

    async def submit(self, data: SubmitBlueprint) -> BlueprintView:
        """Compile and store; a blueprint with blocking findings is stored all the same."""
        row = self._row(data, await _compile(data))
        self._session.add(row)
        await self._session.flush()
        return self._view(row)

    async def get(self, blueprint_id: UUID) -> BlueprintView:
        """Return one blueprint, or raise BlueprintNotFoundError."""
        return self._view(await load_blueprint(self._session, self._tenant_id, blueprint_id))

    async def list(self, page: PageRequest) -> Page[BlueprintView]:
        """Return the newest blueprints first, a page at a time."""
        query = select(BlueprintRow).where(BlueprintRow.tenant_id == self._tenant_id)
        return await read_page(self._session, query, BlueprintRow.id, page, self._view)

    def _view(self, row: BlueprintRow) -> BlueprintView:
        return BlueprintView.of(row, self._pricing)

    def _row(self, data: SubmitBlueprint, compiled: Compiled) -> BlueprintRow:
        blueprint = compiled.blueprint
        return BlueprintRow(
            id=new_id(),
            tenant_id=self._tenant_id,
            file=data.file,
            name=blueprint.name if blueprint else "",
            slug=blueprint.slug if blueprint else "",
            kind=blueprint.kind if blueprint else "",
            digest=compiled.digest,
            # A NUL has been refused by a finding, but a text column cannot even store it.
            text=data.text.replace("\0", "\N{REPLACEMENT CHARACTER}"),
            orderable=compiled.orderable,
            requirements=len(blueprint.requirements) if blueprint else 0,
            criteria=len(blueprint.scenarios) if blueprint else 0,
            budget_micros=blueprint.budget_micros if blueprint else None,
            findings=msgspec.to_builtins(compiled.findings),
            measures=msgspec.to_builtins(compiled.measures),
            created_at=datetime.now(UTC),
        )


async def _compile(data: SubmitBlueprint) -> Compiled:
    source = data.text.encode("utf-8", errors="surrogatepass")
    if len(source) > MAX_BYTES:
        raise BlueprintTooLargeError(MAX_BYTES)
    # Compiling is pure work for the processor: a thread keeps the other requests moving.
    return await asyncio.to_thread(compile_blueprint, source, data.file)


async def load_blueprint(
    session: AsyncSession, tenant_id: UUID, blueprint_id: UUID
) -> BlueprintRow:
    """Return a tenant's stored blueprint, or raise BlueprintNotFoundError."""
    query = select(BlueprintRow).where(
        BlueprintRow.tenant_id == tenant_id, BlueprintRow.id == blueprint_id
    )
    row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        raise BlueprintNotFoundError("no such blueprint")
    return row
