-- name: members
select p.oid from pg_ts_parser as p join pg_namespace as n on n.oid = p.prsnamespace
where {user_schema alias=n} and {not_member catalog=pg_ts_parser alias=p}

-- name: read
select
  p.oid as address, 'pg_ts_parser'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'text search parser' as kind, format('%I.%I', n.nspname, p.prsname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'start', p.prsstart::text, 'gettoken', p.prstoken::text, 'end', p.prsend::text, 'lextypes', p.prslextype::text,
    'headline', {function_name value=p.prsheadline}
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_parser as p
join pg_namespace as n on n.oid = p.prsnamespace
where p.oid {scope}
