-- name: members
select o.oid from pg_opfamily as o join pg_namespace as n on n.oid = o.opfnamespace
where {user_schema alias=n} and {not_member catalog=pg_opfamily alias=o}

-- name: read
select
  o.oid as address, 'pg_opfamily'::regclass::oid as class, o.oid as objid, 0 as objsubid,
  'operator family' as kind, format('%I.%I USING %I', n.nspname, o.opfname, am.amname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'operators', {operators_of catalog=pg_opfamily oid=o.oid},
    'functions', {functions_of catalog=pg_opfamily oid=o.oid}
  )) as definition,
  null::jsonb as private, o.opfowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_opfamily as o
join pg_namespace as n on n.oid = o.opfnamespace
join pg_am as am on am.oid = o.opfmethod
where o.oid {scope}
