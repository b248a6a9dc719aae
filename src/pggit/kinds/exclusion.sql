-- name: guard
exists (select from pg_constraint as x where x.conrelid = c.oid and x.contype = 'x')

-- name: read
select
  c.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'constraint' as kind, format('%I on %I.%I', con.conname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', 'exclude',
    'method', am.amname,
    'elements', {index_columns operators=exclusion.operators},
    'where', pg_get_expr(i.indpred, i.indrelid),
    'include', case when i.indnatts > i.indnkeyatts then {index_include} end,
    'deferrable', nullif(con.condeferrable, false),
    'initially_deferred', nullif(con.condeferred, false),
    'options', case when ic.reloptions is not null then {options array=ic.reloptions} end,
    'tablespace', case when ic.reltablespace <> 0 then (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = ic.reltablespace) end,
    'parent', case when con.conparentid <> 0 then (
      select format('%I on %s', parent.conname, parent.conrelid::regclass) from pg_constraint as parent where parent.oid = con.conparentid) end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_class as c on c.oid = con.conrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_index as i on i.indexrelid = con.conindid
join pg_class as ic on ic.oid = i.indexrelid
join pg_am as am on am.oid = ic.relam
cross join lateral (
  select array_agg(format('OPERATOR(%I.%s)', opn.nspname, op.oprname) order by k.n) as operators
  from unnest(con.conexclop) with ordinality as k(op, n)
  join pg_operator as op on op.oid = k.op join pg_namespace as opn on opn.oid = op.oprnamespace
) as exclusion
where con.contype = 'x' and c.oid {scope}
