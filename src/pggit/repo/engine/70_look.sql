-- Looking at it: status, diff, log, blame, history; views for people in psql.

-- Changes that are a difference to act on: semantic hashes differ.
create function pggit.semantic_changes(a bytea, b bytea)
returns table (change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  select case when d.old is null then 'create' when d.new is null then 'drop' else 'alter' end,
    d.group_key, d.key, old.definition, new.definition
  from pggit.diff_trees(a, b) as d
  left join pggit.blob as old on old.hash = d.old
  left join pggit.blob as new on new.hash = d.new
  where old.meaning is distinct from new.meaning
  order by d.group_key collate "C", d.key <> d.group_key, d.key collate "C"
$$;

-- Differences between two states: commits as git names them, work (the live database), empty.
create function pggit.diff(a text default 'HEAD', b text default 'work')
returns table (change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  if a = 'work' and b = 'work' then
    return;
  elsif b = 'work' then
    return query select * from pggit.live_changes(pggit.tree_of(a));
  elsif a = 'work' then
    return query
      select case c.change when 'create' then 'drop' when 'drop' then 'create' else c.change end, c.group_key, c.key, c.new_definition, c.old_definition
      from pggit.live_changes(pggit.tree_of(b)) as c;
  else
    return query select * from pggit.semantic_changes(pggit.tree_of(a), pggit.tree_of(b));
  end if;
end $$;

-- What is not committed, also what the triggers could not see. Only looks: it records nothing and makes nobody wait.
create function pggit.status()
returns table (change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select x.* from (select pggit.head() as hash) as h left join pggit.commit as c on c.hash = h.hash cross join lateral pggit.live_changes(c.tree) as x
$$;

-- As live_groups, by object, for clients: the canonical text of each definition, null where there is no such group.
create function pggit.live_objects(root bytea) returns table (group_key text, key text, definition text)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select g.key, o.key, o.value::text from pggit.live_groups(root) as g left join lateral jsonb_each(g.objects) as o on true
$$;

-- Commits that can be reached from one, newest first.
create function pggit.ancestors(start bytea) returns setof pggit.commit
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with recursive reached(hash) as (
    select start
    union
    select p.hash from reached as r join pggit.commit as c on c.hash = r.hash cross join unnest(c.parents) as p(hash)
  )
  select c.* from reached as r join pggit.commit as c using (hash)
$$;

-- Commits that can be reached from one, newest first; with an object only those that changed it.
create function pggit.log(start text default 'HEAD', object text default null)
returns table (hash text, parents text[], author text, authored_at timestamptz, message text, refs text[])
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select encode(c.hash, 'hex'), (select coalesce(array_agg(encode(p.hash, 'hex') order by p.n), '{}') from unnest(c.parents) with ordinality as p(hash, n)),
    c.author, c.authored_at, c.message,
    coalesce((select array_agg(r.name order by r.name) from pggit.ref as r where r.commit = c.hash), '{}')
  from pggit.ancestors(pggit.resolve(start)) as c
  where object is null
     or exists (select from pggit.commit_change as x where x.commit = c.hash and (pggit.names(x.key, object) or pggit.names(x.group_key, object)))
     or (c.parents = '{}' and exists (select from pggit.tree_objects(c.tree) as o
       where (strpos(o.key, object) > 0 and pggit.names(o.key, object)) or (strpos(o.group_key, object) > 0 and pggit.names(o.group_key, object))))
  order by c.generation desc, c.authored_at desc
$$;

-- Whether a key is meant by what a user wrote: a key, an identity, a relation or schema and so all that has its name before
-- a point or after "on", a function without its arguments. What stands inside of quotes is no name.
create function pggit.names(key text, object text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select key = object
    or strpos(key, object) > 0
       and key ~ ('^((?:[^"]|"[^"]*")* )?' || regexp_replace(object, '([][(){}.*+?|^$\\])', '\\\1', 'g') || '(?:[.(].*| USING .*)?$')
$$;

-- Whether some object, now or before, has this name.
create function pggit.is_known(object text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select exists (select from pggit.change as c where pggit.names(c.key, object))
    or exists (select from pggit.commit_change as c where pggit.names(c.key, object))
    or exists (select from pggit.objects as o where pggit.names(o.key, object))
    or exists (select from pggit.reading as r cross join jsonb_object_keys(r.objects) as k where pggit.names(k, object))
$$;

-- For each object of a state: the commit that gave it its definition.
create function pggit.blame(object text default null, at text default 'HEAD')
returns table (key text, hash text, author text, authored_at timestamptz, message text)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with
  ancestor as materialized (select a.* from pggit.ancestors(pggit.resolve(at)) as a),
  object as (
    select o.key, o.hash
    from pggit.commit as c cross join lateral pggit.tree_objects(c.tree) as o
    where c.hash = pggit.resolve(at) and (blame.object is null
      -- strpos first: a call of our own costs more than all the rest
      or (strpos(o.key, blame.object) > 0 and pggit.names(o.key, blame.object))
      or (strpos(o.group_key, blame.object) > 0 and pggit.names(o.group_key, blame.object)))
  ),
  changed as (
    select distinct on (o.key) o.key, a.hash, a.author, a.authored_at, a.message
    from object as o
    join pggit.commit_change as x on x.key = o.key and x.new = o.hash
    join ancestor as a on a.hash = x.commit
    order by o.key, a.generation desc
  ),
  first as (select a.* from ancestor as a order by a.generation limit 1)
  select o.key, encode(coalesce(c.hash, first.hash), 'hex'), coalesce(c.author, first.author),
    coalesce(c.authored_at, first.authored_at), coalesce(c.message, first.message)
  from object as o cross join first left join changed as c using (key)
  order by o.key collate "C"
$$;

create view pggit.branches as
select substr(r.name, 7) as name, encode(r.commit, 'hex') as hash, r.name = pggit.current_branch() as is_current, c.author, c.authored_at, c.message
from pggit.ref as r left join pggit.commit as c on c.hash = r.commit
where starts_with(r.name, 'heads/');

create view pggit.tags as
select substr(r.name, 6) as name, encode(r.commit, 'hex') as hash, r.message, r.updated_at as tagged_at, r.tagger
from pggit.ref as r where starts_with(r.name, 'tags/');

-- The working set, as last folded.
create view pggit.objects as
select w.key as group_key, o.key, encode(b.hash, 'hex') as hash, b.definition
from pggit.working as w
join pggit.tree as t on t.hash = w.tree
cross join jsonb_each_text(t.entries) as o
join pggit.blob as b on b.hash = decode(o.value, 'hex');

create view pggit.history as
select c.id, c.at, c.xid, coalesce(t.cause, 'ddl') as cause, t.session_user_name, coalesce(c.current_user_name, t.current_user_name) as current_user_name,
  t.application, t.client, c.tag, c.key, encode(c.old, 'hex') as old, encode(c.new, 'hex') as new,
  s.text as statement, encode(c.commit, 'hex') as commit
from pggit.change as c
-- one transaction may do DDL and find drift
left join lateral (
  select * from pggit.transaction as t where t.xid = c.xid order by t.cause = coalesce(c.tag, '') desc, t.cause = 'ddl' desc limit 1) as t on true
left join pggit.statement as s on s.hash = c.statement;

-- What captured transactions read that are not folded yet, as far as it can be told without folding. None once they are.
create function pggit.pending_history() returns setof pggit.history
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with
  captured as (
    select distinct on (c.xid) c.*,
      (select s.query from pggit.capture as s where s.xid = c.xid and s.query_hash = c.query_hash and s.query is not null order by s.id limit 1) as text,
      min(c.session_user_name) over (partition by c.xid) as who
    from pggit.capture as c order by c.xid, c.id desc
  ),
  given as (
    select distinct on (r.xid, r.catalog, r.address) r.xid, r.catalog, r.address, r.objects from pggit.reading as r order by r.xid, r.catalog, r.address, r.id desc
  ),
  gone as (
    select c.xid, d.catalog, d.address, null::jsonb
    from pggit.capture as c cross join lateral unnest(c.dropped_catalogs, c.dropped_objids) as d(catalog, address)
    except select g.xid, g.catalog, g.address, null from given as g
  ),
  change as (
    select g.xid, x.key, x.old, x.new
    from (select * from given union all select * from gone) as g
    left join pggit.working as w on w.catalog = g.catalog and w.address = g.address
    cross join lateral (
      select key, o.hash as old, n.hash as new
      from (select e.key, e.value as hash from pggit.tree as t cross join jsonb_each_text(t.entries) as e where t.hash = w.tree) as o
      full join (select e.key, encode(pggit.digest(e.value), 'hex') as hash from jsonb_each(g.objects) as e) as n using (key)
      where o.hash is distinct from n.hash) as x
  )
  select (select r.change_id from pggit.repository as r) + row_number() over (order by c.id, x.key), c.at, c.xid, 'ddl', c.who, c.current_user_name,
    c.application, c.client, c.tag, x.key, x.old, x.new, c.text, null
  from change as x join captured as c using (xid)
$$;

-- The captured changes of an object, or of all that belongs to a relation, newest first. Folds first if this role may.
create function pggit.get_history(object text) returns setof pggit.history
language plpgsql set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.try_fold();
  return query select * from pggit.pending_history() as h where pggit.names(h.key, object) order by h.id desc;
  return query select * from pggit.history as h where pggit.names(h.key, object) order by h.id desc;
end $$;
