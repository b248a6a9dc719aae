-- name: members
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'd' and {user_schema alias=n} and {not_member catalog=pg_type alias=t}

-- name: read
-- From 17 on NOT NULL is a domain constraint of its own.
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'domain' as kind, {type_identity} as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(t.typbasetype, t.typtypmod),
    'collation', case when t.typcollation <> base.typcollation then {collation_name oid=t.typcollation} end,
    'not_null', nullif(t.typnotnull, false), -- before 17
    'default', pg_get_expr(t.typdefaultbin, 0)
  )) as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_type as base on base.oid = t.typbasetype
where t.typtype = 'd' and t.oid {scope}
