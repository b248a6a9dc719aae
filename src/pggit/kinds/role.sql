-- name: members
select r.oid from pg_roles as r where r.oid >= 16384

-- name: read
-- Never a password. The roles that initdb makes are not told. ALTER ROLE cannot take a time limit away, but set it to infinity.
select
  r.oid as address, 'pg_authid'::regclass::oid as class, r.oid as objid, 0 as objsubid,
  'role' as kind, quote_ident(r.rolname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'superuser', nullif(r.rolsuper, false),
    'inherit', nullif(r.rolinherit, true),
    'create_role', nullif(r.rolcreaterole, false),
    'create_database', nullif(r.rolcreatedb, false),
    'login', nullif(r.rolcanlogin, false),
    'replication', nullif(r.rolreplication, false),
    'bypass_row_security', nullif(r.rolbypassrls, false),
    'connection_limit', nullif(r.rolconnlimit, -1),
    'valid_until', nullif(r.rolvaliduntil, 'infinity')::text
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_roles as r
where r.oid {scope}
