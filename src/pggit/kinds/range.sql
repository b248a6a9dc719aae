-- name: members
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'r' and {user_schema alias=n} and {not_member catalog=pg_type alias=t}

-- name: read
-- The multirange is told only where its name is not the one that PostgreSQL would choose (makeMultirangeTypeName).
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'range' as kind, {type_identity} as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'subtype', format_type(r.rngsubtype, null),
    'opclass', case when not opc.opcdefault or opc.opcintype <> r.rngsubtype and exists (
        select from pg_opclass as better
        where better.opcmethod = opc.opcmethod and better.opcintype = r.rngsubtype and better.opcdefault)
      then format('%I.%I', opn.nspname, opc.opcname) end,
    'collation', case when r.rngcollation <> st.typcollation then {collation_name oid=r.rngcollation} end,
    'canonical', {function_name value=r.rngcanonical},
    'multirange', case when multi.typnamespace <> t.typnamespace or bytes.multi <> case strpos(t.typname, 'range') -- since 14
        when 0 then substr(bytes.own, 1, 52) || '_multirange'::bytea -- since 14
        else convert_to(overlay(t.typname placing 'multirange' from strpos(t.typname, 'range') for 5)::name, bytes.encoding) end -- since 14
      then format('%I.%I', multin.nspname, multi.typname) end, -- since 14
    'subtype_diff', {function_name value=r.rngsubdiff}
  )) as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_range as r on r.rngtypid = t.oid
join pg_type as st on st.oid = r.rngsubtype
join pg_opclass as opc on opc.oid = r.rngsubopc
join pg_namespace as opn on opn.oid = opc.opcnamespace
join pg_type as multi on multi.oid = r.rngmultitypid -- since 14
join pg_namespace as multin on multin.oid = multi.typnamespace -- since 14
cross join lateral ( -- since 14
  select convert_to(t.typname, e.encoding) as own, convert_to(multi.typname, e.encoding) as multi, e.encoding -- since 14
  from (select getdatabaseencoding() as encoding) as e) as bytes -- since 14
where t.typtype = 'r' and t.oid {scope}
