-- name: members
select t.oid from pg_ts_template as t join pg_namespace as n on n.oid = t.tmplnamespace
where {user_schema alias=n} and {not_member catalog=pg_ts_template alias=t}

-- name: read
select
  t.oid as address, 'pg_ts_template'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'text search template' as kind, format('%I.%I', n.nspname, t.tmplname) as identity,
  jsonb_strip_nulls(jsonb_build_object('lexize', t.tmpllexize::text, 'init', {function_name value=t.tmplinit})) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_template as t
join pg_namespace as n on n.oid = t.tmplnamespace
where t.oid {scope}
