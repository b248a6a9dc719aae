-- name: guard
c.relkind = 'S'

-- name: members
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'S' and c.relpersistence <> 't'
  and {user_schema alias=n} and {not_member catalog=pg_class alias=c}
  and not exists (
    select from pg_depend as dep
    where dep.classid = 'pg_class'::regclass and dep.objid = c.oid and dep.deptype = 'i' and dep.refclassid = 'pg_class'::regclass)

-- name: read
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'sequence' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(s.seqtypid, null),
    'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin, 'max', s.seqmax, 'cache', s.seqcache,
    'cycle', nullif(s.seqcycle, false),
    'persistence', case c.relpersistence when 'u' then 'unlogged' end,
    'owned_by', (
      select format('%s.%I', dep.refobjid::regclass, a.attname)
      from pg_depend as dep join pg_attribute as a on a.attrelid = dep.refobjid and a.attnum = dep.refobjsubid
      where dep.classid = 'pg_class'::regclass and dep.objid = c.oid and dep.refclassid = 'pg_class'::regclass and dep.deptype = 'a')
  )) as definition,
  null::jsonb as private, c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('s', c.relowner) end as acl_default
from pg_sequence as s
join pg_class as c on c.oid = s.seqrelid
join pg_namespace as n on n.oid = c.relnamespace
where c.oid {scope}
