-- name: guard
exists (select from pg_attrdef as x where x.adrelid = c.oid)

-- name: group_of
select d.oid as objid, d.adrelid as address from pg_attrdef as d where d.oid = any ($1)

-- name: read
-- A default speaks of no column, so pg_get_expr need not be told of the table: half the time.
select
  c.oid as address, 'pg_attrdef'::regclass::oid as class, d.oid as objid, 0 as objsubid,
  'default' as kind, format('%I.%I.%I', n.nspname, c.relname, a.attname) as identity,
  jsonb_build_object('expression', pg_get_expr(d.adbin, 0)) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_attrdef as d
join pg_class as c on c.oid = d.adrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.adnum
where a.attgenerated = '' and c.oid {scope}
