-- What an upgrade does about what an older engine let into the store, and a store may not hold. It is renamed, or taken out and kept
-- in pggit.set_aside; nothing is passed over in silence. The caller has locked everything, and taken off the constraints.

create function pggit.put_aside(kind text, name text, message text, content jsonb) returns void
language sql set search_path = pg_catalog, pg_temp
as $$ insert into pggit.set_aside (kind, name, message, content) values (kind, name, message, content) $$;

-- A valid full name for a ref that has none: what is left of its name without what is not allowed, and not taken.
create function pggit.safe_ref(name text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  section text := coalesce(substring(name from '^(heads|tags|remotes)/'), 'tags');
  wanted text := 'renamed-' || coalesce(nullif(left(btrim(regexp_replace(regexp_replace(name, '^(heads|tags|remotes)/', ''), '[^0-9A-Za-z]+', '-', 'g'), '-'), 40), ''), 'ref');
  number integer := 1;
begin
  if section = 'remotes' then
    wanted := 'renamed/' || wanted;
  end if;
  while not pggit.is_ref(section || '/' || wanted || '-' || number)
     or exists (select from pggit.ref as r where r.name = section || '/' || wanted || '-' || number) loop
    number := number + 1;
  end loop;
  return section || '/' || wanted || '-' || number;
end $$;

-- Refs: names that are not valid, no HEAD, a HEAD on nothing, commits that are not there.
create function pggit.set_aside_refs() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  bad record;
  chosen text;
  back bytea;
begin
  for bad in select r.name, r.commit, to_jsonb(r) as content from pggit.ref as r where not pggit.is_ref(r.name) order by r.name loop
    chosen := pggit.safe_ref(bad.name);
    update pggit.ref as r set name = chosen, target = null where r.name = bad.name;
    update pggit.ref as r set target = case when starts_with(chosen, 'heads/') then chosen end where r.name = 'HEAD' and r.target = bad.name;
    update pggit.reflog as l set ref = chosen where l.ref = bad.name;
    if starts_with(bad.name, 'heads/') then
      update pggit.request as q set branch = substr(chosen, 7) where q.branch = substr(bad.name, 7);
      update pggit.request as q set target = substr(chosen, 7) where q.target = substr(bad.name, 7);
      update pggit.protection as p set pattern = substr(chosen, 7) where p.pattern = substr(bad.name, 7);
      update pggit.sequence as s set branch = substr(chosen, 7) where s.branch = substr(bad.name, 7);
    end if;
    perform pggit.put_aside('ref', bad.name, format('its name is not valid: it is %s now', chosen), bad.content);
  end loop;
  for bad in
    select r.name, to_jsonb(r) as content from pggit.ref as r
    where r.name <> 'HEAD' and r.commit is not null and not exists (select from pggit.commit as c where c.hash = r.commit) order by r.name
  loop
    back := (select l.new from pggit.reflog as l join pggit.commit as c on c.hash = l.new where l.ref = bad.name order by l.id desc limit 1);
    if back is null then
      delete from pggit.ref as r where r.name = bad.name;
    else
      update pggit.ref as r set commit = back where r.name = bad.name;
    end if;
    perform pggit.put_aside('ref', bad.name, 'its commit is not in the store: ' || coalesce('it is at ' || pggit.short(back) || ' again', 'it is removed'), bad.content);
  end loop;
  if not exists (select from pggit.ref as r left join pggit.ref as b on b.name = r.target where r.name = 'HEAD'
      and (b.name is not null or r.target is null and exists (select from pggit.commit as c where c.hash = r.commit))) then
    chosen := (select r.name from pggit.ref as r where starts_with(r.name, 'heads/') and r.commit is not null order by r.name <> 'heads/main', r.name limit 1);
    perform pggit.put_aside('ref', 'HEAD', format('it is missing, or on nothing: it is on %s now', chosen),
      (select to_jsonb(r) from pggit.ref as r where r.name = 'HEAD'));
    insert into pggit.ref as r (name, target) values ('HEAD', chosen) on conflict (name) do update set target = excluded.target, commit = null;
  end if;
  update pggit.ref as r set target = null where r.name <> 'HEAD' and r.target is not null;
end $$;

-- Commits that cannot be stored, or whose definitions cannot, and what comes from them. What is left of a ref's history is where it is.
create function pggit.set_aside_commits() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  wrong bytea[];
  level bytea[];
  trees bytea[];
  bad bytea[];
  moved record;
  back bytea;
begin
  -- the same commits, by the same hashes
  update pggit.commit as c set parents = array(select p.hash from unnest(c.parents) with ordinality as p(hash, n) order by p.n)
  where not pggit.is_parents(c.parents) and pggit.is_parents(array(select p.hash from unnest(c.parents) with ordinality as p(hash, n) order by p.n));
  wrong := array(select b.hash from pggit.blob as b where jsonb_path_exists(b.definition, 'strict $.**{32}'));
  level := wrong;
  trees := '{}';
  while cardinality(level) > 0 loop
    level := array(
      select t.hash from pggit.tree as t
      where t.hash <> all (trees) and exists (
        select from jsonb_each_text(case when jsonb_typeof(t.entries) = 'object' then t.entries else '{}' end) as e
        where e.value = any (array(select encode(l.hash, 'hex') from unnest(level) as l(hash)))));
    trees := trees || level;
  end loop;
  with recursive
  pair as (
    select c.hash, c.tree, o.tree as base
    from pggit.commit as c join pggit.tree as t on t.hash = c.tree left join pggit.commit as o on o.hash = c.parents[1]
  ),
  malformed as materialized (
    select p.hash, min(x.problem) as problem
    from pggit.root_problems(array(select p.tree from pair as p order by p.hash), array(select p.base from pair as p order by p.hash)) as x
    join pair as p on p.tree = x.root and p.base is not distinct from x.base
    group by p.hash
  ),
  gone(hash, problem) as (
    select c.hash, coalesce(p.problem, case when c.tree = any (trees) then 'a definition in it is nested too deep' else 'its tree: ' || x.problem end)
    from pggit.commit as c left join malformed as x using (hash)
    cross join lateral pggit.commit_problem(c.tree, c.parents, c.author, c.authored_at, c.message) as p(problem)
    where p.problem is not null or c.tree = any (trees) or x.problem is not null
    union
    select c.hash, 'it comes from one that cannot be stored' from gone as g join pggit.commit as c on g.hash = any (c.parents)
  ),
  kept as (
    insert into pggit.set_aside (kind, name, message, content)
    select distinct on (g.hash) 'commit', encode(g.hash, 'hex'), g.problem, to_jsonb(c)
    from gone as g join pggit.commit as c using (hash) order by g.hash, g.problem = 'it comes from one that cannot be stored'
    returning decode(name, 'hex') as hash
  )
  select array_agg(k.hash) into bad from kept as k;
  if bad is null then
    return;
  end if;
  for moved in select r.name, r.commit, to_jsonb(r) as content from pggit.ref as r where r.commit = any (bad) order by r.name loop
    with recursive back_to(hash, n) as (
      select moved.commit, 0
      union all
      select c.parents[1], b.n + 1 from back_to as b join pggit.commit as c using (hash) where b.hash = any (bad) and c.parents[1] is not null
    )
    select b.hash into back from back_to as b where b.hash <> all (bad) order by b.n limit 1;
    perform pggit.put_aside('ref', moved.name, 'its commit is set aside: ' || coalesce('it is at ' || pggit.short(back) || ' now', 'it is removed'), moved.content);
    update pggit.ref as r set commit = back where r.name = moved.name;
  end loop;
  delete from pggit.commit as c where c.hash = any (bad);
  delete from pggit.commit_change as c where c.commit = any (bad);
  delete from pggit.recorded as c where c.commit = any (bad);
  delete from pggit.ref as r where r.commit is null and r.name <> 'HEAD' and r.name is distinct from (select h.target from pggit.ref as h where h.name = 'HEAD');
  insert into pggit.set_aside (kind, name, message, content)
  select 'definition', encode(b.hash, 'hex'), 'it is nested too deep', b.definition from pggit.blob as b where b.hash = any (wrong);
  delete from pggit.tree as t where t.hash = any (trees);
  delete from pggit.blob as b where b.hash = any (wrong);
  update pggit.repository set root = null, stale = array(select distinct w.bucket from pggit.working as w) where root = any (trees);
  if pggit.head() is null then
    perform pggit.record_commit(pggit.write_tree(), '{}', pggit.author(), clock_timestamp(), 'The schema as it is, after what its history had was set aside');
  end if;
end $$;

-- Signatures that are none; what names commits that are not there; and of roles that are known by name which they are.
create function pggit.set_aside_said() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  with gone as (
    delete from pggit.signature as s
    where pggit.is_signature(s.armored, s.signer, 'pggit') is not true or not s.signed_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00'
      or not exists (select from pggit.commit as c where c.hash = s.commit)
    returning s.*
  )
  insert into pggit.set_aside (kind, name, message, content)
  select 'signature', coalesce(nullif(g.tag, ''), encode(g.commit, 'hex')), 'it is not a signature of what is in the store', to_jsonb(g) from gone as g;
  with gone as (
    delete from pggit.sequence as s
    where cardinality(s.todo) = 0 or not exists (select from pggit.ref as r where r.name = 'heads/' || s.branch)
      or exists (select from unnest(s.todo || s.tip || s.original) as t(hash) where not exists (select from pggit.commit as c where c.hash = t.hash))
    returning s.*
  )
  insert into pggit.set_aside (kind, name, message, content)
  select 'rebase', g.branch, 'it names what is not in the store: it is given up', to_jsonb(g) from gone as g;
  update pggit.merges as m set state = 'aborted', ended_at = clock_timestamp(), ended_by = session_user
  where m.state = 'open' and exists (select from unnest(array[m.ours, m.theirs]) as t(hash) where not exists (select from pggit.commit as c where c.hash = t.hash));
  -- what clients read of requests and merges
  with gone as (
    update pggit.request_revision as v set proof = null, proven = false, proved_at = null, proved_by = null
    where v.proof is not null and (jsonb_typeof(v.proof -> 'proven') is distinct from 'boolean'
      or v.proof ? 'checks' and not pggit.is_list_of(v.proof -> 'checks', array['name', 'status', 'message']))
    returning v.*
  )
  insert into pggit.set_aside (kind, name, message)
  select 'proof', g.request::text, format('of revision %s: it is not a proof', g.revision) from gone as g;
  with gone as (
    update pggit.request_revision as v set conflicts = '[]', findings = '[]', plan = case jsonb_typeof(v.plan) when 'object' then v.plan end
    where not pggit.is_list_of(v.conflicts, array['key', 'class']) or not pggit.is_list_of(v.findings, array['rule', 'key', 'message'])
      or jsonb_typeof(v.plan) <> 'object'
    returning v.*
  )
  insert into pggit.set_aside (kind, name, message)
  select 'request', g.request::text, format('what was said of revision %s is not what a merge comes to', g.revision) from gone as g;
  update pggit.reflog as x set role = r.oid from pg_roles as r where r.rolname = x.who and x.role is null;
  update pggit.request as x set opened_role = r.oid from pg_roles as r where r.rolname = x.opened_by and x.opened_role is null;
  update pggit.request_revision as x set made_role = r.oid from pg_roles as r where r.rolname = x.made_by and x.made_role is null;
  update pggit.approval as x set role = r.oid from pg_roles as r where r.rolname = x.who and x.role is null;
end $$;
