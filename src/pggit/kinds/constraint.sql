-- name: guard
c.relkind in ('r', 'p', 'f')

-- name: group_of
select con.oid as objid, con.conrelid as address from pg_constraint as con where con.oid = any ($1) and con.conrelid <> 0

-- name: read
-- Primary keys, unique and check constraints (foreign_key.sql and exclusion.sql read the others). A check that a child
-- only inherits is its parent's.
select
  c.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'constraint' as kind, format('%I on %I.%I', con.conname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(case when con.contype = 'c' then jsonb_build_object(
    'type', 'check',
    'expression', pg_get_expr(con.conbin, con.conrelid),
    'not_valid', case when con.conenforced then nullif(not con.convalidated, false) end, -- since 18
    'not_enforced', nullif(not con.conenforced, false), -- since 18
    'not_valid', nullif(not con.convalidated, false), -- before 18
    'no_inherit', nullif(con.connoinherit, false),
    'local', nullif(con.coninhcount > 0, false))
  else jsonb_build_object(
    'type', case con.contype when 'p' then 'primary key' else 'unique' end,
    'columns', {attnames numbers=con.conkey relation=con.conrelid},
    'include', case when i.indnatts > i.indnkeyatts then {index_include} end,
    'nulls_not_distinct', nullif(i.indnullsnotdistinct, false), -- since 15
    'without_overlaps', nullif(con.conperiod, false), -- since 18
    'deferrable', nullif(con.condeferrable, false),
    'initially_deferred', nullif(con.condeferred, false),
    'options', case when ic.reloptions is not null then {options array=ic.reloptions} end,
    'tablespace', case when ic.reltablespace <> 0 then (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = ic.reltablespace) end,
    'parent', case when con.conparentid <> 0 then (
      select format('%I on %s', parent.conname, parent.conrelid::regclass) from pg_constraint as parent where parent.oid = con.conparentid) end)
  end) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_class as c on c.oid = con.conrelid
join pg_namespace as n on n.oid = c.relnamespace
left join pg_index as i on i.indexrelid = con.conindid and con.contype in ('p', 'u')
left join pg_class as ic on ic.oid = i.indexrelid
where (con.contype in ('p', 'u') or con.contype = 'c' and con.conislocal) and c.oid {scope}
