-- name: members
select d.oid from pg_default_acl as d
where d.defaclnamespace = 0
  or exists (
    select from pg_namespace as n
    where n.oid = d.defaclnamespace and {user_schema alias=n} and {not_member catalog=pg_namespace alias=n})

-- name: read
-- Without a schema a row replaces the built-in default, so that an empty list of privileges means that they were revoked;
-- in a schema it adds to that. PostgreSQL keeps no row that changes nothing.
select
  d.oid as address, 'pg_default_acl'::regclass::oid as class, d.oid as objid, 0 as objsubid,
  'default acl' as kind, target.identity,
  jsonb_build_object('grants', (
    select coalesce(jsonb_object_agg(g.grantee, g.definition), '{}')
    from ({privileges acl=d.defaclacl default=default_of.acl}) as g)) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_default_acl as d
cross join lateral pg_identify_object('pg_default_acl'::regclass, d.oid, 0) as target
cross join lateral (
  select case when d.defaclnamespace = 0
    then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) end as acl) as default_of
where d.oid {scope}
