-- name: group_of
-- Comments on an attribute are filed under the type's relation.
select c.oid as objid, c.reltype as address from pg_class as c where c.oid = any ($1) and c.relkind = 'c'

-- name: read
select
  t.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, a.attnum::integer as objsubid,
  'attribute' as kind, format('%I.%I.%I', n.nspname, t.typname, a.attname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'collation', case when a.attcollation <> at.typcollation then {collation_name oid=a.attcollation} end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_class as c on c.oid = t.typrelid
join pg_attribute as a on a.attrelid = c.oid
join pg_type as at on at.oid = a.atttypid
where t.typtype = 'c' and c.relkind = 'c' and a.attnum > 0 and not a.attisdropped and t.oid {scope}
