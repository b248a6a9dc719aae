-- name: members
select s.oid from pg_foreign_server as s
where {not_member catalog=pg_foreign_server alias=s}

-- name: read
select
  s.oid as address, 'pg_foreign_server'::regclass::oid as class, s.oid as objid, 0 as objsubid,
  'server' as kind, quote_ident(s.srvname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'wrapper', quote_ident(w.fdwname),
    'type', s.srvtype,
    'version', s.srvversion,
    'options', {secret_options array=s.srvoptions}
  )) as definition,
  null::jsonb as private, s.srvowner as owner, s.srvacl as acl, acldefault('S', s.srvowner) as acl_default
from pg_foreign_server as s
join pg_foreign_data_wrapper as w on w.oid = s.srvfdw
where s.oid {scope}
