"""The first tables: tenants, their keys and audit trail, and the ledger of their credits."""

from alembic import op

from backend.migrations.protection import (
    append_only,
    system_access,
    system_function,
    tenant_table,
)
from backend.migrations.roles import APP

revision = "0001_tenants_and_billing"
down_revision = None


def upgrade() -> None:
    op.execute("alter table alembic_version alter column version_num type text")
    op.execute(f"grant select on alembic_version to {APP}")
    op.execute(REFUSE_CHANGE)
    for statement in TENANTS + BILLING:
        op.execute(statement)
    protect_tenants()
    protect_billing()


def protect_tenants() -> None:
    tenant_table("tenants", column="id", allow=("select", "insert", "update (name)"))
    tenant_table("api_keys", allow=("select", "insert", "update (last_used_at, revoked_at)"))
    tenant_table("idempotency_keys", allow=("select", "insert", "update (status, body)"))
    append_only("audit_entries")
    system_access("tenants", allow=("select",))
    system_access("api_keys", allow=("select",))
    system_access("idempotency_keys", allow=("select", "delete"))
    for statement, signature in SYSTEM_FUNCTIONS:
        op.execute(statement)
        system_function(signature)


def protect_billing() -> None:
    tenant_table("budgets", allow=("select", "insert", "update"))
    tenant_table("holds", allow=("select", "insert", f"update ({HOLD_OUTCOME})"))
    append_only("usage_events")
    append_only("ledger_entries")


REFUSE_CHANGE = """
    create function refuse_change() returns trigger language plpgsql as $$
    begin
        raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
            using errcode = 'insufficient_privilege';
    end $$
"""

TENANTS = (
    """
    create table tenants (
        id uuid constraint pk_tenants primary key,
        name text not null constraint ck_tenants_name check (length(name) between 1 and 200),
        created_at timestamptz not null default now(),
        suspended_at timestamptz
    )
    """,
    """
    create table api_keys (
        tenant_id uuid not null constraint fk_api_keys_tenant_id references tenants (id),
        id uuid not null,
        name text not null constraint ck_api_keys_name check (length(name) between 1 and 200),
        public_id text not null,
        secret_hash bytea not null,
        created_at timestamptz not null default now(),
        last_used_at timestamptz,
        revoked_at timestamptz,
        constraint pk_api_keys primary key (tenant_id, id)
    )
    """,
    "create index ix_api_keys_public_id on api_keys (public_id)",
    """
    create table idempotency_keys (
        tenant_id uuid not null constraint fk_idempotency_keys_tenant_id references tenants (id),
        key text not null,
        fingerprint bytea not null,
        status bigint,
        body bytea,
        created_at timestamptz not null default now(),
        constraint pk_idempotency_keys primary key (tenant_id, key)
    )
    """,
    "create index ix_idempotency_keys_created_at on idempotency_keys (created_at)",
    """
    create table audit_entries (
        tenant_id uuid not null constraint fk_audit_entries_tenant_id references tenants (id),
        seq bigint not null constraint ck_audit_entries_seq check (seq >= 1),
        at timestamptz not null,
        actor text not null,
        key_id uuid,
        action text not null,
        object text not null,
        request_id text not null,
        before_hash bytea,
        after_hash bytea,
        previous_hash bytea not null,
        hash bytea not null,
        constraint pk_audit_entries primary key (tenant_id, seq)
    )
    """,
)

# The key row is read before the tenant is known; this is the only way past the policy to it.
SYSTEM_FUNCTIONS = (
    (
        """
        create function find_api_keys(wanted_public_id text)
        returns table (tenant_id uuid, key_id uuid, key_name text, secret_hash bytea,
                       last_used_at timestamptz, is_suspended boolean)
        language sql stable security definer set search_path = public, pg_temp as $$
            select k.tenant_id, k.id, k.name, k.secret_hash, k.last_used_at,
                   t.suspended_at is not null
            from api_keys k join tenants t on t.id = k.tenant_id
            where k.public_id = wanted_public_id and k.revoked_at is null
        $$
        """,
        "find_api_keys(text)",
    ),
    (
        """
        create function forget_idempotency_keys(before timestamptz) returns bigint
        language sql security definer set search_path = public, pg_temp as $$
            with forgotten as (
                delete from idempotency_keys where created_at < before returning 1
            )
            select count(*) from forgotten
        $$
        """,
        "forget_idempotency_keys(timestamptz)",
    ),
)

