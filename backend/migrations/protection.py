"""The words in which a migration says who may see and change a table, so that none forgets."""

from collections.abc import Sequence

from alembic import op

from backend.migrations.roles import APP, SYSTEM

_MINE = "nullif(current_setting('app.tenant_id', true), '')::uuid"


def tenant_table(
    table: str,
    *,
    allow: Sequence[str] = ("select", "insert", "update", "delete"),
    column: str = "tenant_id",
) -> None:
    """Put a table under row-level security and let the app do to it what `allow` says.

    `nullif`, because after a transaction that used the setting it reads '' and not null.
    """
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(
        f"create policy tenant on {table}"
        f" using ({column} = {_MINE}) with check ({column} = {_MINE})"
    )
    op.execute(f"grant {', '.join(allow)} on {table} to {APP}")


def append_only(table: str) -> None:
    """Put a table under row-level security whose rows are written once and never again.

    The missing grant stops the app; the trigger stops everybody else, the owner too.
    """
    tenant_table(table, allow=("select", "insert"))
    op.execute(
        f"create trigger append_only before update or delete or truncate on {table}"
        " for each statement execute function refuse_change()"
    )


def system_access(table: str, *, allow: Sequence[str]) -> None:
    """Let the functions of the system role do this to the rows of every tenant.

    SECURITY DEFINER alone does not see past FORCE ROW LEVEL SECURITY: the role needs a policy.
    """
    for action in allow:
        verb = action.split()[0].split("(")[0]
        check = {"insert": "with check (true)", "update": "using (true) with check (true)"}
        op.execute(
            f"create policy system_{verb} on {table} for {verb} to {SYSTEM}"
            f" {check.get(verb, 'using (true)')}"
        )
        op.execute(f"grant {action} on {table} to {SYSTEM}")


def system_function(signature: str) -> None:
    """Hand a SECURITY DEFINER function to the system role; only the app may call it."""
    op.execute(f"grant create on schema public to {SYSTEM}")  # a function's owner needs it
    op.execute(f"alter function {signature} owner to {SYSTEM}")
    op.execute(f"revoke create on schema public from {SYSTEM}")
    # As the new owner: the old one may no longer grant or revoke here.
    op.execute(f"set local role {SYSTEM}")
    op.execute(f"revoke execute on function {signature} from public")
    op.execute(f"grant execute on function {signature} to {APP}")
    op.execute("reset role")
