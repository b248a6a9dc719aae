-- The live schema without folding: for those who only look. Nothing here writes or takes a lock.

-- Groups that may not be what was recorded of them, by the manifest; the version is that of now, null where there is none.
create function pggit.suspects() returns table (catalog oid, address oid, version bigint)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with
  seen as materialized (select * from pggit.versions()),
  differing as (
    select coalesce(s.catalog, w.catalog) as catalog, coalesce(s.address, w.address) as address, s.version, w.address is null as is_new
    from seen as s full join pggit.working as w using (catalog, address)
    where s.version is distinct from w.version or s.address is null
  )
  select d.catalog, d.address, d.version from differing as d where not d.is_new
  union all
  select d.catalog, m.address, d.version
  from (select n.catalog, array_agg(n.address) as addresses from differing as n where n.is_new group by n.catalog) as n
  cross join lateral pggit.members(n.catalog, n.addresses) as m(address)
  join differing as d on d.catalog = n.catalog and d.address = m.address
  union
  -- optional kinds are shared by all databases, or for superusers only: they are few, and read every time
  select m.catalog, m.address, null
  from pggit.all_members() as m
  where m.catalog in ('pg_authid'::regclass, 'pg_db_role_setting'::regclass, 'pg_subscription'::regclass)
    and exists (select from pggit.setting as s where s.name = 'include_kinds')
$$;

-- Groups that captured statements touched, also without a trace in the manifest: grants on system objects and on members of
-- extensions, what ALTER EXTENSION took in or let go.
create function pggit.unfolded() returns table (catalog oid, address oid)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select o.catalog, o.address from pggit.capture as c cross join lateral pggit.owners(c.catalogs, c.objids) as o
  union
  select w.catalog, w.address from pggit.capture as c join pggit.working as w on w.address = any (c.dropped_objids) or w.parts && c.dropped_objids
  union
  select g.catalog, g.address
  from pggit.capture as c cross join lateral pggit.granted(c.xid, c.grants) as g
  where c.grants <> '{}'
  union
  select 'pg_class'::regclass::oid, child.oid
  from pggit.descendants((
    select array_agg(o.address)
    from pggit.capture as c cross join lateral pggit.owners(c.catalogs, c.objids) as o
    where o.catalog = 'pg_class'::regclass)) as child(oid)
  union
  select coalesce(m.catalog, w.catalog), coalesce(m.address, w.address)
  from pggit.all_members() as m full join pggit.working as w on w.catalog = m.catalog and w.address = m.address
  where (m.address is null or w.address is null) and exists (select from pggit.capture as c where c.tag = 'ALTER EXTENSION')
$$;

-- Reads these groups, then those that what they show may have rippled into.
create function pggit.read_rippled(catalogs oid[], addresses oid[]) returns setof pggit.group_row
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  found pggit.group_row[];
  rounds integer := 0;
  seen_catalogs oid[] := '{}';
  seen_addresses oid[] := '{}';
begin
  while catalogs is not null and rounds < 20 loop
    select array_agg(g) into found from pggit.read_groups(catalogs, addresses) as g;
    return query select * from unnest(found);
    seen_catalogs := seen_catalogs || catalogs;
    seen_addresses := seen_addresses || addresses;
    select array_agg(x.catalog), array_agg(x.address) into catalogs, addresses
    from (
      select d.catalog, d.address
      from (select array_agg(r.catalog) as catalogs, array_agg(r.address) as addresses from pggit.renaming(found) as r) as r
      cross join lateral pggit.dependents(r.catalogs, r.addresses) as d
      where r.catalogs is not null
      except select u.catalog, u.address from unnest(seen_catalogs, seen_addresses) as u(catalog, address)) as x;
    rounds := rounds + 1;
  end loop;
end $$;

-- The groups in which the live schema differs from a tree: definitions by key, null where it has no such group.
create function pggit.live_groups(root bytea) returns table (key text, objects jsonb)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set "DateStyle" = 'ISO, MDY' set "IntervalStyle" = 'postgres' set "TimeZone" = 'UTC' set extra_float_digits = 1
set quote_all_identifiers = off set standard_conforming_strings = on set bytea_output = 'hex' set lc_monetary = 'C' set jit = off
as $$
#variable_conflict use_column
declare
  repository pggit.repository;
  everything boolean;
  catalogs oid[];
  addresses oid[];
  read pggit.group_row[];
begin
  select * into strict repository from pggit.repository;
  -- in a copy that was restored, addresses are other ones
  everything := repository.full_read or repository.server_version <> current_setting('server_version_num')::integer / 10000
    or repository.system_identifier is distinct from pggit.system_identifier()
    or repository.database <> pggit.database_oid() and not pggit.is_file_copy(repository);
  if everything then
    select array_agg(m.catalog), array_agg(m.address) into catalogs, addresses from pggit.all_members() as m;
    select array_agg(g) into read from pggit.read_groups(catalogs, addresses) as g;
  else
    select array_agg(x.catalog), array_agg(x.address) into catalogs, addresses
    from (select s.catalog, s.address from pggit.suspects() as s union select u.catalog, u.address from pggit.unfolded() as u) as x;
    select array_agg(g) into read from pggit.read_rippled(catalogs, addresses) as g;
  end if;

  return query
  with
  recorded as (
    select g.key, decode(g.value, 'hex') as tree
    from pggit.tree as t
    cross join jsonb_each_text(t.entries) as b
    join pggit.tree as bt on bt.hash = decode(b.value, 'hex')
    cross join jsonb_each_text(bt.entries) as g
    where t.hash = root
  ),
  given as materialized (
    select g.key, g.objects, (
        select sha256(convert_to(jsonb_object_agg(o.key, encode(sha256(convert_to(o.value::text, 'UTF8')), 'hex'))::text, 'UTF8'))
        from jsonb_each(g.objects) as o) as tree
    from unnest(read) as g where g.key is not null
  ),
  live as (
    select g.key, g.tree, g.objects from given as g
    union all
    select w.key, w.tree, null
    from pggit.working as w
    where not everything and not exists (select from unnest(read) as g where g.catalog = w.catalog and g.address = w.address)
  )
  select coalesce(l.key, r.key), coalesce(l.objects, (
      select jsonb_object_agg(e.key, b.definition)
      from pggit.tree as t cross join jsonb_each_text(t.entries) as e join pggit.blob as b on b.hash = decode(e.value, 'hex')
      where t.hash = l.tree))
  from live as l full join recorded as r on r.key = l.key
  where l.tree is distinct from r.tree;
