-- Folding: what was captured becomes the working set and its history, a transaction at a time.

-- Transactions that read while another one captured, neither seeing the other: what they read may be stale. One that
-- did not read (REPEATABLE READ) saw nothing.
create function pggit.overlaps(a xid8, a_snapshot pg_snapshot, b xid8, b_snapshot pg_snapshot) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select a <> b and not pg_visible_in_snapshot(b, a_snapshot) and (b_snapshot is null or not pg_visible_in_snapshot(a, b_snapshot))
$$;

-- Groups that a GRANT or REVOKE may have changed: those with a catalog row that is no older than the transaction.
create function pggit.granted(since xid8, object_types text[]) returns table (catalog oid, address oid)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  -- a row's xmin may be a subtransaction's, so: all rows at least as young as the transaction
  oldest integer := age(since::xid);
begin
  if object_types && array['TABLE', 'COLUMN', 'SEQUENCE', 'OWNED'] then
    return query
    select o.catalog, o.address
    from pggit.owners(
      (select array_agg('pg_class'::regclass::oid) from pg_class as c where age(c.xmin) <= oldest),
      (select array_agg(c.oid) from pg_class as c where age(c.xmin) <= oldest)) as o
    union
    select 'pg_class'::regclass::oid, a.attrelid from pg_attribute as a where a.attacl is not null and age(a.xmin) <= oldest;
  end if;
  if object_types && array['FUNCTION', 'PROCEDURE', 'ROUTINE', 'AGGREGATE', 'OWNED'] then
    return query select 'pg_proc'::regclass::oid, p.oid from pg_proc as p where age(p.xmin) <= oldest;
  end if;
  return query
    select 'pg_namespace'::regclass::oid, n.oid from pg_namespace as n where age(n.xmin) <= oldest
    union all select 'pg_type'::regclass::oid, t.oid from pg_type as t where t.typacl is not null and age(t.xmin) <= oldest
    union all select 'pg_language'::regclass::oid, l.oid from pg_language as l where age(l.xmin) <= oldest
    union all select 'pg_foreign_data_wrapper'::regclass::oid, f.oid from pg_foreign_data_wrapper as f where age(f.xmin) <= oldest
    union all select 'pg_foreign_server'::regclass::oid, f.oid from pg_foreign_server as f where age(f.xmin) <= oldest
    union all select 'pg_default_acl'::regclass::oid, d.oid from pg_default_acl as d
    union all select w.catalog, w.address from pggit.working as w where w.catalog = 'pg_default_acl'::regclass
    -- grants on members of an extension are told in the extension's group
    union all select 'pg_extension'::regclass::oid, e.oid from pg_extension as e
    -- and those on system objects in one of their own
    union all select 'pg_init_privs'::regclass::oid, 'pg_init_privs'::regclass::oid;
end $$;

-- Objects that hang on these groups through pg_depend or inheritance, by group: a rename ripples into them.
create function pggit.dependents(catalogs oid[], addresses oid[]) returns table (catalog oid, address oid)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with
  root as (select r.catalog, r.address from unnest(catalogs, addresses) as r(catalog, address)),
  referenced as (
    select catalog, address from root
    union
    -- a table's row type, a type's array and multirange types
    select 'pg_type'::regclass::oid, t.oid
    from root join pg_type as t on root.catalog = 'pg_class'::regclass and t.typrelid = root.address
    union
    select 'pg_type'::regclass::oid, t.oid
    from root join pg_type as o on (root.catalog = 'pg_type'::regclass and o.oid = root.address)
                                or (root.catalog = 'pg_class'::regclass and o.typrelid = root.address)
    join pg_type as t on t.oid = o.typarray
    union
    select d.classid, d.objid
    from root join pg_depend as d on d.refclassid = root.catalog and d.refobjid = root.address
    where d.deptype in ('i', 'e')
  ),
  dependent as (
    select d.classid, d.objid
    from referenced as r join pg_depend as d on d.refclassid = r.catalog and d.refobjid = r.address
    where d.deptype in ('n', 'a')
  ),
  found as (
    select o.catalog, o.address
    from (select array_agg(classid) as catalogs, array_agg(objid) as objids from dependent) as d
    cross join lateral pggit.owners(d.catalogs, d.objids) as o
    union
    select 'pg_class'::regclass::oid, i.inhrelid from root join pg_inherits as i on root.catalog = 'pg_class'::regclass and i.inhparent = root.address
  )
  select f.catalog, f.address from found as f
  except
  select root.catalog, root.address from root
$$;

-- Reads groups now and puts them into the working set, then whatever their renames rippled into.
create function pggit.read_again(catalogs oid[], addresses oid[], xid xid8, at timestamptz, tag text, statement bytea, sources jsonb default null) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  groups pggit.group_row[];
  renamed record;
  rounds integer := 0;
