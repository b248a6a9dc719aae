-- name: members
-- A range's cast to its multirange is made by the type, on which it depends internally.
select c.oid from pg_cast as c where c.oid >= 16384 and {not_dependent catalog=pg_cast alias=c}

-- name: read
select
  c.oid as address, 'pg_cast'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'cast' as kind, format('(%s AS %s)', format_type(c.castsource, null), format_type(c.casttarget, null)) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'method', case c.castmethod when 'f' then 'function' when 'i' then 'inout' when 'b' then 'binary' end,
    'function', case when c.castfunc <> 0 then c.castfunc::regprocedure::text end,
    'context', case c.castcontext when 'i' then 'implicit' when 'a' then 'assignment' end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_cast as c
where c.oid {scope}
