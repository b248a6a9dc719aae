-- name: members
-- Arrays are made by their element's type. A shell type is one that is not defined yet.
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where (t.typtype = 'b' or t.typtype = 'p' and not t.typisdefined)
  and not exists (select from pg_type as element where element.oid = t.typelem and element.typarray = t.oid)
  and {user_schema alias=n} and {not_member catalog=pg_type alias=t}

-- name: read
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  case when t.typisdefined then 'base type' else 'shell type' end as kind, {type_identity} as identity,
  case when not t.typisdefined then '{}' else jsonb_strip_nulls(jsonb_build_object(
    'input', t.typinput::text,
    'output', t.typoutput::text,
    'receive', {function_name value=t.typreceive},
    'send', {function_name value=t.typsend},
    'typmod_in', {function_name value=t.typmodin},
    'typmod_out', {function_name value=t.typmodout},
    'analyze', {function_name value=t.typanalyze},
    'subscript', {function_name value=t.typsubscript}, -- since 14
    'length', case when t.typlen >= 0 then t.typlen end,
    'passed_by_value', nullif(t.typbyval, false),
    'alignment', case t.typalign when 'c' then 'char' when 's' then 'int2' when 'd' then 'double' end,
    'storage', case t.typstorage when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end,
    'category', case when t.typcategory <> 'U' then t.typcategory end,
    'preferred', nullif(t.typispreferred, false),
    'default', t.typdefault,
    'element', case when t.typelem <> 0 then format_type(t.typelem, null) end,
    'delimiter', case when t.typdelim <> ',' then t.typdelim end,
    'collatable', case when t.typcollation <> 0 then true end
  )) end as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
where t.typtype in ('b', 'p') and t.oid {scope}
