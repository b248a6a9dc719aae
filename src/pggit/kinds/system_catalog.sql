-- The group of what hangs on system objects: one object, `system catalog privileges`, that is there while there are grants on
-- system objects which differ from those of initdb (pg_init_privs).

-- name: members
select 'pg_init_privs'::regclass::oid
where exists (select from ({system_privileges}) as found)

-- name: read
select
  'pg_init_privs'::regclass::oid as address, 'pg_class'::regclass::oid as class, 'pg_init_privs'::regclass::oid as objid, 0 as objsubid,
  'system catalog' as kind, 'privileges' as identity, '{}'::jsonb as definition, null::jsonb as private,
  null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
where 'pg_init_privs'::regclass::oid {scope}
