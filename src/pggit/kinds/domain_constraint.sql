-- name: group_of
select con.oid as objid, con.contypid as address from pg_constraint as con where con.oid = any ($1) and con.contypid <> 0

-- name: read
select
  t.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'domain constraint' as kind, format('%I on %s', con.conname, {type_identity}) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', case con.contype when 'c' then 'check' when 'n' then 'not null' end,
    'expression', case con.contype when 'c' then pg_get_expr(con.conbin, 0) end,
    'not_valid', nullif(not con.convalidated, false)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_type as t on t.oid = con.contypid
join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'd' and t.oid {scope}
