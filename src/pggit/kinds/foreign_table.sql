-- name: guard
c.relkind = 'f'

-- name: members
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'f'
  and {user_schema alias=n} and {not_member catalog=pg_class alias=c}

-- name: read
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'foreign table' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'server', quote_ident(s.srvname),
    'options', {secret_options array=f.ftoptions},
    'inherits', case when not c.relispartition then (
      select jsonb_agg(i.inhparent::regclass::text order by i.inhseqno) from pg_inherits as i where i.inhrelid = c.oid) end,
    'partition_of', case when c.relispartition then (
      select i.inhparent::regclass::text from pg_inherits as i where i.inhrelid = c.oid) end,
    'bound', case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end
  )) as definition,
  jsonb_build_object('_columns', coalesce((
    select jsonb_agg(a.attname order by a.attnum) from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]')) as private,
  c.relowner as owner, c.relacl as acl, acldefault('r', c.relowner) as acl_default
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_foreign_table as f on f.ftrelid = c.oid
join pg_foreign_server as s on s.oid = f.ftserver
where c.relkind = 'f' and c.oid {scope}
