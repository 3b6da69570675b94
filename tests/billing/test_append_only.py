"""What was written stays written, also for the owner of the tables."""

import psycopg
import pytest

from backend.migrations.provision import DatabaseUrls
from tests.tenants.parts import Someone

TABLES = ["ledger_entries", "usage_events", "audit_entries"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change", ["update {} set tenant_id = tenant_id", "delete from {}", "truncate {} cascade"]
)
async def test_owner_cannot_rewrite_it_either(
    shared_database: DatabaseUrls, ada: Someone, table: str, change: str
) -> None:
    with psycopg.connect(shared_database.owner) as owner:
        owner.execute("select set_config('app.tenant_id', %s, true)", [str(ada.tenant_id)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute(change.format(table).encode())
