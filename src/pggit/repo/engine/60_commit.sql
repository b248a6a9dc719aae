-- Commits and refs.

-- The first ten digits of a hash.
create function pggit.short(hash bytea) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select left(encode(hash, 'hex'), 10) $$;

create function pggit.fail(code text, message text, hint text default null) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if hint is null then
    raise exception '%', message using errcode = code;
  end if;
  raise exception '%', message using errcode = code, hint = hint;
end $$;

-- The hash of a commit is that of the canonical text of what it says.
create function pggit.commit_hash(tree bytea, parents bytea[], author text, authored_at timestamptz, message text) returns bytea
language sql stable set search_path = pg_catalog, pg_temp set "TimeZone" = 'UTC' set "DateStyle" = 'ISO, MDY'
as $$
  select pggit.digest(jsonb_build_object(
    'tree', encode(tree, 'hex'),
    'parents', (select coalesce(jsonb_agg(encode(p.hash, 'hex') order by p.n), '[]') from unnest(parents) with ordinality as p(hash, n)),
    'author', author,
    'time', to_char(authored_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'message', message))
$$;

-- The branch that HEAD stands for, as heads/NAME; null where HEAD is detached.
create function pggit.current_branch() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$ select target from pggit.ref where name = 'HEAD' $$;

-- The commit at HEAD.
create function pggit.head() returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select coalesce(branch.commit, head.commit)
  from pggit.ref as head left join pggit.ref as branch on branch.name = head.target
  where head.name = 'HEAD'
$$;

-- Refuses the hash of a commit that is not in the store.
create function pggit.require_commit(wanted bytea) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pggit.commit as c where c.hash = wanted) then
    perform pggit.fail('PG003', format('commit %s is not here', coalesce(pggit.short(wanted), 'null')));
  end if;
end $$;

