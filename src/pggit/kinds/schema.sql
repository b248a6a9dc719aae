-- name: members
select n.oid from pg_namespace as n
where {user_schema alias=n} and {not_member catalog=pg_namespace alias=n}

-- name: read
-- What initdb gives schema public (owner, grants, comment) is left out, so that a new database reads as the empty state.
select
  n.oid as address,
  case when n.nspname = 'public' and obj_description(n.oid, 'pg_namespace') = 'standard public schema' then 0::oid
    else 'pg_namespace'::regclass::oid end as class,
  n.oid as objid, 0 as objsubid,
  'schema' as kind, quote_ident(n.nspname) as identity,
  '{}'::jsonb as definition, null::jsonb as private,
  case when not (n.nspname = 'public' and n.nspowner in (10, 6171)) then n.nspowner end as owner,
  n.nspacl as acl,
  case when n.nspname = 'public' and n.nspowner in (10, 6171)
    then coalesce((select p.initprivs from pg_init_privs as p where p.objoid = n.oid and p.classoid = 'pg_namespace'::regclass), n.nspacl)
    else acldefault('n', n.nspowner) end as acl_default
from pg_namespace as n
where n.oid {scope}
