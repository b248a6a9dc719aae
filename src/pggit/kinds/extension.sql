-- name: members
select e.oid from pg_extension as e

-- name: read
-- Members are the extension's own; its owner is who created it and cannot be altered, so it is not told. The comment of
-- PL/pgSQL is left out as initdb makes it, so that a new database reads as the empty state.
select
  e.oid as address,
  case when e.extname = 'plpgsql' and obj_description(e.oid, 'pg_extension') = 'PL/pgSQL procedural language' then 0::oid
    else 'pg_extension'::regclass::oid end as class,
  e.oid as objid, 0 as objsubid,
  'extension' as kind, quote_ident(e.extname) as identity,
  jsonb_build_object('schema', quote_ident(n.nspname), 'version', e.extversion) as definition,
  -- whether ALTER EXTENSION ... SET SCHEMA is refused
  case when not e.extrelocatable and e.oid >= 16384 then jsonb_build_object('_fixed', true) end as private,
  null::oid as owner,
  null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_extension as e
join pg_namespace as n on n.oid = e.extnamespace
where e.oid {scope}
