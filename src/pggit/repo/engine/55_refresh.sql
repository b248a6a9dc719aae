-- Finding what the triggers could not see: the manifest of row versions, and full reads.

-- Reads these groups anew and records differences; returns how many objects differed.
create function pggit.record_drift(catalogs oid[], addresses oid[], cause text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  before_id bigint := (select r.change_id from pggit.repository as r);
  after_id bigint;
begin
  perform pggit.read_again(catalogs, addresses, pg_current_xact_id(), clock_timestamp(), cause, null);
  select r.change_id into after_id from pggit.repository as r;
  if after_id > before_id and not exists (select from pggit.transaction as t where t.xid = pg_current_xact_id() and t.cause = record_drift.cause) then
    insert into pggit.transaction (xid, at, session_user_name, current_user_name, application, client, cause)
    values (pg_current_xact_id(), clock_timestamp(), session_user, current_user, current_setting('application_name'), inet_client_addr(), cause);
  end if;
  return after_id - before_id;
end $$;

-- Every group there is, and every group that was recorded.
create function pggit.read_everything(cause text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  every record;
begin
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into every
  from (select m.catalog, m.address from pggit.all_members() as m
        union select w.catalog, w.address from pggit.working as w) as x;
  return pggit.record_drift(every.catalogs, every.addresses, cause);
end $$;

-- After a restore, an upgrade of the server, or a clone, addresses are other ones: forget them, keep the trees.
create function pggit.find_again() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  repository pggit.repository;
  old_root bytea;
  new_root bytea;
  cause text;
  new_hash bytea;
begin
  select * into repository from pggit.repository;
  old_root := pggit.write_tree();
  cause := case when repository.server_version <> current_setting('server_version_num')::integer / 10000 then 'server upgrade' else 'restore' end;
  delete from pggit.capture;
  delete from pggit.reading;
  delete from pggit.working;
  update pggit.repository set root = null, stale = '{}';
  perform pggit.fill_working();
  new_root := pggit.write_tree();
  if repository.system_identifier is distinct from pggit.system_identifier() then
    perform pggit.find_roles();
  end if;
  update pggit.repository set database = pggit.database_oid(), system_identifier = pggit.system_identifier(),
    server_version = current_setting('server_version_num')::integer / 10000, full_read = false;
  if new_root = old_root then
    return;
  end if;
  insert into pggit.transaction (xid, at, session_user_name, current_user_name, cause)
  values (pg_current_xact_id(), clock_timestamp(), session_user, current_user, cause);
  insert into pggit.change (id, xid, at, tag, key, old, new)
  select r.change_id + row_number() over (), pg_current_xact_id(), clock_timestamp(), cause, d.key, d.old, d.new
  from pggit.repository as r cross join pggit.diff_trees(old_root, new_root) as d;
  update pggit.repository set change_id = coalesce((select max(c.id) from pggit.change as c), 0);
  if cause = 'server upgrade' and not exists (select from pggit.rule_of(substr(pggit.current_branch(), 7))) then
    new_hash := pggit.record_commit(new_root, array[pggit.head()], pggit.author(), clock_timestamp(),
      format('server upgrade from %s to %s', repository.server_version, current_setting('server_version_num')::integer / 10000));
    update pggit.change as c set commit = new_hash where c.xid = pg_current_xact_id();
  end if;
end $$;

-- In another cluster roles have other oids: those of the same names.
create function pggit.find_roles() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  update pggit.recorded as x set role = coalesce((select r.oid from pg_roles as r where r.rolname = x.who), 0);
  update pggit.reflog as x set role = (select r.oid from pg_roles as r where r.rolname = x.who);
  update pggit.request as x set opened_role = (select r.oid from pg_roles as r where r.rolname = x.opened_by);
  update pggit.request_revision as x set made_role = (select r.oid from pg_roles as r where r.rolname = x.made_by);
  update pggit.approval as x set role = (select r.oid from pg_roles as r where r.rolname = x.who);
  delete from pggit.access as x where not exists (select from pg_roles as r where r.rolname = x.role);
  update pggit.access as x set role_oid = (select r.oid from pg_roles as r where r.rolname = x.role);
end $$;

-- Whether this is a database that CREATE DATABASE copied from the one that was recorded: addresses and row versions are the
-- same. No restored object has them: a server gives out no number twice.
create function pggit.is_file_copy(repository pggit.repository) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select repository.system_identifier = pggit.system_identifier()
    and repository.server_version = current_setting('server_version_num')::integer / 10000
    and exists (
      select from pggit.working as w join pggit.versions() as v using (catalog, address)
      where w.address >= 16384 and v.version = w.version)
$$;

create function pggit.database_oid() returns oid
language sql stable set search_path = pg_catalog, pg_temp
as $$ select d.oid from pg_database as d where d.datname = current_database() $$;

create function pggit.system_identifier() returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  return (select c.system_identifier from pg_control_system() as c);
exception when insufficient_privilege then
  return null;
end $$;

-- The working set from nothing, recorded as no change.
create function pggit.fill_working() returns void
language plpgsql set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  seen record;
  groups pggit.group_row[];
begin
  select array_agg(v.catalog) as catalogs, array_agg(v.address) as addresses, array_agg(v.version) as versions into seen from pggit.versions() as v;
  select array_agg(g) into groups
  from (select array_agg(m.catalog) as catalogs, array_agg(m.address) as addresses from pggit.all_members() as m) as m
  cross join lateral pggit.read_groups(m.catalogs, m.addresses) as g;
  perform pggit.apply_groups(groups, pg_current_xact_id(), clock_timestamp(), null, null, false);
  update pggit.working as w set version = v.version
  from unnest(seen.catalogs, seen.addresses, seen.versions) as v(catalog, address, version)
  where v.catalog = w.catalog and v.address = w.address;
end $$;

-- Folds, then closes what the manifest shows to differ. Returns how many objects had changed unseen; null if it was not
-- to wait and the repository is locked.
create function pggit.refresh(wait boolean default true) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set "DateStyle" = 'ISO, MDY' set "IntervalStyle" = 'postgres' set "TimeZone" = 'UTC' set extra_float_digits = 1
set quote_all_identifiers = off set standard_conforming_strings = on set bytea_output = 'hex' set lc_monetary = 'C' set jit = off
as $$
declare
  started timestamptz := clock_timestamp();
  repository pggit.repository;
  suspect record;
  found bigint;
begin
  if not pggit.lock_repository(wait) then
    return null;
  end if;
  select * into strict repository from pggit.repository;
  if repository.database <> pggit.database_oid() and pggit.is_file_copy(repository) then
    update pggit.repository set database = pggit.database_oid() returning * into strict repository;
  end if;
  if repository.database <> pggit.database_oid() or repository.system_identifier is distinct from pggit.system_identifier()
     or repository.server_version <> current_setting('server_version_num')::integer / 10000 then
    perform pggit.find_again();
    return 0;
  end if;
  perform pggit.fold();
  if (select r.full_read from pggit.repository as r) then
    found := pggit.read_everything('gap');
    update pggit.repository set full_read = false;
    return found;
  end if;

  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses, array_agg(x.version) as versions into suspect
  from pggit.suspects() as x;
  if suspect.catalogs is null then
    return 0;
  end if;
  insert into pggit.performance_metrics (metric_type, metric_value)
  values ('version_query_ms', extract(epoch from clock_timestamp() - started) * 1000);
  found := pggit.record_drift(suspect.catalogs, suspect.addresses, 'drift');
  update pggit.working as w set version = s.version
  from unnest(suspect.catalogs, suspect.addresses, suspect.versions) as s(catalog, address, version)
  where w.catalog = s.catalog and w.address = s.address;
  return found;
end $$;

-- Reads the whole catalog and records what differs as drift. Returns where the new changes begin.
create function pggit.reread() returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set "DateStyle" = 'ISO, MDY' set "IntervalStyle" = 'postgres' set "TimeZone" = 'UTC' set extra_float_digits = 1
set quote_all_identifiers = off set standard_conforming_strings = on set bytea_output = 'hex' set lc_monetary = 'C' set jit = off
as $$
declare
  before_id bigint;
begin
  select r.change_id into before_id from pggit.repository as r;
  perform pggit.refresh();
  perform pggit.read_everything('drift');
  return before_id;
end $$;

-- Reads the whole catalog and hashes the whole store again. A row a finding; none when all is well. What changed behind the
-- event triggers is recorded if the role may do that; an auditor sees it, and it stays unrecorded.
create function pggit.fsck() returns table (problem text, object text, message text)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  before_id bigint;
begin
  -- the store first: reading anew would put back what is missing
  return query select * from pggit.store_problems();
  if not has_function_privilege('pggit.reread()', 'execute') then
    return query select * from pggit.unrecorded();
    return;
  end if;
  before_id := pggit.reread();
  return query
    with pending as (  -- what is in no commit, and whether anything is left of it
      select x.key, (array_agg(x.old order by x.id))[1] is distinct from (array_agg(x.new order by x.id desc))[1] as differs
      from pggit.change as x where x.commit is null group by x.key
    )
    select 'drift', c.key, case when c.old is null then 'created' when c.new is null then 'dropped' else 'altered' end
      || ' behind the event triggers; ' || case when c.id > before_id then 'recorded now' else 'recorded, in no commit yet' end
    from pggit.change as c left join pending as p on c.commit is null and p.key = c.key
    where c.tag in ('drift', 'gap') and (c.id > before_id or p.differs) order by c.id;
end $$;

-- Removes commits that no ref and no reflog entry reaches, and trees that no commit and not the working set needs.
-- Blobs stay as long as the history speaks of them. Returns how many rows went.
create function pggit.gc(keep_metrics interval default '90 days') returns table (kind text, removed bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  removed_commits bigint;
  removed_trees bigint;
  removed_blobs bigint;
begin
  perform pggit.lock_repository();
  perform pggit.write_tree();
  with recursive reached(hash) as (
    select r.commit from pggit.ref as r where r.commit is not null
    union select l.new from pggit.reflog as l where l.new is not null
    union select p.hash from reached join pggit.commit as c using (hash) cross join unnest(c.parents) as p(hash)
  ), gone as (
    delete from pggit.commit as c where not exists (select from reached as r where r.hash = c.hash) returning c.hash
  ), gone_changes as (
    delete from pggit.commit_change as x using gone where x.commit = gone.hash
  ), gone_signatures as (
    delete from pggit.signature as s using gone where s.commit = gone.hash
  ), gone_recorded as (
    delete from pggit.recorded as r using gone where r.commit = gone.hash
  )
  select count(*) into removed_commits from gone;
  with recursive needed(hash) as (
    select c.tree from pggit.commit as c
    union select r.root from pggit.repository as r
    union select v.tree from pggit.request_revision as v join pggit.request as q on q.id = v.request and q.state = 'open'
    union select w.tree from pggit.working as w
    union
    select case when octet_length(e.value) = 64 and e.value !~ '[^0-9a-f]' then decode(e.value, 'hex') end from needed join pggit.tree as t using (hash) cross join jsonb_each_text(t.entries) as e
  ), gone as (
    delete from pggit.tree as t where not exists (select from needed as n where n.hash = t.hash) returning 1
  )
  select count(*) into removed_trees from gone;
  with
  used as (
    select case when octet_length(e.value) = 64 and e.value !~ '[^0-9a-f]' then decode(e.value, 'hex') end as hash from pggit.tree as t cross join jsonb_each_text(t.entries) as e
    union select c.old from pggit.change as c
    union select c.new from pggit.change as c
    union select x.old from pggit.commit_change as x
  ), gone as (
    delete from pggit.blob as b where not exists (select from used as u where u.hash = b.hash) returning 1
  )
  select count(*) into removed_blobs from gone;
  delete from pggit.performance_metrics as m where m.recorded_at < clock_timestamp() - keep_metrics;
  return query values ('commit', removed_commits), ('tree', removed_trees), ('blob', removed_blobs);
end $$;
