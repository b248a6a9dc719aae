-- name: guard
c.relkind in ('r', 'p') and exists (
  select from pg_depend as dep join pg_class as s on s.oid = dep.objid
  where dep.refclassid = 'pg_class'::regclass and dep.refobjid = c.oid and dep.refobjsubid > 0
    and dep.classid = 'pg_class'::regclass and dep.deptype = 'i'
    and (s.relacl is not null
      or exists (select from pg_description as d where d.classoid = 'pg_class'::regclass and d.objoid = s.oid)
      or exists (select from pg_seclabel as l where l.classoid = 'pg_class'::regclass and l.objoid = s.oid)))

-- name: read
-- Comments, grants and security labels on the sequences of identity columns: the sequences themselves are part of the column.
with identity_sequence as (
  select c.oid as address, s.oid, s.relacl as acl, acldefault('s', s.relowner) as acl_default,
    format('sequence %I.%I', n.nspname, s.relname) as key
  from pg_class as c
  join pg_depend as dep on dep.refclassid = 'pg_class'::regclass and dep.refobjid = c.oid and dep.refobjsubid > 0
    and dep.classid = 'pg_class'::regclass and dep.deptype = 'i'
  join pg_class as s on s.oid = dep.objid and s.relkind = 'S'
  join pg_namespace as n on n.oid = s.relnamespace
  where c.relkind in ('r', 'p') and c.oid {scope}
)
select
  q.address, 'pg_class'::regclass::oid as class, q.oid as objid, {told_of number=0} as objsubid, x.kind, x.identity, x.definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from identity_sequence as q
cross join lateral (
  select 'comment' as kind, q.key as identity, jsonb_build_object('text', d.description) as definition
  from pg_description as d where d.classoid = 'pg_class'::regclass and d.objoid = q.oid and d.objsubid = 0
  union all
  select 'security label', format('%I on %s', l.provider, q.key), jsonb_build_object('label', l.label)
  from pg_seclabel as l where l.classoid = 'pg_class'::regclass and l.objoid = q.oid and l.objsubid = 0
  union all
  select 'acl', format('%s on %s', g.grantee, q.key), g.definition
  from ({privileges acl=q.acl default=q.acl_default}) as g
) as x
