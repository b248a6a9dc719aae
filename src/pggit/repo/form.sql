-- What the engine consists of, read from the catalogs: a row an object of schema pggit, or that hangs on one of them.
-- Names of roles and grants are left out. Only functions of PostgreSQL are called; nothing of the engine is run.

-- name: functions
select p.oid::regprocedure::text, p.prosrc, jsonb_build_object(
  'parsed', p.prosqlbody is not null, -- since 14
  'parsed', false, -- before 14
  'kind', p.prokind, 'returns', pg_get_function_result(p.oid), 'arguments', pg_get_function_arguments(p.oid),
  'language', l.lanname, 'library', p.probin, 'support', p.prosupport <> 0, 'settings', to_jsonb(p.proconfig),
  'definer', p.prosecdef, 'strict', p.proisstrict, 'leakproof', p.proleakproof, 'volatile', p.provolatile, 'parallel', p.proparallel,
  'foreign owner', p.proowner <> n.nspowner)
from pg_namespace as n
join pg_proc as p on p.pronamespace = n.oid
join pg_language as l on l.oid = p.prolang
where n.nspname = 'pggit'
order by 1

-- name: structure
with
home as (select n.oid, n.nspowner from pg_namespace as n where n.nspname = 'pggit'),
relation as (
  select c.*, c.oid::regclass::text as name, c.relowner <> h.nspowner as is_foreign
  from home as h join pg_class as c on c.relnamespace = h.oid and c.relkind <> 'i'
),
found(object, form) as (
  select case r.relkind when 'r' then 'table' when 'v' then 'view' when 'S' then 'sequence' when 'c' then 'type' else concat('relation ', r.relkind) end
      || ' ' || r.name,
    jsonb_build_object('kind', r.relkind, 'persistence', r.relpersistence, 'options', to_jsonb(r.reloptions), 'identity', r.relreplident,
      'row security', r.relrowsecurity or r.relforcerowsecurity, 'inherited', r.relispartition or exists (
        select from pg_inherits as i where r.oid in (i.inhrelid, i.inhparent)),
      'method', (select m.amname from pg_am as m where m.oid = r.relam and r.relkind = 'r'),
      
      -- PostgreSQL 16 prints the columns of a single table without its alias
      'query', case when r.relkind = 'v' then
        case when strpos(pg_get_viewdef(r.oid), 'JOIN') > 0 then pg_get_viewdef(r.oid) else regexp_replace(pg_get_viewdef(r.oid), '\m[a-z]\.', '', 'g') end end,
       'foreign owner', r.is_foreign)
  from relation as r
  union all
  select 'column ' || r.name || '.' || quote_ident(a.attname),
    jsonb_build_object('place', row_number() over (partition by r.oid order by a.attnum), 'type', format_type(a.atttypid, a.atttypmod),
      'not null', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'generated', a.attgenerated,
      'collation', (select o.collname from pg_collation as o where o.oid = a.attcollation))
  from relation as r
  join pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where r.relkind <> 'S'
  union all
  select 'sequence of ' || r.name, jsonb_build_object('type', format_type(s.seqtypid, null), 'start', s.seqstart, 'step', s.seqincrement, 'cycle', s.seqcycle)
  from relation as r join pg_sequence as s on s.seqrelid = r.oid
  union all
  select 'constraint ' || quote_ident(k.conname) || ' on ' || r.name,
    jsonb_build_object('definition', pg_get_constraintdef(k.oid), 'valid', k.convalidated)
  from relation as r join pg_constraint as k on k.conrelid = r.oid and k.contype <> 'n'
  union all
  select 'index ' || i.indexrelid::regclass::text, jsonb_build_object('definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid and i.indisready)
  from relation as r join pg_index as i on i.indrelid = r.oid where r.relkind = 'r'
  union all
  select 'trigger ' || quote_ident(t.tgname) || ' on ' || r.name, jsonb_build_object('definition', pg_get_triggerdef(t.oid), 'fires', t.tgenabled)
  from relation as r join pg_trigger as t on t.tgrelid = r.oid and not t.tgisinternal
  union all
  select 'rule ' || quote_ident(w.rulename) || ' on ' || r.name, jsonb_build_object('definition', pg_get_ruledef(w.oid))
  from relation as r join pg_rewrite as w on w.ev_class = r.oid and not (r.relkind = 'v' and w.rulename = '_RETURN')
  union all
  select 'policy ' || quote_ident(p.polname) || ' on ' || r.name, jsonb_build_object('command', p.polcmd)
  from relation as r join pg_policy as p on p.polrelid = r.oid
  union all
  select 'statistics ' || quote_ident(x.stxname) || ' on ' || r.name, jsonb_build_object('there', true)
  from relation as r join pg_statistic_ext as x on x.stxrelid = r.oid
  union all
  -- event triggers of ours, by their name, and whatever else calls our functions
  select 'event trigger ' || quote_ident(e.evtname),
    jsonb_build_object('event', e.evtevent, 'function', e.evtfoid::regprocedure::text, 'fires', e.evtenabled, 'tags', to_jsonb(e.evttags))
  from pg_event_trigger as e
  where e.evtname in ('pggit_a_note', 'pggit_a_note_drop', 'pggit_ddl', 'pggit_drop')
    or e.evtfoid in (select p.oid from home as h join pg_proc as p on p.pronamespace = h.oid)
  union all
  -- what else is in the schema: types, operators, casts …
  select 'other ' || i.type || ' ' || i.identity, jsonb_build_object('there', true)
  from home as h
  join pg_depend as d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = h.oid and d.classid not in ('pg_class'::regclass, 'pg_proc'::regclass)
  cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) as i
  where d.classid <> 'pg_type'::regclass or not exists (select from pg_type as t where t.oid = d.objid and (t.typrelid <> 0 or t.typelem <> 0))
)
select f.object, f.form from found as f order by f.object collate "C"
