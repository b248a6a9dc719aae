-- Merges: trees that no live schema had yet, commits with two parents, what is in conflict and how it was resolved.

-- Stores the tree that another one (null: an empty one) becomes when groups are replaced. Each group is an object of definitions by key, or
-- null where it goes. Returns the root.
create function pggit.put_groups(root bytea, groups jsonb) returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  name text;
  names text[];
  top jsonb := coalesce((select t.entries from pggit.tree as t where t.hash = root), '{}');
  bucket_entries jsonb;
  made record;
  this record;
begin
  perform from pggit.repository for update;
  insert into pggit.blob (hash, meaning, definition)
  select distinct on (1) pggit.digest(o.value), pggit.digest(pggit.without_private(o.value)), o.value
  from jsonb_each(groups) as g cross join lateral jsonb_each(case when g.value = 'null' then '{}' else g.value end) as o
  on conflict do nothing;
  select array_agg(distinct left(encode(sha256(convert_to(g, 'UTF8')), 'hex'), 2)) into names from jsonb_object_keys(groups) as g;
  foreach name in array coalesce(names, '{}') loop
    bucket_entries := coalesce((select t.entries from pggit.tree as t where t.hash = decode(top ->> name, 'hex')), '{}');
    for this in select g.key, g.value from jsonb_each(groups) as g where left(encode(sha256(convert_to(g.key, 'UTF8')), 'hex'), 2) = name loop
      bucket_entries := bucket_entries - this.key;
      if this.value <> 'null' then
        select p.* into made from (
          select jsonb_object_agg(o.key, encode(pggit.digest(o.value), 'hex')) as entries,
            jsonb_object_agg(o.key, encode(pggit.digest(pggit.without_private(o.value)), 'hex')) as meanings
          from jsonb_each(this.value) as o) as x cross join lateral pggit.put_tree(x.entries, x.meanings) as p;
        bucket_entries := bucket_entries || jsonb_build_object(this.key, encode(made.hash, 'hex'));
      end if;
    end loop;
    top := top - name;
    if bucket_entries <> '{}' then
      select p.* into made from pggit.put_tree(bucket_entries, pggit.meanings_of(bucket_entries)) as p;
      top := top || jsonb_build_object(name, encode(made.hash, 'hex'));
    end if;
  end loop;
  return (pggit.put_tree(top, pggit.meanings_of(top))).hash;
end $$;

-- The semantic hashes of the trees that a tree names, under the same names.
create function pggit.meanings_of(entries jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_object_agg(e.key, encode(t.meaning, 'hex')), '{}')
  from jsonb_each_text(entries) as e join pggit.tree as t on t.hash = decode(e.value, 'hex')
$$;

-- Records a merge of two commits, beside the branch: the first one's tree with groups replaced. Returns the commit's hash.
create function pggit.record_merge(ours text, theirs text, groups jsonb, message text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  both_parents bytea[] := array[decode(ours, 'hex'), decode(theirs, 'hex')];
  author text := pggit.author();
  said text := pggit.clean_message(message);
  moment timestamptz := clock_timestamp();
  old_tree bytea := (select c.tree from pggit.commit as c where c.hash = both_parents[1]);
  new_tree bytea := pggit.put_groups(old_tree, groups);
  new_hash bytea := pggit.commit_hash(new_tree, both_parents, author, moment, said);
begin
  insert into pggit.commit (hash, tree, parents, author, authored_at, message, generation)
  select new_hash, new_tree, both_parents, author, moment, said, max(c.generation) + 1
  from (select x.generation from pggit.commit as x where x.hash = any (both_parents)) as c;
  insert into pggit.commit_change (commit, group_key, key, old, new)
  select new_hash, d.group_key, d.key, d.old, d.new from pggit.diff_trees(old_tree, new_tree) as d;
  return encode(new_hash, 'hex');
end $$;

-- Keeps a merge that stopped: its conflicts are resolved one by one. Returns its number.
create function pggit.start_merge(ours text, theirs text, name text, message text, stopped_at jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  number bigint;
begin
  perform from pggit.repository for update;
  if exists (select from pggit.merges as m where m.state = 'open') then
    perform pggit.fail('PG006', 'a merge is open', 'pggit merge --continue ends it, pggit merge --abort gives it up.');
  end if;
  number := 1 + coalesce((select max(m.id) from pggit.merges as m), 0);
  insert into pggit.merges (id, ours, theirs, name, message, state, started_by)
  values (number, decode(ours, 'hex'), decode(theirs, 'hex'), start_merge.name, start_merge.message, 'open', pggit.author());
  perform pggit.put_conflicts(number, stopped_at);
  return number;
end $$;

-- Writes the conflicts of a merge. What was resolved stays so.
create function pggit.put_conflicts(number bigint, stopped_at jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  delete from pggit.conflicts as c where c.merge = number and c.choice is null;
  insert into pggit.conflicts (merge, key, group_key, class, attributes, base, ours, theirs, together, message)
  select number, f.key, f.group_key, f.class, f.attributes, f.base, f.ours, f.theirs, f.together, f.message
  from jsonb_to_recordset(stopped_at) as f(key text, group_key text, class text, attributes text[], base jsonb, ours jsonb, theirs jsonb, together jsonb, message text)
  on conflict do nothing;
$$;

-- Resolves conflicts of the open merge: what is taken of each (ours, theirs, base, or objects by group and key; null: it is not resolved any more), and why.
create function pggit.resolve_conflicts(choices jsonb, reason text) returns void
language sql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  update pggit.conflicts as c
  set choice = x.choice, objects = x.objects, reason = case when x.choice is not null then resolve_conflicts.reason end,
    resolved_by = case when x.choice is not null then pggit.author() end, resolved_at = case when x.choice is not null then clock_timestamp() end
  from jsonb_to_recordset(choices) as x(key text, choice text, objects jsonb), pggit.merges as m
  where m.state = 'open' and c.merge = m.id and c.key = x.key
$$;

-- Gives up the open merge.
create function pggit.abort_merge() returns void
language sql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$ update pggit.merges set state = 'aborted', ended_at = clock_timestamp(), ended_by = pggit.author() where state = 'open' $$;

-- Moves the current branch to the commit of a merge, and says of the open merge that it is done. Does nothing a second time.
create function pggit.conclude_merge(commit text, expected text, message text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  target bytea := decode(commit, 'hex');
begin
  perform from pggit.repository for update;
  if pggit.head() = target then
    return commit;
  end if;
  if pggit.head() is distinct from decode(expected, 'hex') then
    perform pggit.fail('PG006', format('HEAD is no longer at %s', left(expected, 10)), 'Somebody moved it meanwhile: run the command again.');
  end if;
  perform pggit.move_ref(coalesce(pggit.current_branch(), 'HEAD'), target, conclude_merge.message);
  update pggit.merges as m set state = 'done', commit = target, ended_at = clock_timestamp(), ended_by = pggit.author() where m.state = 'open';
  return commit;
end $$;
