-- name: guard
c.relkind = 'v'

-- name: members
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and c.relpersistence <> 't'
  and {user_schema alias=n} and {not_member catalog=pg_class alias=c}

-- name: read
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'view' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'query', rtrim(pg_get_viewdef(c.oid), ';'),
    'columns', (
      select jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0),
    'options', {options array=c.reloptions}
  )) as definition,
  null::jsonb as private, c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('r', c.relowner) end as acl_default
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and c.oid {scope}
