-- name: members
-- An operator without a function is only named by another's commutator or negator so far.
select o.oid from pg_operator as o join pg_namespace as n on n.oid = o.oprnamespace
where o.oprcode <> 0 and {user_schema alias=n} and {not_member catalog=pg_operator alias=o}

-- name: read
select
  o.oid as address, 'pg_operator'::regclass::oid as class, o.oid as objid, 0 as objsubid,
  'operator' as kind, o.oid::regoperator::text as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'function', o.oprcode::text,
    'commutator', case when o.oprcom <> 0 then {operator_name oid=o.oprcom} end,
    'negator', case when o.oprnegate <> 0 then {operator_name oid=o.oprnegate} end,
    'restrict', {function_name value=o.oprrest},
    'join', {function_name value=o.oprjoin},
    'hashes', nullif(o.oprcanhash, false),
    'merges', nullif(o.oprcanmerge, false)
  )) as definition,
  null::jsonb as private, o.oprowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_operator as o
where o.oprcode <> 0 and o.oid {scope}
