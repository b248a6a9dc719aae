-- Who may do what. Each level may do what the one before may: reader looks; auditor also reads history and statements;
-- writer also commits, merges and reviews; admin also changes settings and what protects branches. A role has one level, and
-- only by grant_access, which records it.

create type pggit.right_row as (class oid, objid oid, privilege text);

-- What a level may: object and privilege. Functions that are not here are called by other functions of pgGit alone.
create function pggit.rights(level text) returns setof pggit.right_row
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  reading text[] := array['status()', 'log(text,text)', 'diff(text,text)', 'blame(text,text)', 'version()', 'health_check()', 'access_findings()',
    'resolve(text)', 'current_branch()', 'head()', 'short(bytea)', 'tree_of(text)', 'tree_objects(bytea)', 'ancestors(bytea)', 'names(text,text)', 'is_known(text)',
    'live_objects(bytea)', 'try_refresh()', 'try_fold()', 'try_work_tree()', 'may_fold()',
    'semantic_changes(bytea,bytea)', 'apart(bytea,bytea)', 'merge_bases(bytea,bytea)', 'merge_base(text,text)',
    'standing(text)', 'describe(text)',
    'is_ancestor(bytea,bytea)', 'commits_between(bytea[],bytea[])',
    'rule_of(text)', 'require_direct(text)', 'require_request(text,bytea,bytea)', 'request_makers(bigint,bytea,bytea)', 'revision_hash(bigint,bytea,bytea,bytea)', 'verdicts(bigint,bytea,bytea,bytea)', 'obstacles(bigint,bytea,bytea,bytea)', 'approval_text(bigint,integer,text)'];
  reading_tables text[] := array['branches', 'tags', 'rebase', 'sequence', 'objects', 'ref', 'commit', 'signature', 'performance_metrics', 'upgrade_log',
    'blob', 'tree', 'working', 'repository', 'setting', 'merges', 'conflicts',
    'protection', 'request', 'request_revision', 'approval', 'requests'];
  auditing text[] := array['get_history(text)', 'pending_history()', 'fsck()', 'store_problems()', 'unrecorded()'];
  writing text[] := array['refresh(boolean)', 'fold(boolean)', 'work_tree()', 'reread()',
    'commit(text,boolean,timestamptz)', 'create_branch(text,text)', 'rename_branch(text,text,boolean)', 'create_tag(text,text,text)', 'delete_ref(text)', 'switch_head(text)',
    'move_head(text,text)', 'reset_head(text,text)', 'record_stash(text)', 'settle_history()', 'keep_schema(name)', 'record_kept(text,jsonb)', 'forget_kept(text)', 'stashed(text)', 'lock_key(text)', 'renew_lock(text,bigint)',
    'put_groups(bytea,jsonb)', 'write_commit(bytea,text[],text,timestamptz,text)', 'hold_commit(text,text)',
    'rebase_stop(jsonb)', 'rebase_finish(text,text,text)', 'rebase_abort()',
    'keep_note(regclass,jsonb)', 'row_key(text,text)', 'strip_statements(regclass)', 'keep_table(text,text,jsonb)', 'keep_column(text,text,text,jsonb)',
    'keep_sequence(text,text,jsonb)', 'return_rows(text,text)', 'return_places(text,text)', 'return_values(text,text,text)', 'return_place(text,text)',
    'kept()', 'drop_kept(text)', 'runs_as_caller(name)', 'path_of(name)', 'holds(oid,oid)', 'outranks(name,name)', 'require_own_children(regclass)', 'run_as_owner(name,text)',
    'record_merge(text,text,jsonb,text)', 'start_merge(text,text,text,text,jsonb)', 'put_conflicts(bigint,jsonb)', 'resolve_conflicts(jsonb,text)',
    'abort_merge()', 'conclude_merge(text,text,text)',
    'receive_blobs(bytea[],text[])', 'receive_trees(bytea[],text[])', 'receive_commits(bytea[],bytea[],text[],text[],timestamptz[],text[])',
    'update_ref(text,bytea,bytea,boolean,text)', 'advance_head(text,text,text)',
    'open_request(text,text,text,text)', 'put_revision(bigint,text,text,jsonb,jsonb)', 'review_request(bigint,integer,text,text,text,text,text)',
    'record_proof(bigint,integer,jsonb)', 'close_request(bigint)',
    'put_signatures(bytea[],text[],text[],text[],timestamptz[])', 'annotate_tag(text,bytea,text,text,timestamptz)'];
  administering text[] := array['set(text,text)', 'set_remote(text,text)', 'pause_tracking(interval)', 'gc(interval)', 'protect(text,integer,boolean,boolean,boolean,boolean)', 'unprotect(text)'];
