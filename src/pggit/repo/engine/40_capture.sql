-- Capture. The event triggers append one row a statement; a deferred trigger reads at the end of the transaction what
-- was touched. Nothing here may make a user's DDL wait or fail: no unique key on content, a short lock_timeout, errors
-- become a gap that the next status closes. Under REPEATABLE READ and SERIALIZABLE nothing is read at all (deparsed text
-- shows the newest catalog, a SELECT the snapshot's): a row in capture without a reading is what "dirty" means.

-- Runs as the invoker, before pggit_ddl and pggit_drop (event triggers fire by name): inside SECURITY DEFINER
-- current_user is the owner. Overwritten at every event, so that no user can set it beforehand.
create function pggit.note_user() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin perform set_config('pggit.invoker', current_user, true); end $$;

create function pggit.on_ddl_command_end() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  touched_catalogs oid[];
  touched_objids oid[];
  granted text[];
begin
  select array_agg(c.classid) filter (where c.objid is not null), array_agg(c.objid) filter (where c.objid is not null),
         array_agg(distinct c.object_type) filter (where c.objid is null)
  into touched_catalogs, touched_objids, granted
  from pg_event_trigger_ddl_commands() as c
  where (c.schema_name is null or c.schema_name not in ('pg_temp', 'pggit')) and not coalesce(c.in_extension and c.classid <> 'pg_extension'::regclass, false);

  if touched_objids is null and granted is null then
    return;
  end if;
  perform pggit.append_capture(tg_tag, coalesce(touched_catalogs, '{}'), coalesce(touched_objids, '{}'), '{}', '{}', coalesce(granted, '{}'));
exception when others then
  perform pggit.capture_failed(tg_tag, sqlstate, sqlerrm);
end $$;

create function pggit.on_sql_drop() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  touched_catalogs oid[];
  touched_objids oid[];
  dropped_catalogs oid[];
  dropped_objids oid[];
begin
  -- a column that went (with its type, say) is no address of its own: its table was touched
  select array_agg(d.classid) filter (where d.objsubid = 0), array_agg(d.objid) filter (where d.objsubid = 0),
    array_agg(d.classid) filter (where d.objsubid <> 0), array_agg(d.objid) filter (where d.objsubid <> 0)
  into dropped_catalogs, dropped_objids, touched_catalogs, touched_objids
  from pg_event_trigger_dropped_objects() as d
  where not d.is_temporary and d.schema_name is distinct from 'pg_temp' and d.schema_name is distinct from 'pg_toast'
    and d.object_type <> 'toast table'
    and not (d.classid = 'pg_type'::regclass and (d.object_name is null or not d.original and not d.normal));

  if dropped_objids is null and touched_objids is null then
    return;
  end if;
  perform pggit.append_capture(tg_tag, coalesce(touched_catalogs, '{}'), coalesce(touched_objids, '{}'),
    coalesce(dropped_catalogs, '{}'), coalesce(dropped_objids, '{}'), '{}');
exception when others then
  perform pggit.capture_failed(tg_tag, sqlstate, sqlerrm);
end $$;

create function pggit.note_seal(hash text, query text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(convert_to(concat(k.key, pg_current_xact_id(), hash, query), 'UTF8')), 'hex') from pggit.note_key as k limit 1
$$;

create function pggit.append_capture(
  tag text, catalogs oid[], objids oid[], dropped_catalogs oid[], dropped_objids oid[], grants text[])
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  query text := current_query();
  query_hash bytea;
  noted text[] := string_to_array(current_setting('pggit.query', true), ' ');
  first boolean := current_setting('pggit.queued', true) is distinct from pg_current_xact_id()::text;
  new_query boolean;
begin
  if exists (select from pggit.repository as r where r.paused_until > clock_timestamp()) then
    return;
  end if;
  if first then
    perform set_config('pggit.queued', pg_current_xact_id()::text, true);
  end if;
  -- A text is stored once a transaction: the note says under which hash. It is sealed, so that nobody hides a statement by
  -- setting it. The hash is that of the redacted text, so that no secret can be guessed from it.
  new_query := noted[1] is distinct from pggit.note_seal(noted[2], query);
  if new_query then
    -- plain DDL without literals and comments has no place for a secret
    if query !~* '^\s*(alter|create|drop|grant|revoke)\s[^''$;]*;?\s*$' or query ~ '--|/\*' then
      query := pggit.redact(query);
    end if;
    query_hash := sha256(convert_to(query, 'UTF8'));
    perform set_config('pggit.query', pggit.note_seal(encode(query_hash, 'hex'), current_query()) || ' ' || encode(query_hash, 'hex'), true);
  else
    query_hash := decode(noted[2], 'hex');
  end if;
  insert into pggit.capture (current_user_name, application, client, tag, catalogs, objids, dropped_catalogs, dropped_objids, grants,
    query_hash, query, first)
  values (current_setting('pggit.invoker', true), current_setting('application_name'), inet_client_addr(), tag,
    catalogs, objids, dropped_catalogs, dropped_objids, grants,
    query_hash, case when new_query then query end, first);
end $$;

-- What happens when capture itself fails: setting on_error says warn (the DDL goes through) or block.
create function pggit.capture_failed(tag text, code text, message text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if code = '25006' then
    return;  -- read-only transaction: REINDEX is allowed there, writing is not; it changes no definition
  end if;
  if (select s.value from pggit.setting as s where s.name = 'on_error') = 'block' then
    raise exception 'pggit could not record %: %', tag, message
      using errcode = code, hint = 'Setting pggit.on_error is block. pggit.set(''on_error'', ''warn'') lets DDL through.';
  end if;
  raise warning 'pggit could not record %: %', tag, message using hint = 'The next pggit status reads the whole schema.';
  insert into pggit.capture (tag, catalogs, objids, dropped_catalogs, dropped_objids, grants, error, first)
  values (tag, '{}', '{}', '{}', '{}', '{}', code || ': ' || message, false);
end $$;

-- At the end of the transaction: read once each what was touched since the last reading.
create function pggit.read_touched() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '10ms'
set plan_cache_mode = force_generic_plan
-- few groups, found by index: plans that stay flat however large the catalogs grow
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
set "DateStyle" = 'ISO, MDY' set "IntervalStyle" = 'postgres' set "TimeZone" = 'UTC' set extra_float_digits = 1
set quote_all_identifiers = off set standard_conforming_strings = on set bytea_output = 'hex' set lc_monetary = 'C' set jit = off
as $$
declare
  started timestamptz := clock_timestamp();
  touched_catalogs oid[];
  touched_objids oid[];
  dropped_objids oid[];
  catalogs oid[];
  addresses oid[];
begin
  perform set_config('pggit.queued', '', true);
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    return null;
  end if;

  touched_catalogs := new.catalogs;
  touched_objids := new.objids;
  dropped_objids := new.dropped_objids;
  if exists (select from pggit.capture as c where c.xid = new.xid and c.id > new.id) then
    select array_agg(t.catalog), array_agg(t.objid) into touched_catalogs, touched_objids
    from pggit.capture as c cross join lateral unnest(c.catalogs, c.objids) as t(catalog, objid)
    where c.xid = new.xid and c.id >= new.id;
    select array_agg(d.objid) into dropped_objids
    from pggit.capture as c cross join lateral unnest(c.dropped_objids) as d(objid)
    where c.xid = new.xid and c.id >= new.id;
  end if;
  if touched_objids <> '{}' then
    select array_agg(o.catalog), array_agg(o.address) into catalogs, addresses from pggit.owners(touched_catalogs, touched_objids) as o;
  end if;
  if dropped_objids <> '{}' then
    -- where only children were dropped, their groups are read again; dropped groups come back empty
    select array_agg(x.catalog), array_agg(x.address) into catalogs, addresses
    from (select u.catalog, u.address from unnest(catalogs, addresses) as u(catalog, address)
          union
          select w.catalog, w.address from pggit.working as w where w.parts && dropped_objids) as x;
  end if;
  if catalogs is null then
    return null;
  end if;
  -- a few at a time: nested loops over all that a large transaction touched would take the square of its time
  for i in 1 .. cardinality(addresses) by 32 loop
    insert into pggit.reading (xid, snapshot, catalog, address, key, objects, parts, parents)
    select new.xid, pg_current_snapshot(), g.catalog, g.address, g.key, g.objects, g.parts, g.parents
    from pggit.read_groups(catalogs[i : i + 31], addresses[i : i + 31]) as g;
  end loop;

  if random() < 0.05 then
    insert into pggit.performance_metrics (metric_type, metric_value)
    values ('ddl_tracking_ms', extract(epoch from clock_timestamp() - started) * 1000);
  end if;
  return null;
exception
  when lock_not_available or deadlock_detected then
    return null;  -- another transaction holds it: dirty, read by the next status
  when others then
    perform pggit.capture_failed(new.tag, sqlstate, sqlerrm);
    return null;
end $$;

create constraint trigger read_touched after insert on pggit.capture
  deferrable initially deferred for each row when (new.first) execute function pggit.read_touched();
alter table pggit.capture enable always trigger read_touched;