HOLD_OUTCOME = "settled_at, is_billable, charged_micros, works_micros"

BILLING = (
    """
    create table budgets (
        tenant_id uuid not null constraint fk_budgets_tenant_id references tenants (id),
        id text not null,
        cap_micros bigint constraint ck_budgets_cap check (cap_micros >= 0),
        spent_micros bigint not null default 0
            constraint ck_budgets_spent check (spent_micros >= 0),
        held_micros bigint not null default 0
            constraint ck_budgets_held check (held_micros >= 0),
        constraint pk_budgets primary key (tenant_id, id)
    )
    """,
    """
    create table holds (
        tenant_id uuid not null constraint fk_holds_tenant_id references tenants (id),
        id uuid not null,
        build_id uuid not null,
        amount_micros bigint not null constraint ck_holds_amount check (amount_micros > 0),
        created_at timestamptz not null default now(),
        settled_at timestamptz,
        is_billable boolean,
        charged_micros bigint,
        works_micros bigint,
        constraint pk_holds primary key (tenant_id, id),
        constraint ck_holds_charged check (charged_micros between 0 and amount_micros),
        constraint ck_holds_works check (works_micros >= 0)
    )
    """,
    "create index ix_holds_tenant_id_build_id on holds (tenant_id, build_id)",
    """
    create table usage_events (
        tenant_id uuid not null constraint fk_usage_events_tenant_id references tenants (id),
        source text not null,
        event_id text not null,
        build_id uuid not null,
        hold_id uuid,
        meter varchar(40) not null,
        quantity bigint not null constraint ck_usage_events_quantity check (quantity >= 0),
        cost_micros bigint not null constraint ck_usage_events_cost check (cost_micros >= 0),
        fence bigint not null default 0,
        occurred_at timestamptz not null,
        ingested_at timestamptz not null default now(),
        payload_hash bytea not null,
        constraint pk_usage_events primary key (tenant_id, source, event_id),
        constraint fk_usage_events_tenant_id_hold_id
            foreign key (tenant_id, hold_id) references holds (tenant_id, id)
    )
    """,
    "create index ix_usage_events_tenant_id_build_id on usage_events (tenant_id, build_id)",
    """
    create table ledger_entries (
        tenant_id uuid not null constraint fk_ledger_entries_tenant_id references tenants (id),
        id uuid not null,
        kind varchar(40) not null,
        amount_micros bigint not null,
        held_micros bigint not null default 0,
        works_micros bigint not null default 0,
        works_reason varchar(40),
        build_id uuid,
        hold_id uuid,
        source text,
        event_id text,
        meter varchar(40),
        quantity bigint,
        note text not null default '',
        created_at timestamptz not null default now(),
        constraint pk_ledger_entries primary key (tenant_id, id),
        -- a usage event becomes money once
        constraint uq_ledger_entries_tenant_id_source_event_id unique (tenant_id, source, event_id),
        constraint fk_ledger_entries_tenant_id_hold_id
            foreign key (tenant_id, hold_id) references holds (tenant_id, id),
        constraint fk_ledger_entries_tenant_id_source_event_id
            foreign key (tenant_id, source, event_id)
            references usage_events (tenant_id, source, event_id),
        constraint ck_ledger_entries_kind check (case kind
            when 'grant' then amount_micros > 0 and held_micros = 0 and works_micros = 0
            when 'hold' then amount_micros < 0 and held_micros = -amount_micros
                and works_micros = 0 and hold_id is not null
            when 'release' then amount_micros > 0 and held_micros = -amount_micros
                and works_micros = 0 and hold_id is not null
            when 'usage' then amount_micros <= 0 and held_micros = 0 and works_micros >= 0
                and event_id is not null and source is not null
            else false end),
        constraint ck_ledger_entries_works_reason
            check (works_micros = 0 or works_reason is not null)
    )
    """,
    # a hold is taken once and given back once
    """
    create unique index ix_ledger_entries_hold_once on ledger_entries (tenant_id, hold_id, kind)
        where kind in ('hold', 'release')
    """,
)
