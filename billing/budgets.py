"""Caps and locks: everybody who spends locks the same rows in the same order."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from billing.errors import BudgetCapError
from billing.models import Budget
from tenants.database import tenant_of

TENANT_BUDGET = "tenant"


def build_budget(build_id: UUID) -> str:
    """Name a build's own budget; sorts before the tenant's."""
    return f"build:{build_id}"


async def lock_budgets(session: AsyncSession, *names: str) -> list[Budget]:
    """Lock these budgets in id order, making those that are missing; without order, deadlocks."""
    tenant_id = tenant_of(session)
    wanted = sorted(set(names))
    rows = [{"tenant_id": tenant_id, "id": name} for name in wanted]
    await session.execute(insert(Budget).values(rows).on_conflict_do_nothing())
    query = (
        select(Budget)
        .where(Budget.tenant_id == tenant_id, Budget.id.in_(wanted))
        .order_by(Budget.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(query))


def reserve_room(budgets: list[Budget], amount_micros: int) -> None:
    """Take the amount from every budget, or raise BudgetCapError and take it from none."""
    for budget in budgets:
        if budget.cap_micros is not None and budget.used_micros + amount_micros > budget.cap_micros:
            raise BudgetCapError(
                budget.id,
                needed_micros=amount_micros,
                cap_micros=budget.cap_micros,
                used_micros=budget.used_micros,
            )
    for budget in budgets:
        budget.held_micros += amount_micros


async def cap_build(session: AsyncSession, build_id: UUID, cap_micros: int | None) -> None:
    """Set or lift the most that a build may spend."""
    await _cap(session, build_budget(build_id), cap_micros)


async def cap_tenant(session: AsyncSession, cap_micros: int | None) -> None:
    """Set or lift the most that the tenant may spend, over all its builds until now."""
    await _cap(session, TENANT_BUDGET, cap_micros)


async def _cap(session: AsyncSession, name: str, cap_micros: int | None) -> None:
    [budget] = await lock_budgets(session, name)
    budget.cap_micros = cap_micros
    await session.flush()
