-- name: members
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'e' and {user_schema alias=n} and {not_member catalog=pg_type alias=t}

-- name: read
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'enum' as kind, {type_identity} as identity,
  jsonb_build_object('labels', coalesce((
    select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum as e where e.enumtypid = t.oid), '[]')) as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'e' and t.oid {scope}
