-- name: guard
exists (select from pg_constraint as x where x.conrelid = c.oid and x.contype = 'f')

-- name: read
-- A foreign key that was made for a partition is its parent's.
select
  c.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'constraint' as kind, format('%I on %I.%I', con.conname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', 'foreign key',
    'columns', {names numbers=con.conkey relation=con.conrelid},
    'references', con.confrelid::regclass::text,
    'referenced_columns', {names numbers=con.confkey relation=con.confrelid},
    'match', case con.confmatchtype when 'f' then 'full' when 'p' then 'partial' end,
    'on_update', {fk_action code=con.confupdtype},
    'on_delete', {fk_action code=con.confdeltype},
    'on_delete_columns', {attnames numbers=con.confdelsetcols relation=con.conrelid}, -- since 15
    'deferrable', nullif(con.condeferrable, false),
    'initially_deferred', nullif(con.condeferred, false),
    'not_enforced', nullif(not con.conenforced, false), -- since 18
    'period', nullif(con.conperiod, false), -- since 18
    'not_valid', case when con.conenforced then nullif(not con.convalidated, false) end -- since 18
    'not_valid', nullif(not con.convalidated, false) -- before 18
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_class as c on c.oid = con.conrelid
join pg_namespace as n on n.oid = c.relnamespace
where con.contype = 'f' and con.conparentid = 0 and c.oid {scope}
