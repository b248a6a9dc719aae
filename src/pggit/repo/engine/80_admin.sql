-- Settings, rights, health.

-- The version of pgGit that is installed.
create function pggit.version() returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select '%(version)s' $$;

-- Sets a setting of the repository: on_error, auto_commit, ignore, ignore_kinds, include_kinds, author. Null resets it.
create function pggit.set(name text, value text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  allowed text := case name
    when 'on_error' then '^(warn|block)$' when 'auto_commit' then '^(on|off)$'
    when 'ignore' then '.' when 'ignore_kinds' then '.'
    when 'include_kinds' then '^(role|role membership|role setting|subscription)(,(role|role membership|role setting|subscription))*$' when 'author' then '.' end;
begin
  perform pggit.lock_repository();
  if allowed is null then
    perform pggit.fail('PG002', format('there is no setting %s', name), 'Settings are on_error, auto_commit, ignore, ignore_kinds, include_kinds, author.');
  end if;
  if value is null or value = '' then
    delete from pggit.setting as s where s.name = "set".name;
    update pggit.repository set full_read = true where "set".name in ('ignore', 'ignore_kinds', 'include_kinds');
    perform pggit.note_change('setting/' || name, 'reset');
    return;
  end if;
  if value !~ allowed then
    perform pggit.fail('PG002', format('%s cannot be %s', name, quote_literal(value)));
  end if;
  if name = 'ignore' then
    perform '' ~ value;  -- a bad pattern fails here, not at the next DDL
  end if;
  insert into pggit.setting as s (name, value) values ("set".name, "set".value)
  on conflict on constraint setting_pkey do update set value = excluded.value;
  perform pggit.note_change('setting/' || name, 'set: ' || value);
  if name in ('ignore', 'ignore_kinds', 'include_kinds') then
    update pggit.repository set full_read = true;
  end if;
end $$;

-- Records nothing for a time; a zero interval resumes. What happens meanwhile is found by the next status.
create function pggit.pause_tracking(duration interval) returns timestamptz
language sql security definer set search_path = pg_catalog, pg_temp
as $$
  select pggit.lock_repository();
  select pggit.note_change('tracking', case when duration > interval '0' then 'pause: ' || duration else 'resume' end);
  update pggit.repository set paused_until = case when duration > interval '0' then clock_timestamp() + duration end returning paused_until
$$;

-- Checks that tracking works; a row a check, with status ok, warning or error.
create function pggit.health_check() returns table (check_name text, status text, message text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  repository pggit.repository;
  waiting bigint;
  counted bigint;
  example text;
begin
  select * into strict repository from pggit.repository;
  select count(*), min(p.oid::regprocedure::text) into counted, example from pg_proc as p
  where p.pronamespace = 'pggit'::regnamespace and 'search_path=pg_catalog, pg_temp' <> all (coalesce(p.proconfig, '{}'));
  return query select 'functions', case when counted = 0 then 'ok' else 'error' end,
    case when counted = 0 then 'all have their search_path'
      else format('%s of them, such as %s, search pg_temp first: whoever can connect can act as their owner; pggit upgrade makes them again', counted, example) end;
  if repository.tracked_by = 'triggers' then
    select count(*) into counted from pg_event_trigger as e
    where e.evtname in ('pggit_a_note', 'pggit_a_note_drop', 'pggit_ddl', 'pggit_drop') and e.evtenabled <> 'D';
    return query select 'event triggers', case counted when 4 then 'ok' else 'error' end, format('%s of 4 enabled', counted);
  else
    return query select 'event triggers', 'warning', 'none: tracked by comparing snapshots';
  end if;
  return query select 'tracking', case when repository.paused_until > clock_timestamp() then 'warning' else 'ok' end,
    case when repository.paused_until > clock_timestamp() then format('paused until %s', repository.paused_until) else 'on' end;
  select count(*) into waiting from pggit.capture;
  return query select 'capture', case when waiting > 10000 then 'warning' else 'ok' end, format('%s statements wait for folding', waiting);
  select count(*) into counted from pggit.capture as c where c.error is not null;
  return query select 'gaps', case when counted > 0 or repository.full_read then 'warning' else 'ok' end,
    case when counted > 0 or repository.full_read then 'capture failed; the next status reads everything' else 'none' end;
  return query select 'database', case when repository.database = pggit.database_oid() then 'ok' else 'warning' end,
    case when repository.database = pggit.database_oid() then 'the one that was tracked' else 'restored or copied; the next status reads everything' end;
  select count(*) into counted from pg_publication as p where p.puballtables;
  return query select 'publications', case when counted > 0 then 'warning' else 'ok' end,
    case when counted > 0 then 'FOR ALL TABLES carries the tables of schema pggit: a subscriber needs pgGit too' else 'none carries schema pggit' end;
  select count(*) into counted from pg_index as i where not i.indisvalid and i.indexrelid >= 16384
    and not exists (select from pg_class as c where c.oid = i.indexrelid and c.relkind = 'I');
  return query select 'indexes', case when counted > 0 then 'warning' else 'ok' end, format('%s invalid', counted);
  select count(*), min(f.role || ' ' || f.finding) into counted, example from pggit.access_findings() as f;
  return query select 'access', case when counted > 0 then 'warning' else 'ok' end,
    case when counted = 0 then 'what is recorded is granted, and nothing else'
      else example || case when counted > 1 then format(', and %s more (pggit.access_findings())', counted - 1) else '' end end;
end $$;
