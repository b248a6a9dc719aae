-- name: members
select c.oid from pg_conversion as c join pg_namespace as n on n.oid = c.connamespace
where {user_schema alias=n} and {not_member catalog=pg_conversion alias=c}

-- name: read
select
  c.oid as address, 'pg_conversion'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'conversion' as kind, format('%I.%I', n.nspname, c.conname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'from', pg_encoding_to_char(c.conforencoding),
    'to', pg_encoding_to_char(c.contoencoding),
    'function', c.conproc::text,
    'default', nullif(c.condefault, false)
  )) as definition,
  null::jsonb as private, c.conowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_conversion as c
join pg_namespace as n on n.oid = c.connamespace
where c.oid {scope}
