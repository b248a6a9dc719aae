-- name: members
select a.oid from pg_am as a where a.oid >= 16384 and {not_member catalog=pg_am alias=a}

-- name: read
select
  a.oid as address, 'pg_am'::regclass::oid as class, a.oid as objid, 0 as objsubid,
  'access method' as kind, quote_ident(a.amname) as identity,
  jsonb_build_object('type', case a.amtype when 'i' then 'index' when 't' then 'table' end, 'handler', a.amhandler::text) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_am as a
where a.oid {scope}