-- Moves a ref, and says so in the reflog. Any way to move one comes here; the caller holds the lock.
create function pggit.move_ref(ref_name text, new_commit bytea, message text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  old_commit bytea := (select r.commit from pggit.ref as r where r.name = ref_name);
begin
  perform pggit.require_commit(new_commit);
  insert into pggit.ref (name, commit) values (ref_name, new_commit)
  on conflict (name) do update set commit = excluded.commit, updated_at = clock_timestamp();
  insert into pggit.reflog (id, ref, old, new, message)
  select r.reflog_id + 1, ref_name, old_commit, new_commit, pggit.clean_message(move_ref.message) from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
end $$;

-- Keeps in the reflog who changed what is no ref: a setting, what protects a branch, who has which rights, whether tracking is paused.
create function pggit.note_change(subject text, message text, at bytea default null) returns void
language sql set search_path = pg_catalog, pg_temp
as $$
  with counted as (update pggit.repository set reflog_id = reflog_id + 1 returning reflog_id)
  insert into pggit.reflog (id, ref, old, new, message)
  select c.reflog_id, subject, note_change.at, note_change.at, note_change.message from counted as c
$$;

create function pggit.author() returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select pggit.clean_author(coalesce(nullif(current_setting('pggit.author', true), ''), (select s.value from pggit.setting as s where s.name = 'author'), session_user))
$$;

-- What keeps trees from being those of commits, in form: buckets, groups and objects, each where it belongs. Of each tree only
-- what differs from its base, which was checked, is looked at; of the trees below, each is looked at once.
create function pggit.root_problems(roots bytea[], bases bytea[]) returns table (root bytea, base bytea, problem text)
language sql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off
as $$
  with
  pair as materialized (
    select distinct p.root, p.base from unnest(roots, bases) as p(root, base)
  ),
  named_bucket as materialized (
    select p.root, p.base, e.key, e.value from pair as p join pggit.tree as t on t.hash = p.root cross join jsonb_each_text(t.entries) as e
    except
    select p.root, p.base, e.key, e.value from pair as p join pggit.tree as t on t.hash = p.base cross join jsonb_each_text(t.entries) as e
  ),
  bucket as materialized (
    select distinct n.key, n.value, o.entries ->> n.key as old
    from named_bucket as n left join pggit.tree as o on o.hash = n.base
    where n.key ~ '^[0-9a-f]{2}$' and octet_length(n.value) = 64 and n.value !~ '[^0-9a-f]'
  ),
  named_group as materialized (
    select b.key as bucket, b.value as tree, b.old, e.key, e.value
    from bucket as b join pggit.tree as t on t.hash = decode(b.value, 'hex') cross join jsonb_each_text(t.entries) as e
    except
    select b.key, b.value, b.old, e.key, e.value
    from bucket as b join pggit.tree as t on t.hash = decode(b.old, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  named_object as materialized (
    select g.value as tree, e.key, e.value
    from (select distinct n.value from named_group as n where octet_length(n.value) = 64 and n.value !~ '[^0-9a-f]') as g
    join pggit.tree as t on t.hash = decode(g.value, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  bad_group as (
    select g.bucket, g.tree, format('group %L is not in its place', left(g.key, 100)) as problem
    from named_group as g
    left join pggit.tree as t on t.hash = case when octet_length(g.value) = 64 and g.value !~ '[^0-9a-f]' then decode(g.value, 'hex') end
    where g.bucket <> left(encode(sha256(convert_to(g.key, 'UTF8')), 'hex'), 2) or g.key !~ '^[a-z ]+ [^ ]'
      or t.hash is null or t.entries = '{}'
    union all
    select g.bucket, g.tree, format('%L is not an object', left(o.key, 100))
    from named_object as o
    left join pggit.blob as b on b.hash = case when octet_length(o.value) = 64 and o.value !~ '[^0-9a-f]' then decode(o.value, 'hex') end
    join named_group as g on g.value = o.tree
    where o.key !~ '^[a-z ]+ [^ ]' or b.hash is null
  )
  select p.root, p.base, 'it is not in the store' from pair as p where not exists (select from pggit.tree as t where t.hash = p.root)
  union all
  select n.root, n.base, format('%L in it is not a bucket', left(n.key, 100))
  from named_bucket as n left join pggit.tree as t on t.hash = case when octet_length(n.value) = 64 and n.value !~ '[^0-9a-f]' then decode(n.value, 'hex') end
  where n.key !~ '^[0-9a-f]{2}$' or t.hash is null
  union all
  select n.root, n.base, g.problem from bad_group as g join named_bucket as n on n.key = g.bucket and n.value = g.tree
$$;

-- Refuses a tree that a caller made up, and that cannot be that of a commit.
create function pggit.require_root(root bytea, parents bytea[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  base bytea := (select c.tree from pggit.commit as c where c.hash = require_root.parents[1]);
  problem text := (select p.problem from pggit.root_problems(array[root], array[base]) as p limit 1);
begin
  if problem is not null then
    perform pggit.fail('PG006', format('tree %s cannot be that of a commit: %s', coalesce(pggit.short(root), 'null'), problem));
  end if;
end $$;

-- Refuses a commit of another shape than those that pggit.commit_problem lets pass, and notes who brought the others.
create function pggit.guard_commit() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  problem text := pggit.commit_problem(new.tree, new.parents, new.author, new.authored_at, new.message);
begin
  if problem is not null then
    perform pggit.fail('PG006', format('commit %s cannot be stored: %s', pggit.short(new.hash), problem));
  end if;
  insert into pggit.recorded (commit) values (new.hash) on conflict do nothing;
  return null;
end $$;

create trigger guard_commit after insert on pggit.commit for each row execute function pggit.guard_commit();

-- Records a commit of a tree, once. The caller holds the lock.
create function pggit.put_commit(tree bytea, parents bytea[], author text, authored_at timestamptz, message text) returns bytea
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  new_author text := pggit.clean_author(author);
  new_message text := pggit.clean_message(message);
  new_hash bytea := pggit.commit_hash(tree, parents, new_author, authored_at, new_message);
  old_tree bytea := (select c.tree from pggit.commit as c where c.hash = put_commit.parents[1]);
begin
  insert into pggit.commit (hash, tree, parents, author, authored_at, message, generation)
  values (new_hash, tree, parents, new_author, authored_at, new_message,
    1 + coalesce((select max(c.generation) from pggit.commit as c where c.hash = any (put_commit.parents)), 0))
  on conflict do nothing;
  if found and old_tree is not null then
    insert into pggit.commit_change (commit, group_key, key, old, new)
    select new_hash, d.group_key, d.key, d.old, d.new from pggit.diff_trees(old_tree, put_commit.tree) as d;
  end if;
  return new_hash;
end $$;

-- Records a commit and moves the current branch (or a detached HEAD) to it. The caller holds the lock.
create function pggit.record_commit(tree bytea, parents bytea[], author text, authored_at timestamptz, message text) returns bytea
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  new_hash bytea := pggit.put_commit(tree, parents, author, authored_at, message);
  branch text := pggit.current_branch();
begin
  perform pggit.move_ref(coalesce(branch, 'HEAD'), new_hash, case when parents = '{}' then 'commit (initial): ' else 'commit: ' end || message);
  return new_hash;
end $$;

-- Commits the working set. Returns the commit's hash.
create function pggit.commit(message text, allow_empty boolean default false, authored_at timestamptz default null) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  author text := pggit.author();
  new_tree bytea;
  head_commit bytea;
  new_hash bytea;
begin
  if coalesce(pggit.clean_message(message), '') !~ '\S' then
    perform pggit.fail('PG002', 'a commit needs a message');
  end if;
  perform pggit.require_direct(substr(pggit.current_branch(), 7));
  perform pggit.lock_repository();
  if (select tracked_by = 'snapshots' or full_read from pggit.repository) then
    perform pggit.refresh();
  else
    perform pggit.fold();
  end if;
  new_tree := pggit.write_tree();
  head_commit := pggit.head();
  if not allow_empty and new_tree = (select c.tree from pggit.commit as c where c.hash = head_commit) then
    perform pggit.fail('PG001', 'nothing to commit, the schema is as in HEAD');
  end if;
  new_hash := pggit.record_commit(new_tree, case when head_commit is null then '{}' else array[head_commit] end, author, coalesce(authored_at, clock_timestamp()), message);
  update pggit.change set commit = new_hash where commit is null;
  return encode(new_hash, 'hex');
end $$;

-- auto_commit: one commit for a folded transaction, by and at the time of the transaction. None on a protected branch: there what
-- changed stays uncommitted.
create function pggit.commit_transaction(this xid8) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  head_commit bytea := pggit.head();
  new_tree bytea := pggit.write_tree();
  done pggit.transaction;
  new_hash bytea;
begin
  if new_tree = (select c.tree from pggit.commit as c where c.hash = head_commit)
     or exists (select from pggit.rule_of(substr(pggit.current_branch(), 7))) then
    return;
  end if;
  select * into done from pggit.transaction as t where t.xid = this limit 1;
  new_hash := pggit.record_commit(new_tree, case when head_commit is null then '{}' else array[head_commit] end,
    coalesce(done.current_user_name, done.session_user_name), done.at,
    (select string_agg(x.line, '; ') from (
       select distinct coalesce(c.tag, 'change') || ' ' || c.key as line from pggit.change as c where c.xid = this and c.commit is null
       order by 1 limit 3) as x));
  -- its author is who did it, not who happened to look first
  update pggit.recorded as d set who = done.session_user_name, role = coalesce((select r.oid from pg_roles as r where r.rolname = done.session_user_name), 0)
  where d.commit = new_hash;
  update pggit.change set commit = new_hash where commit is null;
end $$;

-- Names for commits, as git spells them: HEAD, branch, tag, hash prefix, x~2, x^, x@{2}, x@{2026-11-01 10:00}, x@{1 hour ago}.
create function pggit.resolve(expression text) returns bytea
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  parts text[] := regexp_match(expression, '^(.*?)((?:~\d*|\^\d*)*)$');
  base text := parts[1];
  at_part text[] := regexp_match(base, '^(.*?)@\{(.*)\}$');
  steps text[];
  step text;
  found bytea;
  count integer;
begin
  if at_part is not null then
    found := pggit.resolve_at(coalesce(nullif(at_part[1], ''), 'HEAD'), at_part[2]);
  else
    found := pggit.resolve_name(coalesce(nullif(base, '@'), 'HEAD'));
  end if;
  if found is null or not exists (select from pggit.commit as c where c.hash = found) then
    perform pggit.fail('PG003', format('no commit is called %s', expression),
      'pggit branch and pggit log show what there is.');
  end if;
  for steps in select regexp_matches(parts[2], '([~^])(\d*)', 'g') loop
    count := least(coalesce(nullif(steps[2], ''), '1')::numeric, 2147483647)::integer;
    if steps[1] = '^' then
      found := case when count = 0 then found else (select c.parents[count] from pggit.commit as c where c.hash = found) end;
    else
      while count > 0 and found is not null loop
        found := (select c.parents[1] from pggit.commit as c where c.hash = found);
        count := count - 1;
      end loop;
    end if;
    if found is null then
      perform pggit.fail('PG003', format(case steps[1] when '^' then '%s: the commit has no such parent' else '%s goes back before the first commit' end, expression));
    end if;
  end loop;
  return found;
end $$;

-- git's rule (gitrevisions(7)): a full hash, a full name of a ref, a tag, a branch, a remote's branch, the beginning of a hash.
-- Where a name stands for several there is a warning.
create function pggit.resolve_name(name text) returns bytea
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  refs text[];
  tip bytea;
  found bytea[];
begin
  if name = 'HEAD' then
    return pggit.head();
  end if;
  if name ~ '^[0-9a-fA-F]{64}$' then  -- a full hash is that commit, whatever refs there are
    return (select c.hash from pggit.commit as c where c.hash = decode(name, 'hex'));
  end if;
  if name ~ '^[0-9a-fA-F]{4,63}$' then
    select array_agg(c.hash) into found from pggit.commit as c
    where c.hash >= decode(rpad(name, 64, '0'), 'hex') and c.hash <= decode(rpad(name, 64, 'f'), 'hex');
  end if;
  -- a protected branch goes before a tag of its name: only then does nobody decide alone what the name stands for
  select array_agg(r.name order by rule.patterns is null, p.n), (array_agg(r.commit order by rule.patterns is null, p.n))[1] into refs, tip
  from unnest(array[name, 'tags/' || name, 'heads/' || name, 'remotes/' || name]) with ordinality as p(name, n)
  join pggit.ref as r on r.name = p.name
  left join pggit.rule_of(substr(r.name, 7)) as rule on starts_with(r.name, 'heads/')
  where r.commit is not null;
  if cardinality(refs) > 1 or (refs is not null and found is not null) then
    raise warning using errcode = 'PG0W1', message = format('refname ''%s'' is ambiguous.', name),
      hint = format('It is taken for %s; there is also %s.', refs[1], concat_ws(', ', nullif(array_to_string(refs[2:], ', '), ''), 'commit ' || pggit.short(found[1])));
  end if;
  if refs is not null then
    return tip;
  end if;
  if cardinality(found) > 1 then
    perform pggit.fail('PG003', format('%s is the beginning of %s commits', name, cardinality(found)), 'Give more digits.');
  end if;
  return found[1];
end $$;

-- Where a ref stood at a time, or n moves ago, by the reflog.
create function pggit.resolve_at(name text, moment text) returns bytea
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  ref_name text := case
    when name = 'HEAD' then coalesce(pggit.current_branch(), 'HEAD')
    when exists (select from pggit.ref as r where r.name = 'heads/' || resolve_at.name) then 'heads/' || name
    when exists (select from pggit.ref as r where r.name = 'remotes/' || resolve_at.name) then 'remotes/' || name
    else name end;
  ago text[] := regexp_match(moment, '^(.*) ago$');
  instant timestamptz;
begin
  if moment ~ '^\d+$' then
    return (select l.new from pggit.reflog as l where l.ref = ref_name and l.new is not null order by l.id desc
            offset least(moment::numeric, 2147483647)::integer limit 1);
  end if;
  begin
    instant := case when ago is not null then clock_timestamp() - ago[1]::interval else moment::timestamptz end;
  exception when data_exception then
    perform pggit.fail('PG002', format('%s is no time', moment), 'Write @{2026-11-01 10:00}, @{1 hour ago} or @{2}.');
  end;
  return coalesce(
    (select l.new from pggit.reflog as l where l.ref = ref_name and l.new is not null and l.at <= instant order by l.id desc limit 1),
    (select l.new from pggit.reflog as l where l.ref = ref_name and l.new is not null order by l.id limit 1));
end $$;

-- The tree of the live schema, recorded.
create function pggit.work_tree() returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  perform pggit.fold();
  return pggit.write_tree();
end $$;

-- The tree of a state expression: a commit, work (the live database, which must be recorded for it), empty.
create function pggit.tree_of(expression text) returns bytea
language plpgsql set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  if expression = 'empty' then
    return null;
  end if;
  if expression = 'work' then
    return pggit.work_tree();
  end if;
  return (select c.tree from pggit.commit as c where c.hash = pggit.resolve(expression));
end $$;

-- Refuses what cannot be the name of a branch or tag; also what is now the abbreviated hash of a commit.
create function pggit.check_ref_name(name text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if not pggit.is_ref_name(name) then
    perform pggit.fail('PG002', format('%s is no valid name for a branch or tag', coalesce(quote_literal(name), 'null')),
      'Names follow the rules of git check-ref-format, and do not look like a hash or a full name of a ref.');
  end if;
  if name ~ '^[0-9a-fA-F]{7,64}$' and exists (
    select from pggit.commit as c
    where c.hash >= decode(rpad(name, 64, '0'), 'hex') and c.hash <= decode(rpad(name, 64, 'f'), 'hex')) then
    perform pggit.fail('PG002', format('%s is no valid name for a branch or tag: it is the beginning of a commit''s hash', quote_literal(name)));
  end if;
end $$;

-- Makes a branch at a commit. Returns the commit's hash.
create function pggit.create_branch(name text, start text default 'HEAD') returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  start_commit bytea := pggit.resolve(start);
begin
  perform pggit.check_ref_name(name);
  perform pggit.lock_repository();
  if exists (select from pggit.ref as r where r.name = 'heads/' || create_branch.name) then
    perform pggit.fail('PG006', format('a branch named %s exists', name));
  end if;
  perform pggit.move_ref('heads/' || name, start_commit, 'branch: created from ' || start);
  return encode(start_commit, 'hex');
end $$;

-- Deletes a branch (heads/NAME) that is not the current one, a tag (tags/NAME) with its signatures, a stash, or what is known
-- of a remote's branch. The reflog says so of branches and tags.
create function pggit.delete_ref(ref_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  gone bytea;
begin
  perform pggit.lock_repository();
  if ref_name = 'HEAD' or ref_name = 'replay/tip' and exists (select from pggit.sequence) then
    perform pggit.fail('PG006', format('%s cannot be deleted', ref_name));
  end if;
  if ref_name = pggit.current_branch() then
    perform pggit.fail('PG006', format('%s is the current branch', substr(ref_name, 7)), 'Switch to another one first.');
  end if;
  delete from pggit.ref as r where r.name = ref_name returning r.commit into gone;
  if not found then
    perform pggit.fail('PG003', format('there is no %s', replace(replace(ref_name, 'heads/', 'branch '), 'tags/', 'tag ')));
  end if;
  if ref_name ~ '^(heads|tags)/' then
    insert into pggit.reflog (id, ref, old, message)
    select r.reflog_id + 1, ref_name, gone, 'deleted' from pggit.repository as r;
    update pggit.repository set reflog_id = reflog_id + 1;
    delete from pggit.signature as s where 'tags/' || s.tag = ref_name;
  end if;
end $$;

-- Makes a tag at a commit. Returns the commit's hash.
create function pggit.create_tag(name text, target text default 'HEAD', message text default null) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  tagged bytea := pggit.resolve(target);
begin
  perform pggit.check_ref_name(name);
  perform pggit.lock_repository();
  if exists (select from pggit.ref as r where r.name = 'tags/' || create_tag.name) then
    perform pggit.fail('PG006', format('a tag named %s exists', name));
  end if;
  perform pggit.move_ref('tags/' || name, tagged, 'tag: ' || name);
  update pggit.ref as r set message = pggit.clean_message(create_tag.message), tagger = case when create_tag.message is not null then pggit.author() end where r.name = 'tags/' || create_tag.name;
  return encode(tagged, 'hex');
end $$;

-- Moves HEAD to a branch whose schema is the live one, or that is where HEAD is: then what is not committed stays so.
create function pggit.switch_head(branch text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  target bytea := (select r.commit from pggit.ref as r where r.name = 'heads/' || branch);
  live bytea;
begin
  if target is null then
    perform pggit.fail('PG003', format('there is no branch %s', branch), 'pggit branch shows those there are, pggit branch NAME makes one.');
  end if;
  live := pggit.tree_of('work');
  if target is distinct from pggit.head() and (select t.meaning from pggit.tree as t where t.hash = live)
     is distinct from (select t.meaning from pggit.commit as c join pggit.tree as t on t.hash = c.tree where c.hash = target) then
    perform pggit.fail('PG006', format('the live schema is not that of %s', branch),
      format('pggit diff %s work shows what differs.', branch));
  end if;
  perform pggit.lock_repository();
  update pggit.ref as r set target = 'heads/' || branch, updated_at = clock_timestamp() where r.name = 'HEAD';
  insert into pggit.reflog (id, ref, old, new, message)
  select r.reflog_id + 1, 'HEAD', pggit.head(), target, 'switch: moving to ' || branch from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
  return encode(target, 'hex');
end $$;

-- The first commit. Does nothing where there is one.
create function pggit.initialize(tracked_by text) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set "DateStyle" = 'ISO, MDY' set "IntervalStyle" = 'postgres' set "TimeZone" = 'UTC' set extra_float_digits = 1
set quote_all_identifiers = off set standard_conforming_strings = on set bytea_output = 'hex' set lc_monetary = 'C' set jit = off
as $$
declare
  first_tree bytea;
begin
  insert into pggit.repository (tracked_by, database, system_identifier, server_version)
  values (initialize.tracked_by, pggit.database_oid(), pggit.system_identifier(), current_setting('server_version_num')::integer / 10000);
  insert into pggit.ref (name, target) values ('HEAD', 'heads/main');
  insert into pggit.note_key values (gen_random_uuid());
  insert into pggit.lock values ('apply', hashtextextended('pggit apply', 0));
  perform pggit.fill_working();
  first_tree := pggit.write_tree();
  return encode(pggit.record_commit(first_tree, '{}', pggit.author(), clock_timestamp(), 'Initial commit'), 'hex');
end $$;
