-- name: members
select t.oid from pg_transform as t where t.oid >= 16384 and {not_member catalog=pg_transform alias=t}

-- name: read
select
  t.oid as address, 'pg_transform'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'transform' as kind, format('for %s language %I', format_type(t.trftype, null), l.lanname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'from_sql', case when t.trffromsql <> 0 then t.trffromsql::regprocedure::text end,
    'to_sql', case when t.trftosql <> 0 then t.trftosql::regprocedure::text end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_transform as t
join pg_language as l on l.oid = t.trflang
where t.oid {scope}
