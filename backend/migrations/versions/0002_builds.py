"""Blueprints, builds and the queue of record."""

from alembic import op

from backend.migrations.protection import (
    append_only,
    system_access,
    system_function,
    tenant_table,
)

revision = "0002_builds"
down_revision = "0001_tenants_and_billing"
branch_labels = None
depends_on = None

TABLES = """
create table blueprints (
    id uuid not null,
    tenant_id uuid not null references tenants (id),
    file text not null,
    name text not null,
    slug text not null,
    kind text not null,
    digest text not null,
    text text not null,
    orderable boolean not null,
    requirements bigint not null,
    criteria bigint not null,
    budget_micros bigint,
    findings jsonb not null,
    created_at timestamptz not null,
    constraint pk_blueprints primary key (tenant_id, id)
);

create table builds (
    id uuid not null,
    tenant_id uuid not null references tenants (id),
    blueprint_id uuid not null,
    name text not null,
    slug text not null,
    status text not null,
    failure_reason text,
    failure_message text not null default '',
    failed_criteria jsonb not null default '[]',
    attempt bigint not null default 1,
    hold_id uuid,
    hold_micros bigint not null default 0,
    cost_micros bigint not null default 0,
    proof_digest text,
    criteria jsonb not null,
    holdout_root text not null,
    holdout_salts jsonb not null,
    event_sequence bigint not null default 0,
    event_hash text not null default '',
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    constraint pk_builds primary key (tenant_id, id),
    constraint fk_builds_blueprint foreign key (tenant_id, blueprint_id)
        references blueprints (tenant_id, id)
);

create table build_events (
    tenant_id uuid not null,
    build_id uuid not null,
    sequence bigint not null,
    type text not null,
    at timestamptz not null,
    data jsonb not null,
    hash text not null,
    constraint pk_build_events primary key (tenant_id, build_id, sequence),
    constraint fk_build_events_build foreign key (tenant_id, build_id)
        references builds (tenant_id, id)
);

create table stage_runs (
    tenant_id uuid not null,
    build_id uuid not null,
    number bigint not null,
    stage text not null,
    attempt bigint not null,
    fence bigint not null,
    ended_well boolean not null,
    product jsonb,
    seconds double precision not null,
    finished_at timestamptz not null,
    constraint pk_stage_runs primary key (tenant_id, build_id, number),
    constraint fk_stage_runs_build foreign key (tenant_id, build_id)
        references builds (tenant_id, id)
);

create table decisions (
    tenant_id uuid not null,
    build_id uuid not null,
    number bigint not null,
    gate text not null,
    decision text not null,
    criteria jsonb not null,
    comment text not null,
    blanket boolean not null,
    actor text not null,
    proof_digest text,
    decided_at timestamptz not null,
    constraint pk_decisions primary key (tenant_id, build_id, number),
    constraint fk_decisions_build foreign key (tenant_id, build_id)
        references builds (tenant_id, id)
);

create table build_files (
    tenant_id uuid not null,
    build_id uuid not null,
    path text not null,
    kind text not null,
    key text not null,
    sha256 text not null,
    bytes bigint not null,
    fence bigint not null,
    constraint pk_build_files primary key (tenant_id, build_id, path),
    constraint fk_build_files_build foreign key (tenant_id, build_id)
        references builds (tenant_id, id)
);

create table build_queue (
    tenant_id uuid not null,
    build_id uuid not null,
    claim text not null default 'waiting'
        constraint ck_build_queue_claim check (claim in ('waiting', 'held', 'resting', 'done')),
    priority bigint not null default 0,
    tries bigint not null default 0,
    fence bigint not null default 0,
    lease_owner text,
    lease_until timestamptz,
    available_at timestamptz not null default now(),
    cancel_requested_at timestamptz,
    constraint pk_build_queue primary key (tenant_id, build_id),
    constraint fk_build_queue_build foreign key (tenant_id, build_id)
        references builds (tenant_id, id)
);
create index ix_build_queue_waiting on build_queue (tenant_id, priority desc, build_id)
    where claim = 'waiting';
create index ix_build_queue_held on build_queue (lease_until) where claim = 'held';

create table tenant_limits (
    tenant_id uuid not null references tenants (id),
    max_running bigint not null default 2,
    weight bigint not null default 1,
    running bigint not null default 0,
    constraint pk_tenant_limits primary key (tenant_id),
    constraint ck_tenant_limits_running check (running >= 0)
);

create table outbox (
    id bigint generated always as identity,
    tenant_id uuid not null references tenants (id),
    topic text not null,
    payload jsonb not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    constraint pk_outbox primary key (tenant_id, id)
);
create index ix_outbox_unsent on outbox (created_at) where sent_at is null;
"""

