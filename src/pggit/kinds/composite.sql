-- name: members
-- Row types of tables and views have a relation of another kind.
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace join pg_class as c on c.oid = t.typrelid
where t.typtype = 'c' and c.relkind = 'c' and {user_schema alias=n} and {not_member catalog=pg_type alias=t}

-- name: read
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'composite' as kind, {type_identity} as identity,
  '{}'::jsonb as definition,
  jsonb_build_object('_attributes', coalesce((
    select jsonb_agg(a.attname order by a.attnum) from pg_attribute as a
    where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '[]')) as private,
  t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_class as c on c.oid = t.typrelid
where t.typtype = 'c' and c.relkind = 'c' and t.oid {scope}
