-- name: members
-- Constructors of ranges are made by their type, on which they depend internally.
select p.oid from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where p.prokind in ('f', 'w', 'p')
  and {user_schema alias=n} and {not_dependent catalog=pg_proc alias=p}

-- name: read
select
  p.oid as address, 'pg_proc'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  case p.prokind when 'p' then 'procedure' else 'function' end as kind, p.oid::regprocedure::text as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'language', quote_ident(l.lanname),
    'arguments', case when p.pronargs > 0 or p.proallargtypes is not null then {arguments} end,
    'returns', case when p.prokind <> 'p' and (p.proargmodes is null or not p.proargmodes && '{o,b,t}')
      then format_type(p.prorettype, null) end,
    'set', case when p.proretset and (p.proargmodes is null or not p.proargmodes && '{t}') then true end,
    'window', case p.prokind when 'w' then true end,
    'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' end,
    'strict', nullif(p.proisstrict, false),
    'security_definer', nullif(p.prosecdef, false),
    'leakproof', nullif(p.proleakproof, false),
    'parallel', case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end,
    'cost', case when p.procost <> case when l.lanname in ('c', 'internal') then 1 else 100 end then {number value=p.procost} end,
    'rows', case when p.prorows <> case when p.proretset then 1000 else 0 end then {number value=p.prorows} end,
    'config', case when p.proconfig is not null then {secret_options array=p.proconfig} end,
    'support', case when p.prosupport <> 0 then p.prosupport::text end,
    'transforms', case when p.protrftypes is not null then (
      select jsonb_agg(x.type order by x.type collate "C")
      from unnest(p.protrftypes) as t(oid) cross join lateral (select format_type(t.oid, null) as type) as x) end,
    'body', p.prosrc, -- before 14
    'body', case when p.prosqlbody is null then p.prosrc end, -- since 14
    'sql_body', case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end, -- since 14
    'library', p.probin,
    'depends_on_extensions', {depends_on_extensions catalog=pg_proc alias=p}
  )) as definition,
  null::jsonb as private, p.proowner as owner, p.proacl as acl, case when p.proacl is not null then acldefault('f', p.proowner) end as acl_default
from pg_proc as p
join pg_language as l on l.oid = p.prolang
where p.prokind in ('f', 'w', 'p') and p.oid {scope}
