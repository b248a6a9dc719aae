-- name: read
-- Comments and security labels of roles are kept with the shared objects.
select
  d.objoid as address, d.classoid as class, null::oid as objid, {told_of number=0} as objsubid,
  'comment' as kind, format('role %I', r.rolname) as identity, jsonb_build_object('text', d.description) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_shdescription as d
join pg_roles as r on r.oid = d.objoid
where d.classoid = 'pg_authid'::regclass and d.objoid {scope}
union all
select
  l.objoid, l.classoid, null, {told_of number=0},
  'security label', format('%I on role %I', l.provider, r.rolname), jsonb_build_object('label', l.label),
  null, null, null, null
from pg_shseclabel as l
join pg_roles as r on r.oid = l.objoid
where l.classoid = 'pg_authid'::regclass and l.objoid {scope}