end $$;

-- Of groups as they are now, those that others may have to be read again for: new ones, and those that lost or renamed
-- something others may name (as in apply_groups).
create function pggit.renaming(groups pggit.group_row[]) returns table (catalog oid, address oid)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select g.catalog, g.address
  from unnest(groups) as g left join pggit.working as w on w.catalog = g.catalog and w.address = g.address
  where w.address is null and g.key is not null
    or exists (
      select from pggit.tree as t cross join jsonb_each_text(t.entries) as e
      where t.hash = w.tree and (g.objects -> e.key is null
        or e.key ~ '^(enum|extension|schema|view|materialized view|base type) ' and encode(pggit.digest(g.objects -> e.key), 'hex') <> e.value))
$$;

-- The changes from a tree to the live schema that are a difference to act on.
create function pggit.live_changes(root bytea)
returns table (change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
language sql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  with
  differing as materialized (select g.key, g.objects from pggit.live_groups(root) as g),
  old_object as (
    select d.key as group_key, e.key, b.meaning, b.definition
    from differing as d
    cross join (select t.entries from pggit.tree as t where t.hash = root) as r
    join pggit.tree as bt on bt.hash = decode(r.entries ->> left(encode(sha256(convert_to(d.key, 'UTF8')), 'hex'), 2), 'hex')
    join pggit.tree as gt on gt.hash = decode(bt.entries ->> d.key, 'hex')
    cross join jsonb_each_text(gt.entries) as e
    join pggit.blob as b on b.hash = decode(e.value, 'hex')
  ),
  new_object as (
    select d.key as group_key, o.key, pggit.digest(pggit.without_private(o.value)) as meaning, o.value as definition
    from differing as d cross join jsonb_each(d.objects) as o
  )
  select case when o.key is null then 'create' when n.key is null then 'drop' else 'alter' end, group_key, key, o.definition, n.definition
  from old_object as o full join new_object as n using (group_key, key)
  where o.meaning is distinct from n.meaning
  order by group_key collate "C", key <> group_key, key collate "C"
$$;

-- What differs from the working set and no captured statement explains: what fsck tells a role that may not record it.
create function pggit.unrecorded() returns table (problem text, object text, message text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set "DateStyle" = 'ISO, MDY' set "IntervalStyle" = 'postgres' set "TimeZone" = 'UTC' set extra_float_digits = 1
set quote_all_identifiers = off set standard_conforming_strings = on set bytea_output = 'hex' set lc_monetary = 'C' set jit = off
as $$
declare
  every record;
  pending record;
begin
  select array_agg(u.catalog) as catalogs, array_agg(u.address) as addresses into pending from pggit.unfolded() as u;
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into every
  from (
    (select m.catalog, m.address from pggit.all_members() as m union select w.catalog, w.address from pggit.working as w)
    except
    select g.catalog, g.address from pggit.read_rippled(pending.catalogs, pending.addresses) as g) as x;
  return query
    select 'drift', coalesce(o.key, n.key),
      case when o.key is null then 'created' when n.key is null then 'dropped' else 'altered' end || ' behind the event triggers; not recorded, as this role only looks'
    from (
      select w.catalog, w.address, e.key, e.value
      from pggit.working as w join pggit.tree as t on t.hash = w.tree cross join jsonb_each_text(t.entries) as e
      where (w.catalog, w.address) in (select * from unnest(every.catalogs, every.addresses))) as o
    full join (
      select g.catalog, g.address, e.key, encode(pggit.digest(e.value), 'hex') as value
      from pggit.read_groups(every.catalogs, every.addresses) as g cross join jsonb_each(g.objects) as e where g.key is not null) as n
    using (catalog, address, key)
    where o.value is distinct from n.value
    order by 2;
end $$;

-- Folds, and closes what the manifest shows to differ, if this role may and need not wait; null if not.
create function pggit.try_refresh() returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if pggit.may_fold() then
    return pggit.refresh(false);
  end if;
  return null;
end $$;

-- Folds if this role may and need not wait.
create function pggit.try_fold() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if pggit.may_fold() then
    perform pggit.fold(false);
  end if;
end $$;

-- The tree of the live schema if this role may record it and need not wait; null if not.
create function pggit.try_work_tree() returns bytea
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if not pggit.may_fold() then
    return null;
  elsif pggit.fold(false) is null then
    return null;
  end if;
  return pggit.work_tree();
end $$;

-- Whether this role may record what the live schema is, in this transaction.
create function pggit.may_fold() returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$ select has_function_privilege('pggit.fold(boolean)', 'execute') and not current_setting('transaction_read_only')::boolean $$;
