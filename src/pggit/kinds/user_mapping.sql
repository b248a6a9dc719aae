-- name: group_of
select m.umid as objid, m.srvid as address from pg_user_mappings as m where m.umid = any ($1)

-- name: read
-- The view shows options only to those who may see them; the catalog itself only a superuser may read.
select
  m.srvid as address, 'pg_user_mapping'::regclass::oid as class, m.umid as objid, 0 as objsubid,
  'user mapping' as kind,
  format('%s on server %I', case m.umuser when 0 then 'public' else quote_ident(m.usename) end, m.srvname) as identity,
  jsonb_strip_nulls(jsonb_build_object('options', {user_options array=m.umoptions})) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_user_mappings as m
where m.srvid {scope}
