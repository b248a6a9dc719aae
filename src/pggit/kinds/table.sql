-- name: guard
c.relkind in ('r', 'p')

-- name: members
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relpersistence <> 't'
  and {user_schema alias=n} and {not_member catalog=pg_class alias=c}

-- name: read
-- Offset 0, else the definition would be computed twice: with what is private, and without.
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'table' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'persistence', case c.relpersistence when 'u' then 'unlogged' end,
    'access_method', case when c.relam not in (0, 2) then (select quote_ident(am.amname) from pg_am as am where am.oid = c.relam) end,
    'tablespace', case when c.reltablespace <> 0 then (
      select quote_ident(s.spcname) from pg_tablespace as s where s.oid = c.reltablespace) end,
    'options', case when c.reloptions is not null then {options array=c.reloptions} end,
    'toast_options', case when c.reltoastrelid <> 0 then (
      select {options array=t.reloptions} from pg_class as t where t.oid = c.reltoastrelid and t.reloptions is not null) end,
    'type', case when c.reloftype <> 0 then format_type(c.reloftype, null) end,
    'inherits', case when not c.relispartition then (
      select jsonb_agg(i.inhparent::regclass::text order by i.inhseqno) from pg_inherits as i where i.inhrelid = c.oid) end,
    'partition_of', case when c.relispartition then (
      select i.inhparent::regclass::text from pg_inherits as i where i.inhrelid = c.oid) end,
    'bound', case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end,
    'partition_key', case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
    'row_security', nullif(c.relrowsecurity, false),
    'force_row_security', nullif(c.relforcerowsecurity, false),
    'replica_identity', case c.relreplident
      when 'f' then to_jsonb('full'::text) when 'n' then to_jsonb('nothing'::text)
      when 'i' then (select jsonb_build_object('index', ic.relname) from pg_index as i join pg_class as ic on ic.oid = i.indexrelid
                     where i.indrelid = c.oid and i.indisreplident) end,
    'cluster_on', case when c.relhasindex then (
      select ic.relname from pg_index as i join pg_class as ic on ic.oid = i.indexrelid
      where i.indrelid = c.oid and i.indisclustered) end
  )) as definition,
  jsonb_build_object('_columns', array(
    select a.attname from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum)) as private,
  c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('r', c.relowner) end as acl_default
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.oid {scope}
offset 0
