-- name: guard
c.relkind = 'm'

-- name: members
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'm'
  and {user_schema alias=n} and {not_member catalog=pg_class alias=c}

-- name: read
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'materialized view' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'query', rtrim(pg_get_viewdef(c.oid), ';'),
    'columns', (
      select jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0),
    'access_method', (select quote_ident(am.amname) from pg_am as am where am.oid = c.relam and am.amname <> 'heap'),
    'tablespace', (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = c.reltablespace),
    'options', {options array=c.reloptions},
    'toast_options', case when c.reltoastrelid <> 0 then (
      select {options array=t.reloptions} from pg_class as t where t.oid = c.reltoastrelid and t.reloptions is not null) end,
    'cluster_on', (
      select ic.relname from pg_index as i join pg_class as ic on ic.oid = i.indexrelid
      where i.indrelid = c.oid and i.indisclustered),
    'column_settings', (
      select jsonb_object_agg(a.attname, x.settings)
      from pg_attribute as a
      join pg_type as t on t.oid = a.atttypid
      cross join lateral (select jsonb_strip_nulls(jsonb_build_object(
        'statistics', nullif(a.attstattarget, -1),
        'storage', case when a.attstorage <> t.typstorage then
          case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end end,
        'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end, -- since 14
        'options', case when a.attoptions is not null then {options array=a.attoptions} end)) as settings) as x
      where a.attrelid = c.oid and a.attnum > 0 and x.settings <> '{}')
  )) as definition,
  null::jsonb as private, c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('r', c.relowner) end as acl_default
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'm' and c.oid {scope}
