-- name: guard
c.relkind in ('r', 'p', 'm') and c.relhasindex

-- name: group_of
select i.indexrelid as objid, i.indrelid as address from pg_index as i where i.indexrelid = any ($1)

-- name: read
-- Indexes that stand for a constraint are told there.
select
  c.oid as address, 'pg_class'::regclass::oid as class, ic.oid as objid, 0 as objsubid,
  'index' as kind, format('%I.%I', icn.nspname, ic.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'method', am.amname,
    'unique', nullif(i.indisunique, false),
    'nulls_not_distinct', nullif(i.indnullsnotdistinct, false), -- since 15
    'columns', {index_columns operators=null::text[]},
    'include', case when i.indnatts > i.indnkeyatts then {index_include} end,
    'where', pg_get_expr(i.indpred, i.indrelid),
    'options', case when ic.reloptions is not null then {options array=ic.reloptions} end,
    'tablespace', case when ic.reltablespace <> 0 then (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = ic.reltablespace) end,
    'parent', case when ic.relispartition then (select inh.inhparent::regclass::text from pg_inherits as inh where inh.inhrelid = ic.oid) end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_index as i
join pg_class as c on c.oid = i.indrelid
join pg_class as ic on ic.oid = i.indexrelid
join pg_namespace as icn on icn.oid = ic.relnamespace
join pg_am as am on am.oid = ic.relam
where c.relkind in ('r', 'p', 'm') and c.oid {scope}
  and not exists (
    select from pg_constraint as con
    where con.conrelid = i.indrelid and con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x'))
