"""Opens an account: a tenant, its first key and its starting credits, all or nothing."""

from functools import partial

from billing.ledger import grant
from tenants.database import Database
from tenants.service import NewTenant, create_tenant
from tenants.signing import ServerSecret


async def open_account(
    database: Database,
    *,
    name: str,
    secret: ServerSecret,
    starting_credits_micros: int,
    key_name: str = "first key",
) -> NewTenant:
    """Make a tenant with credits to start from; zero credits make no ledger line."""
    add_credits = partial(grant, amount_micros=starting_credits_micros, note="starting credits")
    return await create_tenant(
        database,
        name=name,
        secret=secret,
        key_name=key_name,
        welcome=add_credits if starting_credits_micros else None,
    )
