-- What the plans of switch, reset and stash end with: HEAD and refs move in the transaction that changes the schema.

-- Moves HEAD to a branch that still is at the commit that the live schema was brought to.
create function pggit.move_head(branch text, commit text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.lock_repository();
  if not exists (select from pggit.ref as r where r.name = 'heads/' || branch and r.commit = decode(move_head.commit, 'hex')) then
    perform pggit.fail('PG006', format('branch %s is no longer at %s', branch, left(move_head.commit, 10)), 'Somebody moved it meanwhile: run the command again.');
  end if;
  if pggit.current_branch() = 'heads/' || branch then
    return move_head.commit;
  end if;
  insert into pggit.reflog (id, ref, old, new, message)
  select r.reflog_id + 1, 'HEAD', pggit.head(), decode(move_head.commit, 'hex'), 'switch: moving to ' || branch from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
  update pggit.ref as r set target = 'heads/' || branch, updated_at = clock_timestamp() where r.name = 'HEAD';
  return move_head.commit;
end $$;

-- Moves the current branch, or a detached HEAD, to a commit. Does nothing where it is there.
create function pggit.reset_head(commit text, message text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  target bytea := pggit.resolve(commit);  -- by hand it may be any name; the plans of commands give the hash
begin
  perform pggit.lock_repository();
  if target is distinct from pggit.head() then
    perform pggit.move_ref(coalesce(pggit.current_branch(), 'HEAD'), target, reset_head.message);
  end if;
  return encode(target, 'hex');
end $$;

-- Records the working set as a commit beside the branch, under the ref stash/N; the last one is taken again where it is
-- the same. Returns the ref's name.
create function pggit.record_stash(message text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  head_commit bytea := pggit.head();
  author text := pggit.author();
  moment timestamptz := clock_timestamp();
  new_tree bytea;
  new_hash bytea;
  last record;
begin
  perform pggit.lock_repository();
  perform pggit.fold();
  new_tree := pggit.write_tree();
  select r.name, substr(r.name, 7)::integer as number, c.tree, c.parents into last
  from pggit.ref as r join pggit.commit as c on c.hash = r.commit
  where r.name ~ '^stash/\d+$' order by 2 desc limit 1;
  if last.tree = new_tree and last.parents = array[head_commit] then
    return last.name;
  end if;
  new_hash := pggit.put_commit(new_tree, array[head_commit], author, moment, message);
  perform pggit.move_ref('stash/' || coalesce(last.number, 0) + 1, new_hash, 'stash: ' || record_stash.message);
  return 'stash/' || coalesce(last.number, 0) + 1;
end $$;

-- Says of the captured changes that no commit has that HEAD has them, where the live schema is HEAD's: a plan brought it there.
create function pggit.settle_history() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  live bytea;
begin
  perform pggit.lock_repository();
  perform pggit.fold();
  live := pggit.write_tree();  -- a statement of its own: the next one sees a tree that is new
  if (select t.meaning from pggit.tree as t where t.hash = live)
     = (select t.meaning from pggit.commit as c join pggit.tree as t on t.hash = c.tree where c.hash = pggit.head()) then
    update pggit.change set commit = pggit.head() where commit is null;
  end if;
end $$;