begin
  while catalogs is not null and rounds < 20 loop
    select array_agg(g) into groups from pggit.read_groups(catalogs, addresses) as g;
    select array_agg(a.catalog) as catalogs, array_agg(a.address) as addresses into renamed
    from pggit.apply_groups(groups, xid, at, tag, statement, true, sources) as a;
    select array_agg(d.catalog), array_agg(d.address) into catalogs, addresses
    from pggit.dependents(renamed.catalogs, renamed.addresses) as d
    where renamed.catalogs is not null;
    rounds := rounds + 1;
  end loop;
end $$;

create function pggit.fold_transaction(this xid8) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  captured pggit.capture[];
  head pggit.capture;
  final pggit.capture;
  overlapping boolean;
  groups pggit.group_row[];
  gone pggit.group_row[];
  touched record;
  sources jsonb;
  entered record;
  dirty record;
  renamed record;
  dropped record;
begin
  with taken as (delete from pggit.capture as c where c.xid = this returning c)
  select array_agg((taken.c)::pggit.capture order by (taken.c).id) into captured from taken;
  head := captured[1];
  final := captured[array_upper(captured, 1)];

  insert into pggit.statement (hash, text)
  select distinct on (c.query_hash) c.query_hash, c.query from unnest(captured) as c where c.query is not null
  on conflict do nothing;

  insert into pggit.transaction (xid, snapshot, at, session_user_name, current_user_name, application, client, cause)
  select this, (select r.snapshot from pggit.reading as r where r.xid = this order by r.id limit 1),
    head.at, head.session_user_name, final.current_user_name, final.application, final.client, 'ddl';
  update pggit.repository set full_read = true where exists (select from unnest(captured) as c where c.error is not null);

  overlapping := exists (
    select from pggit.transaction as mine join pggit.transaction as other on other.xid >= pg_snapshot_xmin(mine.snapshot)
    where mine.xid = this and pggit.overlaps(mine.xid, mine.snapshot, other.xid, other.snapshot));

  select array_agg(t.catalog) as catalogs, array_agg(t.objid) as objids into touched
  from unnest(captured) as c cross join lateral unnest(c.catalogs, c.objids) as t(catalog, objid);

  -- which statement was the last to touch each group
  if cardinality(captured) > 1 then
    select jsonb_object_agg(x.catalog || ' ' || x.address, jsonb_build_array(x.tag, encode(x.query_hash, 'hex'), x.current_user_name)) into sources
    from (
      select distinct on (o.catalog, o.address) o.catalog, o.address, c.tag, c.query_hash, c.current_user_name
      from unnest(captured) as c
      cross join lateral (
        select t.catalog, t.address from pggit.owners(c.catalogs, c.objids) as t
        union all select d.catalog, d.objid from unnest(c.dropped_catalogs, c.dropped_objids) as d(catalog, objid)
        union all select w.catalog, w.address from pggit.working as w where c.dropped_objids <> '{}' and w.parts && c.dropped_objids
      ) as o
      order by o.catalog, o.address, c.id desc
    ) as x;
  end if;

  -- what was dropped as a whole
  select array_agg(d.catalog) as catalogs, array_agg(d.objid) as objids into dropped
  from unnest(captured) as c cross join lateral unnest(c.dropped_catalogs, c.dropped_objids) as d(catalog, objid);
  if dropped.objids is not null then
    select array_agg((w.catalog, w.address, null, null, '{}', '{}')::pggit.group_row) into gone
    from unnest(dropped.catalogs, dropped.objids) as d(catalog, objid)
    join pggit.working as w on w.catalog = d.catalog and w.address = d.objid;
    if gone is not null then
      perform pggit.apply_groups(gone, this, final.at, final.tag, final.query_hash, true, sources);
    end if;
  end if;

  -- what was read at the end of the transaction, the last reading of each group
  with taken as (delete from pggit.reading as r where r.xid = this returning r.*)
  select array_agg((x.catalog, x.address, x.key, x.objects, x.parts, x.parents)::pggit.group_row) into groups
  from (select distinct on (t.catalog, t.address) t.* from taken as t order by t.catalog, t.address, t.id desc) as x;

  -- what came here from where it was not tracked (another schema, an extension) has a new name for those that use it
  select array_agg(g.catalog) as catalogs, array_agg(g.address) as addresses into entered
  from unnest(groups) as g
  where g.key is not null and not exists (select from pggit.working as w where w.catalog = g.catalog and w.address = g.address)
    and exists (select from unnest(captured) as c where g.address = any (c.objids) and c.tag like 'ALTER %');

  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into renamed
  from (
    select a.catalog, a.address from pggit.apply_groups(coalesce(groups, '{}'), this, final.at, final.tag, final.query_hash, true, sources) as a
    union
    select e.catalog, e.address from unnest(entered.catalogs, entered.addresses) as e(catalog, address)
  ) as x;

  -- dirty: touched and not read, read while others changed things, granted, or rippled into
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into dirty
  from (
    select o.catalog, o.address
    from pggit.owners(touched.catalogs, touched.objids) as o
    where overlapping or not exists (select from unnest(groups) as g where g.catalog = o.catalog and g.address = o.address)
    union
    select w.catalog, w.address from pggit.working as w
    where w.parts && dropped.objids
      and (overlapping or not exists (select from unnest(groups) as g where g.catalog = w.catalog and g.address = w.address))
    union
    select g.catalog, g.address
    from unnest(captured) as c cross join lateral pggit.granted(this, c.grants) as g
    where c.grants <> '{}'
      -- (nor what a later transaction made: what is captured still is later, read or not)
      and (exists (select from pggit.working as w where w.catalog = g.catalog and w.address = g.address)
        or not exists (select from pggit.capture as l where g.address = any (l.objids)))
    union
    -- (what a later transaction made has a reading of its own)
    select d.catalog, d.address
    from pggit.dependents(renamed.catalogs, renamed.addresses) as d join pggit.working as w using (catalog, address)
    where renamed.catalogs is not null
    union
    -- children of tables that were touched, themselves or an index of theirs: only the parent is reported
    select 'pg_class'::regclass::oid, child.oid
    from pggit.descendants((select array_agg(o.address) from pggit.owners(touched.catalogs, touched.objids) as o
                            where o.catalog = 'pg_class'::regclass)) as child(oid)
    where exists (select from pggit.working as w where w.catalog = 'pg_class'::regclass and w.address = child.oid)
      or not exists (select from pggit.capture as l where child.oid = any (l.objids))
    union
    -- ALTER EXTENSION ADD and DROP report the extension alone
    select m.catalog, m.address
    from (select c.catalog, c.address from pggit.all_members() as c except select w.catalog, w.address from pggit.working as w) as m
    where exists (select from unnest(captured) as c where c.tag = 'ALTER EXTENSION')
      and not exists (select from pggit.capture as l where m.address = any (l.objids))
    union
    select m.catalog, m.address
    from (select w.catalog, w.address from pggit.working as w except select c.catalog, c.address from pggit.all_members() as c) as m
    where exists (select from unnest(captured) as c where c.tag = 'ALTER EXTENSION')
    union
    -- a renamed schema renames all that is in it
    select w.catalog, w.address
    from unnest(captured) as c cross join lateral unnest(c.catalogs, c.objids) as t(catalog, objid)
    cross join lateral pggit.in_schema(t.objid) as w
    where t.catalog = 'pg_namespace'::regclass and c.tag = 'ALTER SCHEMA'
      and (exists (select from pggit.working as k where k.catalog = w.catalog and k.address = w.address)
        or not exists (select from pggit.capture as l where w.address = any (l.objids)))
  ) as x;
  if dirty.catalogs is not null then
    perform pggit.read_again(dirty.catalogs, dirty.addresses, this, final.at, final.tag, final.query_hash, sources);
  end if;