# The queue spans tenants, so these run as the system role. Each returns what it changed.
FUNCTIONS = """
create function claim_build(worker text, lease_seconds double precision)
returns table (tenant_id uuid, build_id uuid, fence bigint, tries bigint)
language sql security definer set search_path = public, pg_temp as $$
with tenant as (
    select l.tenant_id from tenant_limits l
    where l.running < l.max_running
      and exists (select 1 from build_queue q where q.tenant_id = l.tenant_id
                  and q.claim = 'waiting' and q.available_at <= now())
    order by l.running::float / l.weight, random() limit 1
    for update of l skip locked),
job as (
    select q.build_id, q.tenant_id from build_queue q join tenant t on t.tenant_id = q.tenant_id
    where q.claim = 'waiting' and q.available_at <= now()
    order by q.priority desc, q.build_id limit 1
    for update of q skip locked),
slot as (
    update tenant_limits l set running = running + 1 from job j
    where l.tenant_id = j.tenant_id and l.running < l.max_running
    returning l.tenant_id)
update build_queue q
set claim = 'held', fence = q.fence + 1, lease_owner = worker,
    lease_until = now() + make_interval(secs => lease_seconds)
from job j join slot s on s.tenant_id = j.tenant_id
where q.build_id = j.build_id and q.tenant_id = j.tenant_id
returning q.tenant_id, q.build_id, q.fence, q.tries
$$;

create function leave_build(
    tenant uuid, build uuid, held_fence bigint, next_claim text, wait_seconds double precision)
returns boolean
language sql security definer set search_path = public, pg_temp as $$
with left_row as (
    update build_queue q
    set claim = next_claim, lease_owner = null, lease_until = null, fence = q.fence + 1,
        available_at = now() + make_interval(secs => wait_seconds)
    where q.tenant_id = tenant and q.build_id = build and q.fence = held_fence and q.claim = 'held'
    returning q.tenant_id),
slot as (
    update tenant_limits l set running = running - 1 from left_row r
    where l.tenant_id = r.tenant_id returning l.tenant_id)
select exists (select 1 from slot)
$$;

create function expire_leases()
returns table (tenant_id uuid, build_id uuid)
language sql security definer set search_path = public, pg_temp as $$
with lost as (
    select q.tenant_id, q.build_id from build_queue q
    where q.claim = 'held' and q.lease_until < now()
    order by q.lease_until limit 100 for update skip locked),
freed as (
    update build_queue q
    set claim = 'waiting', tries = q.tries + 1, fence = q.fence + 1,
        lease_owner = null, lease_until = null
    from lost where q.tenant_id = lost.tenant_id and q.build_id = lost.build_id
    returning q.tenant_id, q.build_id),
per_tenant as (select f.tenant_id, count(*)::bigint as n from freed f group by f.tenant_id),
slots as (
    update tenant_limits l set running = running - p.n from per_tenant p
    where l.tenant_id = p.tenant_id)
select f.tenant_id, f.build_id from freed f
$$;

create function take_outbox(most integer)
returns table (id bigint, topic text, payload jsonb)
language sql security definer set search_path = public, pg_temp as $$
with taken as (
    select o.tenant_id, o.id from outbox o where o.sent_at is null
    order by o.created_at limit most for update skip locked)
update outbox o set sent_at = now() from taken t
where o.tenant_id = t.tenant_id and o.id = t.id
returning o.id, o.topic, o.payload
$$;

create function waiting_builds(most integer)
returns table (tenant_id uuid, build_id uuid, fence bigint)
language sql security definer set search_path = public, pg_temp as $$
select q.tenant_id, q.build_id, q.fence from build_queue q
where q.claim = 'waiting' and q.available_at <= now() limit most
$$;

create function find_running_drift()
returns table (tenant_id uuid, counted bigint, held bigint)
language sql security definer set search_path = public, pg_temp as $$
select l.tenant_id, l.running, count(q.build_id)::bigint from tenant_limits l
left join build_queue q on q.tenant_id = l.tenant_id and q.claim = 'held'
group by l.tenant_id, l.running having l.running <> count(q.build_id)
$$;
"""

APPEND_ONLY = ("blueprints", "build_events", "stage_runs", "decisions")
CHANGEABLE = ("builds", "build_files", "build_queue", "tenant_limits", "outbox")
SYSTEM_FUNCTIONS = (
    "claim_build(text, double precision)",
    "leave_build(uuid, uuid, bigint, text, double precision)",
    "expire_leases()",
    "take_outbox(integer)",
    "waiting_builds(integer)",
    "find_running_drift()",
)


def upgrade() -> None:
    op.execute(TABLES)
    for table in APPEND_ONLY:
        append_only(table)
    for table in CHANGEABLE:
        tenant_table(table, allow=("select", "insert", "update"))
    for table in ("build_queue", "tenant_limits", "outbox"):
        system_access(table, allow=("select", "update"))
    op.execute(FUNCTIONS)
    for signature in SYSTEM_FUNCTIONS:
        system_function(signature)


def downgrade() -> None:
    for signature in SYSTEM_FUNCTIONS:
        op.execute(f"drop function {signature}")
    for table in (
        "outbox",
        "tenant_limits",
        "build_queue",
        "build_files",
        "decisions",
        "stage_runs",
        "build_events",
        "builds",
        "blueprints",
    ):
        op.execute(f"drop table {table}")