begin
  if level is null or level not in ('reader', 'auditor', 'writer', 'admin') then
    perform pggit.fail('PG002', format('there is no access %s', level), 'Access is reader, auditor, writer or admin.');
  end if;
  return query select 'pg_namespace'::regclass::oid, 'pggit'::regnamespace::oid, 'USAGE';
  return query
    select 'pg_proc'::regclass::oid, ('pggit.' || f.signature)::regprocedure::oid, 'EXECUTE'
    from unnest(reading
      || case when level <> 'reader' then auditing else '{}' end
      || case when level in ('writer', 'admin') then writing else '{}' end
      || case when level = 'admin' then administering else '{}' end) as f(signature);
  return query
    select 'pg_class'::regclass::oid, c.oid, 'SELECT'
    from pg_class as c
    where c.relnamespace = 'pggit'::regnamespace and c.relkind in ('r', 'v')
      and (c.relname = any (reading_tables) or level <> 'reader' and c.relname not in ('note_key', 'lock'));
end $$;

-- What roles other than the owner may in fact; role 0 is PUBLIC.
create function pggit.granted_rights() returns table (role_oid oid, class oid, objid oid, privilege text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select g.grantee, x.class, x.objid, g.privilege_type
  from (
    select 'pg_namespace'::regclass::oid as class, n.oid as objid, n.nspowner as owner, n.nspacl as acl
    from pg_namespace as n where n.nspname = 'pggit'
    union all
    select 'pg_proc'::regclass::oid, p.oid, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc as p where p.pronamespace = 'pggit'::regnamespace
    union all
    select 'pg_class'::regclass::oid, c.oid, c.relowner, c.relacl from pg_class as c where c.relnamespace = 'pggit'::regnamespace
    union all
    select 'pg_class'::regclass::oid, c.oid, c.relowner, a.attacl
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid where c.relnamespace = 'pggit'::regnamespace
  ) as x
  cross join lateral aclexplode(x.acl) as g
  where g.grantee <> x.owner
$$;

-- The roles that have access, as they are called now. In a database that was restored on another server the name tells
-- which role it is, else its oid; null where it is gone.
create function pggit.access_roles() returns table (recorded name, level text, role_oid oid, role name)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select a.role, a.level, r.oid, r.rolname
  from pggit.access as a
  cross join (select s.system_identifier is not distinct from pggit.system_identifier() as same from pggit.repository as s) as server
  left join pg_roles as r on case when server.same then r.oid = a.role_oid else r.rolname = a.role end
$$;

-- Where access as it is recorded and the rights that there are differ.
create function pggit.access_findings() returns table (role text, finding text)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with
  known as materialized (select * from pggit.access_roles()),
  has as materialized (select distinct * from pggit.granted_rights()),
  may as materialized (
    select k.role_oid, r.class, r.objid, r.privilege from known as k cross join lateral pggit.rights(k.level) as r where k.role_oid is not null
  )
  select k.recorded::text, format('is recorded as %s and is no longer there: pggit revoke removes the record', k.level) from known as k where k.role_oid is null
  union all
  select k.recorded::text, format('is called %s now: pggit grant %s %1$s records that', quote_ident(k.role), k.level) from known as k where k.role <> k.recorded
  union all
  select k.role::text, format('is recorded as %s and lacks %s of %s rights: pggit grant gives them, pggit revoke takes the rest', k.level, count(*) filter (where h.objid is null), count(*))
  from known as k join may as m on m.role_oid = k.role_oid
  left join has as h on h.role_oid = m.role_oid and h.class = m.class and h.objid = m.objid and h.privilege = m.privilege
  group by k.role, k.level having count(*) filter (where h.objid is null) > 0
  union all
  select case x.role_oid when 0 then 'PUBLIC' else coalesce(r.rolname::text, x.role_oid::text) end,
    format('has %s rights that pgGit did not give, such as %s: pggit revoke takes them', count(*), min(x.privilege || ' on ' || pg_describe_object(x.class, x.objid, 0)))
  from (select * from has except select * from may) as x left join pg_roles as r on r.oid = x.role_oid
  group by x.role_oid, r.rolname
$$;

-- Gives a role a level; another one takes the place of the one before.
create function pggit.grant_access(level text, role_name name) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  target oid := (select r.oid from pg_roles as r where r.rolname = role_name);
begin
  perform pggit.rights(level);  -- says so where there is no such level
  if target is null then
    perform pggit.fail('42704', format('role %s does not exist', quote_ident(role_name)));
  end if;
  if exists (select from pg_namespace as n where n.nspname = 'pggit' and n.nspowner = target) then
    perform pggit.fail('PG006', format('%s owns schema pggit, and may do everything', quote_ident(role_name)));
  end if;
  perform pggit.lock_repository();
  perform pggit.take_rights(target);
  perform pggit.give_rights(target, array(select r from pggit.rights(level) as r));
  if not exists (select from pggit.access as a where a.role_oid = target and a.role = role_name and a.level = grant_access.level) then
    perform pggit.note_change('access/' || role_name, 'grant: ' || level);
  end if;
  delete from pggit.access as a where a.role_oid = target or a.role = role_name;
  insert into pggit.access (role, role_oid, level) values (role_name, target, grant_access.level);
end $$;

-- Takes all rights from a role, also those that were given by hand; PUBLIC is one too. A role that is gone is forgotten.
create function pggit.revoke_access(role_name name) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  target oid := case role_name when 'public' then 0 else (select r.oid from pg_roles as r where r.rolname = role_name) end;
begin
  if exists (select from pg_namespace as n where n.nspname = 'pggit' and n.nspowner = target) then
    perform pggit.fail('PG006', format('%s owns schema pggit', quote_ident(role_name)), 'Access cannot be taken from its owner.');
  end if;
  perform pggit.lock_repository();
  if not exists (select from pggit.access as a where a.role = role_name or a.role_oid = target)
     and not exists (select from pggit.granted_rights() as g where g.role_oid = target) then
    perform pggit.fail(case when target is null then '42704' else 'PG003' end,
      case when target is null then format('role %s does not exist', quote_ident(role_name)) else format('%s has no access', quote_ident(role_name)) end);
  end if;
  if target is not null then
    perform pggit.take_rights(target);
  end if;
  perform pggit.note_change('access/' || role_name, 'revoke');
  delete from pggit.access as a where a.role_oid = target or a.role = role_name;
end $$;

-- Takes from a role (0 is PUBLIC) all that it may here.
create function pggit.take_rights(target oid) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  grantee text := case target when 0 then 'public' else quote_ident(pg_get_userbyid(target)) end;
begin
  execute format('revoke all on schema pggit from %1$s cascade; revoke all on all functions in schema pggit from %1$s cascade; '
    'revoke all on all tables in schema pggit from %1$s cascade; revoke all on all sequences in schema pggit from %1$s cascade', grantee);
end $$;

-- Gives a role rights.
create function pggit.give_rights(target oid, wanted pggit.right_row[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  statement text;
begin
  for statement in
    select format('grant %s on %s %s to %I', r.privilege,
      case r.class when 'pg_namespace'::regclass then 'schema' when 'pg_proc'::regclass then 'function' else 'table' end,
      string_agg(case r.class when 'pg_namespace'::regclass then r.objid::regnamespace::text when 'pg_proc'::regclass then r.objid::regprocedure::text
        else r.objid::regclass::text end, ', '), pg_get_userbyid(target))
    from unnest(wanted) as r group by r.class, r.privilege
  loop
    execute statement;
  end loop;
end $$;
