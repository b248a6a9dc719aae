-- name: guard
c.relhastriggers

-- name: group_of
select t.oid as objid, t.tgrelid as address from pg_trigger as t where t.oid = any ($1)

-- name: read
-- A trigger that a partition only has from its parent is told where its enabled state differs from the parent's.
select
  c.oid as address, 'pg_trigger'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'trigger' as kind, format('%I on %I.%I', t.tgname, n.nspname, c.relname) as identity,
  case when t.tgparentid <> 0 then jsonb_strip_nulls(jsonb_build_object('inherited', true, 'enabled', {trigger_enabled})) else
  jsonb_strip_nulls(jsonb_build_object(
    'timing', case when t.tgtype & 2 = 2 then 'before' when t.tgtype & 64 = 64 then 'instead of' else 'after' end,
    'events', to_jsonb(array_remove(array[
      case when t.tgtype & 4 = 4 then 'insert' end, case when t.tgtype & 8 = 8 then 'delete' end,
      case when t.tgtype & 16 = 16 then 'update' end, case when t.tgtype & 32 = 32 then 'truncate' end], null)),
    'update_columns', {names numbers=t.tgattr::int2[] relation=t.tgrelid},
    'level', case when t.tgtype & 1 = 1 then 'row' else 'statement' end,
    'when', case when t.tgqual is not null then (
      -- pg_get_expr cannot print what speaks of OLD and NEW: cut it out of pg_get_triggerdef by what stands around it
      select left(substr(def.text, strpos(def.text, head.text) + length(head.text)), -length(tail.text))
      from (select pg_get_triggerdef(t.oid) as text) as def
      cross join (select case when t.tgtype & 1 = 1 then ' FOR EACH ROW WHEN (' else ' FOR EACH STATEMENT WHEN (' end as text) as head
      cross join lateral (select format(') EXECUTE FUNCTION %s(%s)', t.tgfoid::regproc, (
        select string_agg(quote_literal(argument.value), ', ' order by argument.n) from {trigger_arguments} as argument)) as text) as tail) end,
    'function', t.tgfoid::regproc::text,
    'arguments', (select jsonb_agg(argument.value order by argument.n) from {trigger_arguments} as argument),
    'constraint', nullif(t.tgconstraint <> 0, false),
    'deferrable', nullif(t.tgdeferrable, false),
    'initially_deferred', nullif(t.tginitdeferred, false),
    'from', case when t.tgconstrrelid <> 0 then t.tgconstrrelid::regclass::text end,
    'old_table', t.tgoldtable,
    'new_table', t.tgnewtable,
    'enabled', {trigger_enabled}
  )) end as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_trigger as t
join pg_class as c on c.oid = t.tgrelid
join pg_namespace as n on n.oid = c.relnamespace
where c.oid {scope}
  and not t.tgisinternal -- since 15
  -- a partition's copy of its parent's trigger counted as internal -- before 15
  and (not t.tgisinternal or t.tgparentid <> 0 and coalesce( -- before 15
    (select con.contype = 't' from pg_constraint as con where con.oid = t.tgconstraint), true)) -- before 15
  and (t.tgparentid = 0 or t.tgenabled <> (select parent.tgenabled from pg_trigger as parent where parent.oid = t.tgparentid))
