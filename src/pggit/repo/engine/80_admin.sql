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
  if allowed is null then
    perform pggit.fail('PG002', format('there is no setting %s', name), 'Settings are on_error, auto_commit, ignore, ignore_kinds, include_kinds, author.');
  end if;
  if value is null or value = '' then
    delete from pggit.setting as s where s.name = "set".name;
    update pggit.repository set full_read = true where "set".name in ('ignore', 'ignore_kinds', 'include_kinds');
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
  if name in ('ignore', 'ignore_kinds', 'include_kinds') then
    update pggit.repository set full_read = true;
  end if;
end $$;

-- Records nothing for a time; a zero interval resumes. What happens meanwhile is found by the next status.
create function pggit.pause_tracking(duration interval) returns timestamptz
language sql security definer set search_path = pg_catalog, pg_temp
as $$
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
begin
  select * into strict repository from pggit.repository;
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
end $$;

-- Rights: reader looks, auditor also reads history and statements, writer also commits, merges and approves, admin also changes settings
-- and what protects branches. Another level takes the place of the one before.
create function pggit.grant_access(level text, role_name name) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  reading text[] := array['status()', 'log(text,text)', 'diff(text,text)', 'blame(text,text)', 'version()', 'health_check()',
    'resolve(text)', 'current_branch()', 'head()', 'short(bytea)', 'tree_of(text)', 'tree_objects(bytea)', 'ancestors(bytea)', 'names(text,text)', 'is_known(text)',
    'refresh()', 'semantic_changes(bytea,bytea)', 'apart(bytea,bytea)', 'merge_bases(bytea,bytea)', 'merge_base(text,text)',
    'standing(text)', 'describe(text)',
    'is_ancestor(bytea,bytea)', 'commits_between(bytea[],bytea[])',
    'rule_of(text)', 'require_direct(text)', 'require_request(text,bytea,bytea)', 'request_authors(bigint,bytea,bytea)', 'revision_hash(bigint,bytea,bytea,bytea)', 'verdicts(bigint,bytea,bytea,bytea)', 'obstacles(bigint,bytea,bytea,bytea)', 'approval_text(bigint,integer,text)'];
  auditing text[] := array['get_history(text)', 'fsck()', 'fold()'];
  writing text[] := array['commit(text,boolean,timestamptz)', 'create_branch(text,text)', 'rename_branch(text,text,boolean)', 'create_tag(text,text,text)', 'delete_ref(text)', 'switch_head(text)',
    'move_head(text,text)', 'reset_head(text,text)', 'record_stash(text)', 'settle_history()', 'keep_schema(name)', 'record_kept(text,jsonb)', 'forget_kept(text)', 'stashed(text)', 'lock_key(text)', 'renew_lock(text,bigint)',
    'put_groups(bytea,jsonb)', 'write_commit(bytea,text[],text,timestamptz,text)', 'hold_commit(text,text)',
    'rebase_stop(jsonb)', 'rebase_finish(text,text,text)', 'rebase_abort()',
    'keep_note(regclass,jsonb)', 'row_key(text,text)', 'strip_statements(regclass)', 'keep_table(text,text,jsonb)', 'keep_column(text,text,text,jsonb)',
    'keep_sequence(text,text,jsonb)', 'return_rows(text,text)', 'return_places(text,text)', 'return_values(text,text,text)', 'return_place(text,text)',
    'kept()', 'drop_kept(text)',
    'record_merge(text,text,jsonb,text)', 'start_merge(text,text,text,text,jsonb)', 'put_conflicts(bigint,jsonb)', 'resolve_conflicts(jsonb,text)',
    'abort_merge()', 'conclude_merge(text,text,text)',
    'receive_blobs(bytea[],text[])', 'receive_trees(bytea[],text[])', 'receive_commits(bytea[],bytea[],text[],text[],timestamptz[],text[])',
    'update_ref(text,bytea,bytea,boolean,text)', 'advance_head(text,text,text)',
    'open_request(text,text,text,text)', 'put_revision(bigint,text,text,jsonb,jsonb)', 'review_request(bigint,integer,text,text,text,text,text)',
    'record_proof(bigint,integer,jsonb)', 'close_request(bigint)',
    'put_signatures(bytea[],text[],text[],text[],timestamptz[])', 'annotate_tag(text,bytea,text,text,timestamptz)'];
  administering text[] := array['set(text,text)', 'set_remote(text,text)', 'pause_tracking(interval)', 'gc(interval)', 'protect(text,integer,boolean,boolean,boolean,boolean)', 'unprotect(text)'];
  signature text;
begin
  if level not in ('reader', 'auditor', 'writer', 'admin') then
    perform pggit.fail('PG002', format('there is no access %s', level), 'Access is reader, auditor, writer or admin.');
  end if;
  -- another level than before: what only that one may goes
  if exists (select from pggit.access as a where a.role = role_name and a.level <> grant_access.level)
     and not exists (select from pg_namespace as n where n.nspname = 'pggit' and pg_get_userbyid(n.nspowner) = role_name) then
    execute format('revoke all on all functions in schema pggit from %1$I; revoke all on all tables in schema pggit from %1$I', role_name);
  end if;
  execute format('grant usage on schema pggit to %I', role_name);
  execute format('grant select on pggit.branches, pggit.tags, pggit.rebase, pggit.sequence, pggit.objects, pggit.ref, pggit.commit, pggit.signature, pggit.performance_metrics, pggit.upgrade_log, '
    'pggit.blob, pggit.tree, pggit.working, pggit.repository, pggit.setting, pggit.merges, pggit.conflicts, '
    'pggit.protection, pggit.request, pggit.request_revision, pggit.approval, pggit.requests to %I', role_name);
  if level in ('auditor', 'writer', 'admin') then
    execute format('grant select on all tables in schema pggit to %1$I; revoke select on pggit.note_key from %1$I', role_name);
  end if;
  foreach signature in array reading
      || case when level in ('auditor', 'writer', 'admin') then auditing else '{}' end
      || case when level in ('writer', 'admin') then writing else '{}' end
      || case when level = 'admin' then administering else '{}' end loop
    execute format('grant execute on function pggit.%s to %I', signature, role_name);
  end loop;
  insert into pggit.access (role, level) values (role_name, level) on conflict (role) do update set level = excluded.level;
end $$;
