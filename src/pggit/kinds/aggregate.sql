-- name: members
select p.oid from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where p.prokind = 'a' and {user_schema alias=n} and {not_dependent catalog=pg_proc alias=p}

-- name: read
-- Whether the final function may change the state has another default for ordered-set aggregates.
select
  p.oid as address, 'pg_proc'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'aggregate' as kind, p.oid::regprocedure::text as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'arguments', case when p.pronargs > 0 then {arguments} end,
    'kind', case a.aggkind when 'o' then 'ordered-set' when 'h' then 'hypothetical' end,
    'direct_arguments', case when a.aggkind <> 'n' then a.aggnumdirectargs end,
    'sfunc', a.aggtransfn::text,
    'stype', format_type(a.aggtranstype, null),
    'sspace', nullif(a.aggtransspace, 0),
    'finalfunc', {function_name value=a.aggfinalfn},
    'finalfunc_extra', nullif(a.aggfinalextra, false),
    'finalfunc_modify', case when a.aggfinalmodify <> usual.modify then {modify value=a.aggfinalmodify} end,
    'combinefunc', {function_name value=a.aggcombinefn},
    'serialfunc', {function_name value=a.aggserialfn},
    'deserialfunc', {function_name value=a.aggdeserialfn},
    'initcond', a.agginitval,
    'msfunc', {function_name value=a.aggmtransfn},
    'minvfunc', {function_name value=a.aggminvtransfn},
    'mstype', case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end,
    'msspace', nullif(a.aggmtransspace, 0),
    'mfinalfunc', {function_name value=a.aggmfinalfn},
    'mfinalfunc_extra', nullif(a.aggmfinalextra, false),
    'mfinalfunc_modify', case when a.aggmfinalmodify <> usual.modify then {modify value=a.aggmfinalmodify} end,
    'minitcond', a.aggminitval,
    'sortop', case when a.aggsortop <> 0 then {operator_name oid=a.aggsortop} end,
    'parallel', case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end
  )) as definition,
  null::jsonb as private, p.proowner as owner, p.proacl as acl, case when p.proacl is not null then acldefault('f', p.proowner) end as acl_default
from pg_proc as p
join pg_aggregate as a on a.aggfnoid = p.oid
cross join lateral (select case a.aggkind when 'n' then 'r' else 'w' end as modify) as usual
where p.prokind = 'a' and p.oid {scope}
