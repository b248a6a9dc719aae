-- name: guard
c.relkind in ('r', 'p', 'f')

-- name: group_of
select con.oid as objid, con.conrelid as address from pg_constraint as con where con.oid = any ($1) and con.conrelid <> 0

-- name: read
-- What a child only inherits is its parent's: checks that are not local, foreign keys and triggers made for a partition.
select
  c.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'constraint' as kind, format('%I on %I.%I', con.conname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', case con.contype when 'p' then 'primary key' when 'u' then 'unique' when 'c' then 'check' when 'f' then 'foreign key'
      when 'x' then 'exclude' end,
    'columns', case when con.contype in ('p', 'u', 'f') then {names numbers=con.conkey relation=con.conrelid} end,
    'expression', case when con.contype = 'c' then pg_get_expr(con.conbin, con.conrelid) end,
    'references', case when con.contype = 'f' then (
      select format('%I.%I', rn.nspname, rc.relname) from pg_class as rc join pg_namespace as rn on rn.oid = rc.relnamespace
      where rc.oid = con.confrelid) end,
    'referenced_columns', case when con.contype = 'f' then {names numbers=con.confkey relation=con.confrelid} end,
    'match', case con.confmatchtype when 'f' then 'full' when 'p' then 'partial' end,
    'on_update', {fk_action code=con.confupdtype},
    'on_delete', {fk_action code=con.confdeltype},
    'on_delete_columns', {names numbers=con.confdelsetcols relation=con.conrelid}, -- since 15
    'deferrable', nullif(con.condeferrable, false),
    'initially_deferred', nullif(con.condeferred, false),
    'not_valid', case when con.conenforced then nullif(not con.convalidated, false) end, -- since 18
    'not_valid', nullif(not con.convalidated, false), -- before 18
    'not_enforced', nullif(not con.conenforced, false), -- since 18
    'period', case when con.contype = 'f' then nullif(con.conperiod, false) end, -- since 18
    'without_overlaps', case when con.contype in ('p', 'u') then nullif(con.conperiod, false) end, -- since 18
    'no_inherit', case when con.contype = 'c' then nullif(con.connoinherit, false) end,
    'local', case when con.contype = 'c' then nullif(con.coninhcount > 0 and con.conislocal, false) end,
    'parent', case when con.contype in ('p', 'u', 'x') and con.conparentid <> 0 then (
      select format('%I on %s', parent.conname, parent.conrelid::regclass) from pg_constraint as parent where parent.oid = con.conparentid) end
  )) || coalesce(case when con.contype in ('p', 'u', 'x') then (
    select jsonb_strip_nulls(jsonb_build_object(
      'method', case when con.contype = 'x' then am.amname end,
      'elements', case when con.contype = 'x' then {index_columns operators=exclusion.operators} end,
      'where', case when con.contype = 'x' then pg_get_expr(i.indpred, i.indrelid) end,
      'include', case when i.indnatts > i.indnkeyatts then {index_include} end,
      'nulls_not_distinct', nullif(i.indnullsnotdistinct, false), -- since 15
      'options', case when ic.reloptions is not null then {options array=ic.reloptions} end,
      'tablespace', (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = ic.reltablespace)))
    from pg_index as i
    join pg_class as ic on ic.oid = i.indexrelid
    join pg_am as am on am.oid = ic.relam
    left join lateral (
      select array_agg(format('OPERATOR(%I.%s)', opn.nspname, op.oprname) order by k.n) as operators
      from unnest(con.conexclop) with ordinality as k(op, n)
      join pg_operator as op on op.oid = k.op join pg_namespace as opn on opn.oid = op.oprnamespace
    ) as exclusion on con.contype = 'x'
    where i.indexrelid = con.conindid) end, '{}') as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_class as c on c.oid = con.conrelid
join pg_namespace as n on n.oid = c.relnamespace
where con.contype in ('p', 'u', 'c', 'f', 'x')
  and not (con.contype = 'f' and con.conparentid <> 0)
  and not (con.contype = 'c' and not con.conislocal)
  and c.oid {scope}
