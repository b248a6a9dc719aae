-- What is wrong with the store itself: content that does not have its hash or its form, what is named and missing, refs, signatures,
-- requests. Nothing here fails on what it finds. A row a finding; none when all is well.
create function pggit.store_problems() returns table (problem text, object text, message text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set "TimeZone" = 'UTC' set "DateStyle" = 'ISO, MDY' set jit = off
as $$
begin
  return query select * from pggit.content_problems();
  return query select * from pggit.commit_problems();
  return query select * from pggit.ref_problems();
  return query select * from pggit.said_problems();
end $$;

-- Definitions and trees.
create function pggit.content_problems() returns table (problem text, object text, message text)
language sql stable set search_path = pg_catalog, pg_temp set jit = off
as $$
  with entry as (  -- what each tree names; an empty one names null
    -- (a repeat count in a regular expression is ten times as slow as the length and a class)
    select t.hash as tree, e.key, e.value, case when octet_length(e.value) = 64 and e.value !~ '[^0-9a-f]' then decode(e.value, 'hex') end as named
    from pggit.tree as t
    left join lateral jsonb_each_text(t.entries) as e on true
    where jsonb_typeof(t.entries) = 'object'
  )
  select 'damaged blob', encode(b.hash, 'hex'), 'its definition does not have this hash'
  from pggit.blob as b
  where pggit.digest(b.definition) <> b.hash
    or pggit.digest(pggit.without_private(case when jsonb_typeof(b.definition) = 'object' then b.definition else '{}' end)) <> b.meaning
  union all
  select 'malformed blob', encode(b.hash, 'hex'), p.problem
  from pggit.blob as b cross join lateral pggit.definition_problem(b.definition) as p(problem) where p.problem is not null
  union all
  select 'damaged tree', encode(t.hash, 'hex'), 'its entries do not have this hash' from pggit.tree as t where pggit.digest(t.entries) <> t.hash
  union all
  select 'damaged tree', encode(t.hash, 'hex'), 'its semantic hash is not that of what it names'
  from (
    select e.tree, coalesce(jsonb_object_agg(e.key, coalesce(encode(x.meaning, 'hex'), encode(b.meaning, 'hex'))) filter (where e.key is not null), '{}') as meanings
    from entry as e left join pggit.tree as x on x.hash = e.named left join pggit.blob as b on b.hash = e.named
    group by e.tree) as m
  join pggit.tree as t on t.hash = m.tree
  where t.meaning <> pggit.digest(m.meanings)
  union all
  select 'malformed tree', encode(t.hash, 'hex'), 'an entry of it is not a hash'
  from pggit.tree as t
  where jsonb_typeof(t.entries) <> 'object'
    or exists (select from jsonb_each(t.entries) as e where jsonb_typeof(e.value) <> 'string' or octet_length(e.value #>> '{}') <> 64 or e.value #>> '{}' ~ '[^0-9a-f]')
  union all
  select 'missing object', e.key, format('named by tree %s, not in the store', pggit.short(e.tree))
  from entry as e
  where e.named is not null
    and not exists (select from pggit.tree as x where x.hash = e.named)
    and not exists (select from pggit.blob as x where x.hash = e.named)
$$;

-- Whether every tree has the form of one, so that two of them can be compared.
create function pggit.are_trees_readable() returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select not exists (
    select from pggit.tree as t
    where jsonb_typeof(t.entries) <> 'object'
      or exists (select from jsonb_each(t.entries) as e where jsonb_typeof(e.value) <> 'string' or octet_length(e.value #>> '{}') <> 64 or e.value #>> '{}' ~ '[^0-9a-f]'))
$$;

-- Commits.
create function pggit.commit_problems() returns table (problem text, object text, message text)
language sql stable set search_path = pg_catalog, pg_temp set jit = off
as $$
  with
  pair as (  -- the trees of commits, and of those that they follow
    select c.hash, o.tree as old, c.tree as new
    from pggit.commit as c join pggit.tree as t on t.hash = c.tree left join pggit.commit as o on o.hash = c.parents[1]
  ),
  noted as (
    select y.* from pggit.commit_change as y join pair as p on p.hash = y.commit and p.old is not null
  ),
  differing(hash, key) as (
    select x.hash, x.key
    from (
      select p.hash, d.group_key, d.key, d.old, d.new
      from pggit.diff_pairs(array(select p.old from pair as p order by p.hash), array(select p.new from pair as p order by p.hash)) as d
      join pair as p on p.old = d.old_root and p.new = d.new_root
      where pggit.are_trees_readable() and exists (select from noted as y where y.commit = p.hash)
      union all
      select y.commit, y.group_key, y.key, y.old, y.new from noted as y where pggit.are_trees_readable()) as x
    group by x.hash, x.group_key, x.key, x.old, x.new
    having count(*) <> 2
  )
  select 'malformed commit', encode(c.hash, 'hex'), p.problem
  from pggit.commit as c cross join lateral pggit.commit_problem(c.tree, c.parents, c.author, c.authored_at, c.message) as p(problem)
  where p.problem is not null
  union all
  select 'damaged commit', encode(c.hash, 'hex'), 'what it says does not have this hash'
  from pggit.commit as c where pggit.commit_hash(c.tree, c.parents, c.author, c.authored_at, c.message) <> c.hash
  union all
  select 'damaged commit', encode(c.hash, 'hex'), 'its generation is not that after its parents'''
  from pggit.commit as c
  where c.generation <> 1 + coalesce((select max(p.generation) from pggit.commit as p where p.hash = any (c.parents)), 0)
    and (select count(*) from pggit.commit as p where p.hash = any (c.parents)) = cardinality(c.parents)
  union all
  select 'missing tree', encode(c.hash, 'hex'), 'the commit''s tree is not in the store'
  from pggit.commit as c where not exists (select from pggit.tree as t where t.hash = c.tree)
  union all
  select 'malformed commit', encode(p.hash, 'hex'), 'its tree: ' || x.problem
  from pggit.root_problems(array(select p.new from pair as p order by p.hash), array(select p.old from pair as p order by p.hash)) as x
  join pair as p on p.new = x.root and p.old is not distinct from x.base
  where pggit.are_trees_readable()
  union all
  select 'missing parent', encode(c.hash, 'hex'), format('its parent %s is not in the store', coalesce(pggit.short(p.hash), 'null'))
  from pggit.commit as c cross join unnest(c.parents) as p(hash) where not exists (select from pggit.commit as q where q.hash = p.hash)
  union all
  select distinct 'damaged history', d.key, format('what commit %s changed of it is not what is noted', pggit.short(d.hash)) from differing as d
$$;

-- HEAD, branches, tags, and what is under way.
create function pggit.ref_problems() returns table (problem text, object text, message text)
language sql stable set search_path = pg_catalog, pg_temp set jit = off
as $$
  select 'missing HEAD', 'HEAD', 'there is no HEAD' where not exists (select from pggit.ref as r where r.name = 'HEAD')
  union all
  select 'dangling HEAD', 'HEAD', case when r.target is null then 'it is on no branch and at no commit' else format('it is on %s, which is not there', r.target) end
  from pggit.ref as r
  where r.name = 'HEAD'
    and (r.target is null and r.commit is null or r.target is not null and not exists (select from pggit.ref as b where b.name = r.target))
  union all
  select 'bad ref', r.name, 'it is not a valid name of a ref' from pggit.ref as r where not pggit.is_ref(r.name)
  union all
  select 'bad ref', r.name, 'it is at no commit' from pggit.ref as r
  where r.name <> 'HEAD' and r.commit is null and exists (select from pggit.commit) and r.name is distinct from pggit.current_branch()
  union all
  select 'missing commit', r.name, 'the ref''s commit is not in the store'
  from pggit.ref as r where r.commit is not null and not exists (select from pggit.commit as c where c.hash = r.commit)
  union all
  select 'damaged rebase', s.branch, 'it names a branch or a commit that is not there'
  from pggit.sequence as s
  where not exists (select from pggit.ref as r where r.name = 'heads/' || s.branch) or cardinality(s.todo) = 0
    or exists (select from unnest(s.todo || s.tip || s.original) as t(hash) where not exists (select from pggit.commit as c where c.hash = t.hash))
  union all
  select 'damaged merge', m.id::text, 'it names a commit that is not there'
  from pggit.merges as m
  where m.state = 'open' and exists (select from unnest(array[m.ours, m.theirs]) as t(hash) where not exists (select from pggit.commit as c where c.hash = t.hash))
$$;

-- Signatures and requests.
create function pggit.said_problems() returns table (problem text, object text, message text)
language sql stable set search_path = pg_catalog, pg_temp set jit = off
as $$
  select 'malformed signature', coalesce(nullif(s.tag, ''), encode(s.commit, 'hex')), 'it is not an SSH signature by its key'
  from pggit.signature as s where pggit.is_signature(s.armored, s.signer, 'pggit') is not true
  union all
  select 'malformed signature', coalesce(nullif(s.tag, ''), encode(s.commit, 'hex')), 'its time is not between the years 1 and 9999'
  from pggit.signature as s where not s.signed_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00'
  union all
  select 'damaged request', v.request::text, format('revision %s does not change what it says', v.revision)
  from pggit.request_revision as v join pggit.commit as c on c.hash = v.target
  where v.tree is not null and exists (select from pggit.tree as t where t.hash = v.tree)
    and pggit.are_trees_readable()
    and v.change_hash is distinct from pggit.change_hash(c.tree, v.tree)
$$;
