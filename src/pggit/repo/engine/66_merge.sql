-- Merges: trees that no live schema had yet, commits with two parents, what is in conflict and how it was resolved.

-- Stores the tree that another one (null: an empty one) becomes when groups are replaced. Each group is an object of definitions by key, or
-- null where it goes. Returns the root.
create function pggit.put_groups(root bytea, groups jsonb) returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  name text;
  names text[];
  wrong record;
  top jsonb := coalesce((select t.entries from pggit.tree as t where t.hash = root), '{}');
  bucket_entries jsonb;
  made record;
  this record;
begin
  perform pggit.lock_repository();
  select o.key, p.problem into wrong
  from jsonb_each(groups) as g cross join lateral jsonb_each(case when g.value = 'null' then '{}' else g.value end) as o
  cross join lateral pggit.definition_problem(o.value) as p(problem)
  where p.problem is not null limit 1;
  if wrong.problem is not null then
    perform pggit.fail('PG006', format('the definition of %s cannot be stored: %s', left(wrong.key, 200), wrong.problem));
  end if;
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
  new_tree bytea;
begin
  perform pggit.require_commit(both_parents[1]), pggit.require_commit(both_parents[2]);
  new_tree := pggit.put_groups((select c.tree from pggit.commit as c where c.hash = both_parents[1]), groups);
  perform pggit.require_root(new_tree, both_parents);
  return encode(pggit.put_commit(new_tree, both_parents, pggit.author(), clock_timestamp(), message), 'hex');
end $$;

-- Keeps a merge that stopped: its conflicts are resolved one by one. Returns its number.
create function pggit.start_merge(ours text, theirs text, name text, message text, stopped_at jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  number bigint;
begin
  perform pggit.lock_repository();
  perform pggit.require_commit(decode(ours, 'hex')), pggit.require_commit(decode(theirs, 'hex'));
  if exists (select from pggit.merges as m where m.state = 'open') then
    perform pggit.fail('PG006', 'a merge is open', 'pggit merge --continue ends it, pggit merge --abort gives it up.');
  end if;
  number := 1 + coalesce((select max(m.id) from pggit.merges as m), 0);
  insert into pggit.merges (id, ours, theirs, name, message, state, started_by)
  values (number, decode(ours, 'hex'), decode(theirs, 'hex'), start_merge.name, start_merge.message, 'open', pggit.author());
  perform pggit.put_conflicts(number, stopped_at);
  return number;
end $$;

-- Writes the conflicts of the open merge. What was resolved stays so.
create function pggit.put_conflicts(number bigint, stopped_at jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.lock_repository();
  if not pggit.is_list_of(stopped_at, array['key', 'group_key', 'class', 'message']) or exists (
    select from jsonb_array_elements(stopped_at) as e
    cross join lateral jsonb_array_elements(case jsonb_typeof(e.value -> 'together') when 'array' then e.value -> 'together' else '[7]' end) as t
    where jsonb_typeof(t.value) <> 'array' or jsonb_array_length(t.value) <> 2 or jsonb_typeof(t.value -> 0) <> 'string' or jsonb_typeof(t.value -> 1) <> 'string')
     or exists (
    select from jsonb_array_elements(stopped_at) as e cross join lateral unnest(array[e.value -> 'base', e.value -> 'ours', e.value -> 'theirs']) as d(side)
    where d.side <> 'null' and pggit.definition_problem(d.side) is not null) then
    perform pggit.fail('PG002', 'these are not the conflicts of a merge');
  end if;
  delete from pggit.conflicts as c using pggit.merges as m where m.id = number and m.state = 'open' and c.merge = m.id and c.choice is null;
  insert into pggit.conflicts (merge, key, group_key, class, attributes, base, ours, theirs, together, message)
  select m.id, f.key, f.group_key, f.class, f.attributes, f.base, f.ours, f.theirs, f.together, f.message
  from jsonb_to_recordset(stopped_at) as f(key text, group_key text, class text, attributes text[], base jsonb, ours jsonb, theirs jsonb, together jsonb, message text)
  cross join pggit.merges as m where m.id = number and m.state = 'open'
  on conflict do nothing;
end $$;

-- Resolves conflicts of the open merge: what is taken of each (ours, theirs, base, or objects by group and key; null: it is not resolved any more), and why.
create function pggit.resolve_conflicts(choices jsonb, reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.lock_repository();
  if exists (
    select from jsonb_to_recordset(choices) as x(key text, choice text, objects jsonb)
    where case when x.choice = 'sql' then pggit.is_objects(x.objects) is not true else coalesce(x.objects, 'null') <> 'null' end) then
    perform pggit.fail('PG002', 'that does not resolve a conflict');
  end if;
  update pggit.conflicts as c
  set choice = x.choice, objects = nullif(x.objects, 'null'), reason = case when x.choice is not null then resolve_conflicts.reason end,
    resolved_by = case when x.choice is not null then pggit.author() end, resolved_at = case when x.choice is not null then clock_timestamp() end
  from jsonb_to_recordset(choices) as x(key text, choice text, objects jsonb), pggit.merges as m
  where m.state = 'open' and c.merge = m.id and c.key = x.key;
end $$;

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
  perform pggit.lock_repository();
  perform pggit.require_commit(target);
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