end $$;

-- Tables below these in pg_inherits now, or below them when they were last read (detached since).
create function pggit.descendants(tables oid[]) returns setof oid
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with recursive below(oid) as (
    select i.inhrelid from pg_inherits as i where i.inhparent = any (tables)
    union
    select w.address from pggit.working as w where w.catalog = 'pg_class'::regclass and w.parents && tables
    union
    select i.inhrelid from below join pg_inherits as i on i.inhparent = below.oid
  )
  select below.oid from below join pg_class as c using (oid) where c.relkind in ('r', 'p', 'f')
$$;

-- Addresses of all that lives in a schema.
create function pggit.in_schema(schema oid) returns table (catalog oid, address oid)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select o.catalog, o.address
  from (select array_agg(d.classid) as catalogs, array_agg(d.objid) as objids from pg_depend as d
        where d.refclassid = 'pg_namespace'::regclass and d.refobjid = schema and d.deptype = 'n') as d
  cross join lateral pggit.owners(d.catalogs, d.objids) as o
$$;

-- Folds all that is committed; with auto_commit each transaction becomes a commit. Returns how many transactions; null if it
-- was not to wait and the repository is locked.
create function pggit.fold(wait boolean default true) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
set "DateStyle" = 'ISO, MDY' set "IntervalStyle" = 'postgres' set "TimeZone" = 'UTC' set extra_float_digits = 1
set quote_all_identifiers = off set standard_conforming_strings = on set bytea_output = 'hex' set lc_monetary = 'C' set jit = off
as $$
declare
  this record;
  folded integer := 0;
  auto_commit boolean := coalesce((select s.value from pggit.setting as s where s.name = 'auto_commit') = 'on', false);
begin
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception 'pggit folds what it captured under READ COMMITTED only'
      using errcode = 'invalid_transaction_state', hint = 'Call it in a transaction of its own, without an isolation level.';
  end if;
  if not pggit.lock_repository(wait) then
    return null;
  end if;
  -- in the order in which they read: of two that touched one object, the later one saw what the earlier one did
  for this in
    select c.xid, max(greatest(c.id, r.id)) as last_id
    from pggit.capture as c left join (select x.xid, max(x.id) as id from pggit.reading as x group by x.xid) as r using (xid)
    group by c.xid order by 2
  loop
    perform pggit.fold_transaction(this.xid);
    if auto_commit then
      perform pggit.commit_transaction(this.xid);
    end if;
    folded := folded + 1;
  end loop;
  return folded;
end $$;
