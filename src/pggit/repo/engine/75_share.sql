-- Taking in what another repository sends. Whoever sends is not believed: every hash is computed here, and an object is taken
-- only when all that it names is here. So whatever is in the store is complete, and a transfer that broke off is taken up again.
-- What is sent comes as arguments: a function with the owner's rights must not read a caller's table.

-- Refuses content whose hash is not the one that was asked for.
create function pggit.require_hash(kind text, expected bytea, actual bytea) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  if expected is distinct from actual then
    perform pggit.fail('PG006', format('%s %s does not have its hash: its content is damaged', kind, pggit.short(expected)),
      'pggit fsck in the repository that it comes from names what is damaged.');
  end if;
end $$;

-- Refuses content that has its hash, and cannot be what it is sent as.
create function pggit.require_form(kind text, hash bytea, problem text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  if problem is not null then
    perform pggit.fail('PG006', format('%s %s cannot be stored: %s', kind, coalesce(pggit.short(hash), 'null'), problem),
      'pggit fsck in the repository that it comes from names what is wrong there.');
  end if;
end $$;

-- Takes definitions in. Returns how many were new.
create function pggit.receive_blobs(hashes bytea[], definitions text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  received bigint;
begin
  perform pggit.lock_repository();
  perform pggit.require_hash('definition', g.hash, pggit.digest(g.definition::jsonb)),
    pggit.require_form('definition', g.hash, pggit.definition_problem(g.definition::jsonb))
  from unnest(hashes, definitions) as g(hash, definition);
  insert into pggit.blob (hash, meaning, definition)
  select g.hash, pggit.digest(pggit.without_private(g.definition::jsonb)), g.definition::jsonb
  from unnest(hashes, definitions) as g(hash, definition)
  on conflict do nothing;
  get diagnostics received = row_count;
  return received;
end $$;

-- Takes trees of one level in; those below, or the definitions, came before. Returns how many were new.
create function pggit.receive_trees(hashes bytea[], entries text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
declare
  received bigint;
  meanings jsonb;
  incomplete text;
begin
  perform pggit.lock_repository();
  perform pggit.require_hash('tree', g.hash, pggit.digest(g.entries::jsonb)),
    pggit.require_form('tree', g.hash, case when jsonb_typeof(g.entries::jsonb) <> 'object' then 'it is not a JSON object' end)
  from unnest(hashes, receive_trees.entries) as g(hash, entries);
  perform pggit.require_form('tree', g.hash, 'an entry of it is not a hash')
  from unnest(hashes, receive_trees.entries) as g(hash, entries) cross join jsonb_each(g.entries::jsonb) as e
  where jsonb_typeof(e.value) <> 'string' or octet_length(e.value #>> '{}') <> 64 or e.value #>> '{}' ~ '[^0-9a-f]';
  -- trees that follow one another have nearly all of their entries in common: each is looked up once
  select jsonb_object_agg(n.value, coalesce(encode(t.meaning, 'hex'), encode(b.meaning, 'hex'))) into meanings
  from (select distinct e.value from unnest(receive_trees.entries) as g(entries) cross join jsonb_each_text(g.entries::jsonb) as e) as n
  left join pggit.tree as t on t.hash = decode(n.value, 'hex')
  left join pggit.blob as b on b.hash = decode(n.value, 'hex');
  select n.key into incomplete from jsonb_each(meanings) as n where n.value = 'null' limit 1;
  if incomplete is not null then
    perform pggit.fail('PG006', format('%s is named by a tree, and not here', left(incomplete, 10)), 'Run the command again: what was removed meanwhile is sent anew.');
  end if;
  insert into pggit.tree (hash, meaning, entries)
  select g.hash,
    pggit.digest((select coalesce(jsonb_object_agg(e.key, meanings -> e.value), '{}') from jsonb_each_text(g.entries::jsonb) as e)), g.entries::jsonb
  from unnest(hashes, receive_trees.entries) as g(hash, entries)
  on conflict do nothing;
  get diagnostics received = row_count;
  return received;
end $$;

-- Takes commits in, parents before children; their trees came before. What each changed is worked out here. Returns how many were new.
create function pggit.receive_commits(hashes bytea[], trees bytea[], parents text[], authors text[], times timestamptz[], messages text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  given record;
  known bigint;
  problem text;
  made bytea[] := '{}';
  roots bytea[];
  bases bytea[];
begin
  perform pggit.lock_repository();
  for given in
    select g.hash, g.tree, g.parents::bytea[] as parents, g.author, g.authored_at, g.message
    from unnest(hashes, trees, receive_commits.parents, authors, times, messages) with ordinality
      as g(hash, tree, parents, author, authored_at, message, position)
    where not exists (select from pggit.commit as c where c.hash = g.hash)
    order by g.position
  loop
    problem := pggit.commit_problem(given.tree, given.parents, given.author, given.authored_at, given.message);
    perform pggit.require_form('commit', given.hash, problem);
    perform pggit.require_hash('commit', given.hash,
      pggit.commit_hash(given.tree, given.parents, given.author, given.authored_at, given.message));
    select count(*) into known from unnest(given.parents) as p(hash) join pggit.commit as c on c.hash = p.hash;
    if known <> cardinality(given.parents) or not exists (select from pggit.tree as t where t.hash = given.tree) then
      perform pggit.fail('PG006', format('commit %s names what is not here', pggit.short(given.hash)), 'Run the command again: what was removed meanwhile is sent anew.');
    end if;
    insert into pggit.commit (hash, tree, parents, author, authored_at, message, generation)
    values (given.hash, given.tree, given.parents, given.author, given.authored_at, given.message,
      1 + coalesce((select max(c.generation) from pggit.commit as c where c.hash = any (given.parents)), 0));
    made := made || given.hash;
  end loop;
  select array_agg(c.tree), array_agg(p.tree) into roots, bases
  from unnest(made) as m(hash) join pggit.commit as c using (hash) left join pggit.commit as p on p.hash = c.parents[1];
  perform pggit.require_form('commit', c.hash, 'its tree: ' || x.problem)
  from unnest(made) as m(hash) join pggit.commit as c using (hash) join pggit.root_problems(roots, bases) as x on x.root = c.tree;
  insert into pggit.commit_change (commit, group_key, key, old, new)
  select c.hash, d.group_key, d.key, d.old, d.new
  from unnest(made) as m(hash) join pggit.commit as c using (hash) join pggit.commit as p on p.hash = c.parents[1]
  join pggit.diff_pairs(bases, roots) as d on d.old_root = p.tree and d.new_root = c.tree;
  return cardinality(made);
end $$;

-- The commits that some come from, themselves among them, without those that others come from; parents before children.
-- It does not go further back than it must.
create function pggit.commits_between(there bytea[], wanted bytea[]) returns table (hash bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  with recursive
  reached(hash, parents, generation) as (
    select c.hash, c.parents, c.generation from pggit.commit as c where c.hash = any (wanted)
    union
    select c.hash, c.parents, c.generation
    from reached as r cross join unnest(r.parents) as p(hash) join pggit.commit as c on c.hash = p.hash
    where r.hash <> all (there)
  ),
  had(hash, parents) as (
    select c.hash, c.parents from pggit.commit as c where c.hash = any (there)
    union
    select c.hash, c.parents
    from had as h cross join unnest(h.parents) as p(hash) join pggit.commit as c on c.hash = p.hash
    where c.generation >= (select min(r.generation) from reached as r)
  )
  select r.hash from reached as r where not exists (select from had as h where h.hash = r.hash) order by r.generation, r.hash
$$;

-- Whether a commit is another one, or one of those that it comes from.
create function pggit.is_ancestor(older bytea, newer bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  with recursive reached(hash, parents, generation) as (
    select c.hash, c.parents, c.generation from pggit.commit as c where c.hash = newer
    union
    select c.hash, c.parents, c.generation
    from reached as r cross join unnest(r.parents) as p(hash) join pggit.commit as c on c.hash = p.hash
    where c.generation >= (select o.generation from pggit.commit as o where o.hash = older)
  )
  select exists (select from reached as r where r.hash = older)
$$;

-- Moves a ref (heads/NAME, tags/NAME, remotes/REMOTE/NAME) from the commit where it was seen to another one. Not the branch that
-- is checked out: the live schema would not be that of HEAD. Forward only, unless forced; a tag does not move, unless forced.
create function pggit.update_ref(ref_name text, seen bytea, target bytea, forced boolean, message text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  present bytea;
  shown text := regexp_replace(ref_name, '^(heads|tags|remotes)/', '');
begin
  perform pggit.lock_repository();
  if coalesce(ref_name !~ '^(heads|tags|remotes)/', true) then
    perform pggit.fail('PG002', format('%s is no branch and no tag', coalesce(ref_name, 'null')));
  end if;
  if not pggit.is_ref(ref_name) or ref_name !~ '^remotes/' then
    perform pggit.check_ref_name(shown);
  end if;
  present := (select r.commit from pggit.ref as r where r.name = ref_name);
  if present is not distinct from target then
    return;
  end if;
  if present is distinct from seen then
    perform pggit.fail('PG006', format('%s was moved meanwhile', shown), 'Fetch, look at what came, and run the command again.');
  end if;
  if ref_name = pggit.current_branch() then
    perform pggit.fail('PG006', format('%s is the current branch there: its live schema would not be that of HEAD', shown),
      'Push to another branch (BRANCH:OTHER), or pull from there.');
  end if;
  if not exists (select from pggit.commit as c where c.hash = target) then
    perform pggit.fail('PG003', format('commit %s is not here', pggit.short(target)));
  end if;
  if present is not null and not forced and ref_name like 'tags/%' then
    perform pggit.fail('PG006', format('tag %s stands at another commit there', shown), '--force moves it.');
  end if;
  if present is not null and not forced and not pggit.is_ancestor(present, target) then
    perform pggit.fail('PG006', format('%s has commits there that are not here (non-fast-forward)', shown),
      'Fetch and merge them first; --force throws them off the branch.');
  end if;
  perform pggit.move_ref(ref_name, target, message);
  -- what a tag said was said of the other commit
  update pggit.ref as r set message = null, tagger = null where r.name = ref_name;
end $$;

-- Writes down where another repository is; null forgets it, and where its branches were.
create function pggit.set_remote(remote text, url text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pggit.check_ref_name(remote);
  perform pggit.lock_repository();
  perform pggit.note_change('setting/remote.' || remote || '.url', case when url is null then 'reset' else 'set' end);
  if url is null then
    delete from pggit.setting as s where s.name = 'remote.' || remote || '.url';
    delete from pggit.ref as r where starts_with(r.name, 'remotes/' || remote || '/');
    return;
  end if;
  insert into pggit.setting (name, value) values ('remote.' || remote || '.url', url)
  on conflict on constraint setting_pkey do update set value = excluded.value;
end $$;
