-- name: read
-- Grants on system objects (pg_catalog, information_schema, languages) that differ from initdb's.
select
  'pg_init_privs'::regclass::oid as address, p.class, p.objid, {told_of number=p.objsubid} as objsubid,
  'acl' as kind, format('%s on %s %s', p.grantee, {target_kind}, {target_identity oid=p.objid}) as identity,
  p.definition, null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from ({system_privileges}) as p
cross join lateral pg_identify_object(p.class, p.objid, p.objsubid) as target
where 'pg_init_privs'::regclass::oid {scope}
