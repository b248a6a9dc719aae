-- Hashes and trees. The canonical text of a definition is what PostgreSQL prints for jsonb (docs/explanation/model.md).

create function pggit.digest(value jsonb) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
as $$ select sha256(convert_to(value::text, 'UTF8')) $$;

create function pggit.without_private(definition jsonb) returns jsonb
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
as $$ select coalesce((select jsonb_object_agg(key, value) from jsonb_each(definition) where not starts_with(key, '_')), '{}') $$;

-- Stores trees that are not there yet; the caller holds the repository's lock.
create function pggit.put_tree(entries jsonb, meanings jsonb, out hash bytea, out meaning bytea)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  hash := pggit.digest(entries);
  meaning := pggit.digest(meanings);
  insert into pggit.tree values (put_tree.hash, put_tree.meaning, put_tree.entries) on conflict do nothing;
end $$;

-- Brings the root of the working set up to date and returns it: only stale buckets are made anew.
create function pggit.write_tree() returns bytea
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
declare
  repository pggit.repository;
  new_root bytea;
begin
  perform pggit.lock_repository();
  select * into strict repository from pggit.repository;
  if repository.root is not null and repository.stale = '{}' then
    return repository.root;
  end if;

  with
  bucket as (
    select s.number, b.entries, pggit.digest(b.entries) as hash, pggit.digest(b.meanings) as meaning
    from unnest(repository.stale) as s(number)
    cross join lateral (
      select jsonb_object_agg(w.key, encode(w.tree, 'hex')) as entries, jsonb_object_agg(w.key, encode(w.meaning, 'hex')) as meanings
      from pggit.working as w
      where w.bucket = s.number
    ) as b
    where b.entries is not null
  ),
  stored as (
    insert into pggit.tree (hash, meaning, entries)
    select hash, meaning, entries from bucket
    on conflict do nothing
  ),
  name as (
    select number, lpad(to_hex(number::integer), 2, '0') as text from unnest(repository.stale) as s(number)
  ),
  kept as (
    select e.key as name, decode(e.value, 'hex') as hash
    from pggit.tree as t cross join jsonb_each_text(t.entries) as e
    where t.hash = repository.root and e.key not in (select text from name)
  ),
  complete as (
    select kept.name, kept.hash, (select t.meaning from pggit.tree as t where t.hash = kept.hash) as meaning from kept
    union all
    select name.text, bucket.hash, bucket.meaning from bucket join name using (number)
  )
  select (pggit.put_tree(
      coalesce(jsonb_object_agg(c.name, encode(c.hash, 'hex')), '{}'),
      coalesce(jsonb_object_agg(c.name, encode(c.meaning, 'hex')), '{}'))).hash
  into new_root
  from complete as c;

  update pggit.repository set root = new_root, stale = '{}';
  return new_root;
end $$;

-- Objects whose exact hash differs between two trees; descends only where hashes differ. Null stands for the empty tree.
create function pggit.diff_trees(a bytea, b bytea)
returns table (group_key text, key text, old bytea, new bytea)
-- by index, also before the tables were analysed
language sql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  with
  bucket as (
    select x.value as a, y.value as b
    from (select e.* from pggit.tree as t cross join jsonb_each_text(t.entries) as e where t.hash = $1) as x
    full join (select e.* from pggit.tree as t cross join jsonb_each_text(t.entries) as e where t.hash = $2) as y using (key)
    where x.value is distinct from y.value and $1 is distinct from $2
  ),
  old_group as (
    select e.key, e.value from bucket join pggit.tree as t on t.hash = decode(bucket.a, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  new_group as (
    select e.key, e.value from bucket join pggit.tree as t on t.hash = decode(bucket.b, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  differing as (
    select key, x.value as a, y.value as b from old_group as x full join new_group as y using (key) where x.value is distinct from y.value
  ),
  old_object as (
    select d.key as group_key, e.key, e.value
    from differing as d join pggit.tree as t on t.hash = decode(d.a, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  new_object as (
    select d.key as group_key, e.key, e.value
    from differing as d join pggit.tree as t on t.hash = decode(d.b, 'hex') cross join jsonb_each_text(t.entries) as e
  )
  select group_key, key, decode(x.value, 'hex'), decode(y.value, 'hex')
  from old_object as x full join new_object as y using (group_key, key)
  where x.value is distinct from y.value
$$;

-- The same for many pairs of trees, each given as (olds[i], news[i]). A tree is read once a pair, and nothing is looked up by object.
create function pggit.diff_pairs(olds bytea[], news bytea[])
returns table (old_root bytea, new_root bytea, group_key text, key text, old bytea, new bytea)
language sql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off
as $$
  with
  pair as materialized (
    select distinct p.old, p.new from unnest(olds, news) as p(old, new) where p.old is distinct from p.new
  ),
  bucket as materialized (
    select p.old as old_root, p.new as new_root, e.key, max(e.value) filter (where not e.is_new) as old, max(e.value) filter (where e.is_new) as new
    from pair as p
    cross join lateral (
      select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = p.old
      union all
      select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = p.new) as e
    group by p.old, p.new, e.key
    having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
  ),
  differing_group as materialized (
    select b.old_root, b.new_root, e.key, max(e.value) filter (where not e.is_new) as old, max(e.value) filter (where e.is_new) as new
    from bucket as b
    cross join lateral (
      select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(b.old, 'hex')
      union all
      select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(b.new, 'hex')) as e
    group by b.old_root, b.new_root, e.key
    having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
  )
  select g.old_root, g.new_root, g.key, e.key,
    decode(max(e.value) filter (where not e.is_new), 'hex'), decode(max(e.value) filter (where e.is_new), 'hex')
  from differing_group as g
  cross join lateral (
    select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(g.old, 'hex')
    union all
    select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(g.new, 'hex')) as e
  group by g.old_root, g.new_root, g.key, e.key
  having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
$$;

-- All objects of a tree.
create function pggit.tree_objects(root bytea) returns table (group_key text, key text, hash bytea)
language sql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  select g.key, o.key, decode(o.value, 'hex')
  from pggit.tree as r
  cross join jsonb_each_text(r.entries) as b
  join pggit.tree as bt on bt.hash = decode(b.value, 'hex')
  cross join jsonb_each_text(bt.entries) as g
  join pggit.tree as gt on gt.hash = decode(g.value, 'hex')
  cross join jsonb_each_text(gt.entries) as o
  where r.hash = $1
$$;
