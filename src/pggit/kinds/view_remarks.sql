-- name: guard
c.relkind in ('v', 'm')

-- name: read
-- Comments, grants and security labels on columns of views: the columns themselves are part of the view.
with view_column as (
  select c.oid as address, a.attnum::integer as objsubid, a.attacl, acldefault('c', c.relowner) as acl_default,
     format('column %I.%I.%I', n.nspname, c.relname, a.attname) as key
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
  where c.relkind in ('v', 'm') and c.oid {scope}
)
select
  v.address, 'pg_class'::regclass::oid as class, null::oid as objid, {told_of number=v.objsubid} as objsubid, x.kind, x.identity, x.definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from view_column as v
cross join lateral (
  select 'comment' as kind, v.key as identity, jsonb_build_object('text', d.description) as definition
  from pg_description as d
  where d.classoid = 'pg_class'::regclass and d.objoid = v.address and d.objsubid = v.objsubid
  union all
  select 'security label', format('%I on %s', l.provider, v.key), jsonb_build_object('label', l.label)
  from pg_seclabel as l
  where l.classoid = 'pg_class'::regclass and l.objoid = v.address and l.objsubid = v.objsubid
  union all
  select 'acl', format('%s on %s', g.grantee, v.key), g.definition
  from ({privileges acl=v.attacl default=v.acl_default}) as g
) as x
