"""The routes that tell a tenant what it has and where it went."""

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from billing.ledger import balance
from billing.models import LedgerEntry
from billing.schemas import LedgerEntryView, TenantView
from tenants.database import tenant_of
from tenants.pages import Page, PageRequest, read_page
from tenants.service import load_tenant


class Account(Controller):
    """The caller's organisation and its credits."""

    path = "/v1"
    tags = ("account",)

    @get("/tenant")
    async def read(self, session: NamedDependency[AsyncSession]) -> TenantView:
        """Return the organisation that the key belongs to, with its balance."""
        return TenantView.of(await load_tenant(session), await balance(session))

    @get("/ledger")
    async def ledger(
        self, session: NamedDependency[AsyncSession], page: NamedDependency[PageRequest]
    ) -> Page[LedgerEntryView]:
        """Return every line of the ledger, newest first; the balance is their sum."""
        query = select(LedgerEntry).where(LedgerEntry.tenant_id == tenant_of(session))
        return await read_page(session, query, LedgerEntry.id, page, LedgerEntryView.of)
