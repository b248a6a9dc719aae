-- name: members
select distinct s.setrole from pg_db_role_setting as s

-- name: read
-- ALTER ROLE ... SET and ALTER DATABASE ... SET. The database that is read is never named: `alice`, `alice in this database`,
-- `all`, `all in this database`.
select
  s.setrole as address, 'pg_db_role_setting'::regclass::oid as class, s.setrole as objid, 0 as objsubid,
  'role setting' as kind,
  case s.setrole when 0 then 'all' else quote_ident(pg_get_userbyid(s.setrole)) end
    || case when s.setdatabase <> 0 then ' in this database' else '' end as identity,
  jsonb_build_object('settings', {secret_options array=s.setconfig}) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_db_role_setting as s
where s.setdatabase in (0, (select d.oid from pg_database as d where d.datname = current_database()))
  and s.setrole {scope}
