-- name: members
select c.oid from pg_collation as c join pg_namespace as n on n.oid = c.collnamespace
where {user_schema alias=n} and {not_member catalog=pg_collation alias=c}

-- name: read
-- collversion is health, no definition. Before 15 an ICU locale is kept twice, as collcollate and collctype.
select
  c.oid as address, 'pg_collation'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'collation' as kind, format('%I.%I', n.nspname, c.collname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'provider', case c.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' when 'd' then 'default' end,
    'locale', case c.collprovider when 'i' then c.collcollate end, -- before 15
    'locale', c.colliculocale, -- since 15 -- before 17
    'locale', c.colllocale, -- since 17
    'lc_collate', case c.collprovider when 'c' then c.collcollate end,
    'lc_ctype', case c.collprovider when 'c' then c.collctype end,
    'rules', c.collicurules, -- since 16
    'deterministic', nullif(c.collisdeterministic, true)
  )) as definition,
  null::jsonb as private, c.collowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_collation as c
join pg_namespace as n on n.oid = c.collnamespace
where c.oid {scope}
