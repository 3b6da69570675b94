"""What PostgreSQL's own catalog says about every table, now and whenever one is added.

Each check is a query that names offenders. The words after it say what to do about one.
"""

from typing import NamedTuple


class Check(NamedTuple):
    """A query for offenders, and how to mend one."""

    query: str
    remedy: str


# alembic_version belongs to nobody; of tenants, the id is the tenant's.
VIEWS = """
    create temp view tables as
        select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relowner,
               case when c.relname = 'tenants' then 'id' else 'tenant_id' end as tenant_column
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and c.relname <> 'alembic_version';
    create temp view indexes as
        select i.indrelid, i.indexrelid, i.indisunique, a.attname as first_column
        from pg_index i
        left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0];
    create temp view policies as
        select polrelid, polname, polcmd, polpermissive, polroles,
               pg_get_expr(polqual, polrelid) as reading,
               pg_get_expr(polwithcheck, polrelid) as writing,
               '%current_setting(''app.tenant_id''::text, true)%' as mine
        from pg_policy
"""

CHECKS = {
    "belongs to a tenant": Check(
        """select relname from tables t where not exists (
                select from pg_attribute a where a.attrelid = t.oid
                and a.attname = t.tenant_column and a.attnotnull)""",
        "give it a tenant_id that is not null",
    ),
    "row-level security is on and forced": Check(
        "select relname from tables t where not (relrowsecurity and relforcerowsecurity)",
        "call tenant_table() in its migration",
    ),
    "has the tenant policy, for reading and writing": Check(
        """select relname from tables t where not exists (
                select from policies p where p.polrelid = t.oid and p.polcmd = '*'
                and p.polpermissive and p.writing = p.reading
                and p.reading like '(' || t.tenant_column || ' = ' || p.mine)""",
        "call tenant_table() in its migration",
    ),
    "no other policy widens it, except for the system role": Check(
        """select p.polrelid::regclass || ': ' || p.polname from policies p
            where p.polpermissive and p.polroles <> array['draftworks_system'::regrole::oid]
              and not (coalesce(p.reading, p.mine) like p.mine
                       and coalesce(p.writing, p.mine) like p.mine)""",
        "permissive policies are OR-ed: give it to draftworks_system, or drop it",
    ),
    "unique keys start with the tenant": Check(
        """select i.indexrelid::regclass::text from indexes i join tables t on t.oid = i.indrelid
            where i.indisunique and i.first_column is distinct from t.tenant_column""",
        "a unique key over all tenants tells one of another's rows: start it with tenant_id",
    ),
    "an index starts with the tenant": Check(
        """select relname from tables t where not exists (
                select from indexes i where i.indrelid = t.oid
                and i.first_column = t.tenant_column)""",
        "every query asks for one tenant: start an index with tenant_id",
    ),
    "references carry the tenant along": Check(
        """select k.conname || ' of ' || k.conrelid::regclass from pg_constraint k
            join tables t on t.oid = k.confrelid
            where k.contype = 'f' and not exists (
                select from generate_subscripts(k.conkey, 1) n
                join pg_attribute here on here.attrelid = k.conrelid
                    and here.attnum = k.conkey[n]
                join pg_attribute there on there.attrelid = k.confrelid
                    and there.attnum = k.confkey[n]
                where here.attname = 'tenant_id' and there.attname = t.tenant_column)""",
        "foreign keys bypass row-level security: refer to (tenant_id, …)",
    ),
    "views ask as their caller": Check(
        """select relname from pg_class where relnamespace = 'public'::regnamespace
           and relkind in ('v', 'm')
           and not coalesce('security_invoker=true' = any (reloptions), false)""",
        "create it with (security_invoker = true); a materialized view cannot be, so avoid it",
    ),
    "functions with another's rights are the system role's, closed and pinned": Check(
        """select p.oid::regprocedure::text from pg_proc p
           where p.pronamespace = 'public'::regnamespace and p.prosecdef
             and (p.proowner <> 'draftworks_system'::regrole
                  or not exists (select from unnest(p.proconfig) c where c like 'search_path=%')
                  or p.proacl is null
                  or exists (select from aclexplode(p.proacl) a where a.grantee = 0))""",
        "call system_function() in its migration and set search_path",
    ),
    "the app owns nothing and may not empty tables": Check(
        """select relname from tables t
            where pg_has_role('draftworks_app', relowner, 'member')
               or has_table_privilege('draftworks_app', oid, 'truncate')""",
        "tables belong to draftworks_owner; truncate ignores row-level security",
    ),
    "append-only tables stay so": Check(
        """select tgrelid::regclass::text from pg_trigger where tgname = 'append_only'
           and (tgenabled <> 'O'
                or has_table_privilege('draftworks_app', tgrelid, 'update, delete, truncate'))""",
        "grant no update or delete on it",
    ),
}
