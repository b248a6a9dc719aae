-- Commits put on others, and the sequence of a rebase.

-- Records a commit beside the branch, on any number of parents; the same is recorded once. Returns its hash.
create function pggit.write_commit(tree bytea, parents text[], author text, authored_at timestamptz, message text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  wanted bytea[] := array(select decode(p.hash, 'hex') from unnest(parents) with ordinality as p(hash, n) order by p.n);
  gone bytea;
begin
  perform pggit.lock_repository();
  select p.hash into gone from unnest(wanted) as p(hash) where not exists (select from pggit.commit as c where c.hash = p.hash) limit 1;
  if gone is not null then
    perform pggit.fail('PG006', format('commit %s is not here any more', pggit.short(gone)), 'Run the command again: what was removed meanwhile is done anew.');
  end if;
  perform pggit.require_root(tree, wanted);
  return encode(pggit.put_commit(tree, wanted, author, authored_at, message), 'hex');
end $$;

-- Keeps a commit from gc until what it is recorded for is done.
create function pggit.hold_commit(ref_name text, commit text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.lock_repository();
  if ref_name not in ('replay/tip', 'replay/git') then
    perform pggit.fail('PG002', format('%s holds no commit', ref_name));
  end if;
  perform pggit.move_ref(ref_name, decode(commit, 'hex'), 'replay');
end $$;

-- Moves HEAD, or its branch, on to a commit: HEAD still is where the live schema came from.
create function pggit.advance_head(old_commit text, new_commit text, message text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.lock_repository();
  if pggit.head() is distinct from decode(old_commit, 'hex') then
    perform pggit.fail('PG006', 'HEAD is no longer at ' || left(old_commit, 10), 'Somebody moved it meanwhile: run the command again.');
  end if;
  perform pggit.move_ref(coalesce(pggit.current_branch(), 'HEAD'), decode(new_commit, 'hex'), message);
  delete from pggit.ref as r where r.name = 'replay/tip';
  return new_commit;
end $$;

-- A rebase stops: the rest is noted, HEAD is detached at what is done. {branch, original, onto, tip, todo, conflicts}
create function pggit.rebase_stop(sequence jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  tip bytea := decode(sequence ->> 'tip', 'hex');
begin
  perform pggit.lock_repository();
  perform pggit.check_rebased(sequence ->> 'branch', sequence ->> 'original');
  if pggit.current_branch() is distinct from 'heads/' || (sequence ->> 'branch')
     and not exists (select from pggit.sequence as s where s.branch = sequence ->> 'branch') then
    perform pggit.fail('PG006', format('%s is not the branch that is rebased', sequence ->> 'branch'));
  end if;
  perform pggit.require_commit(decode(e.value, 'hex')) from jsonb_array_elements_text(sequence -> 'todo') as e(value);
  if not found then
    perform pggit.fail('PG002', 'a rebase that stops names the commit that stopped it');
  end if;
  delete from pggit.sequence;
  insert into pggit.sequence (branch, original, onto, tip, todo, conflicts)
  select sequence ->> 'branch', decode(sequence ->> 'original', 'hex'), sequence ->> 'onto', tip,
    array(select decode(e.value, 'hex') from jsonb_array_elements_text(sequence -> 'todo') with ordinality as e(value, n) order by e.n),
    array(select e.value from jsonb_array_elements_text(sequence -> 'conflicts') as e(value));
  update pggit.ref as r set target = null where r.name = 'HEAD';
  perform pggit.move_ref('HEAD', tip, 'rebase: stopped');
end $$;

-- A rebase is done: the branch moves to the new tip, HEAD is on the branch again.
create function pggit.rebase_finish(branch text, original text, tip text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.lock_repository();
  perform pggit.check_rebased(branch, original);
  if pggit.current_branch() is distinct from 'heads/' || branch and not exists (select from pggit.sequence as s where s.branch = rebase_finish.branch) then
    perform pggit.fail('PG006', format('%s is not the branch that is rebased', branch));
  end if;
  perform pggit.move_ref('heads/' || branch, decode(tip, 'hex'), 'rebase: finished');
  perform pggit.end_rebase(branch, 'rebase: finished');
end $$;

-- A rebase is given up: HEAD is on the branch, which did not move.
create function pggit.rebase_abort() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.lock_repository();
  if not exists (select from pggit.sequence) then
    perform pggit.fail('PG006', 'no rebase is open');
  end if;
  perform pggit.end_rebase((select s.branch from pggit.sequence as s), 'rebase: aborted');
end $$;

create function pggit.check_rebased(branch text, original text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pggit.ref as r where r.name = 'heads/' || branch and r.commit = decode(original, 'hex')) then
    perform pggit.fail('PG006', format('branch %s is no longer at %s', branch, left(original, 10)), 'Somebody moved it: pggit rebase --abort gives the rebase up.');
  end if;
end $$;

create function pggit.end_rebase(branch text, message text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  update pggit.ref as r set target = 'heads/' || branch, commit = null, updated_at = clock_timestamp() where r.name = 'HEAD';
  insert into pggit.reflog (id, ref, old, new, message)
  select r.reflog_id + 1, 'HEAD', (select s.tip from pggit.sequence as s), pggit.head(), end_rebase.message from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
  delete from pggit.sequence;
  delete from pggit.ref as r where r.name = 'replay/tip';
end $$;

-- The rebase that waits to be gone on with.
create view pggit.rebase as
select s.branch, encode(s.original, 'hex') as original, s.onto, encode(s.tip, 'hex') as tip,
  array(select encode(t.hash, 'hex') from unnest(s.todo) with ordinality as t(hash, n) order by t.n) as todo, s.conflicts, s.at, s.who
from pggit.sequence as s;
