-- Read by whoever checks a history. These call no function of the engine: whoever can rewrite the store can replace those.

-- name: commits
select encode(c.hash, 'hex'), encode(c.tree, 'hex'),
  array(select encode(p.hash, 'hex') from unnest(c.parents) with ordinality as p(hash, n) order by p.n),
  c.author, to_char(c.authored_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), c.message, c.generation
from pggit.commit as c
where %s::bytea[] is null or c.hash = any (%s::bytea[])

-- name: content
-- what is wrong below the roots of some trees: root, buckets, groups (depth 0 to 2), definitions (3). Everything that
-- is named is hashed once.
with recursive
needed(hash, depth) as (
  select w.hash, 0 from unnest(%s::bytea[]) as w(hash)
  union
  select case when length(e.value) = 64 and e.value !~ '[^0-9a-f]' then decode(e.value, 'hex') else convert_to(e.value, 'UTF8') end, n.depth + 1
  from needed as n join pggit.tree as t on t.hash = n.hash
  cross join jsonb_each_text(case when jsonb_typeof(t.entries) = 'object' then t.entries else '{}' end) as e
  where n.depth < 3
),
tree as materialized (
  select n.hash, n.depth, t.hash is null as is_missing, t.meaning, t.entries
  from needed as n left join pggit.tree as t on t.hash = n.hash where n.depth < 3
),
entry as materialized (
  select t.hash as parent, t.depth, e.key, decode(e.value, 'hex') as child
  from tree as t cross join jsonb_each_text(case when jsonb_typeof(t.entries) = 'object' then t.entries else '{}' end) as e
  where length(e.value) = 64 and e.value !~ '[^0-9a-f]'
),
meaning as (
  select e.parent, jsonb_object_agg(e.key, encode(case when e.depth < 2 then t.meaning else b.meaning end, 'hex')) as entries
  from entry as e
  left join pggit.tree as t on e.depth < 2 and t.hash = e.child
  left join pggit.blob as b on e.depth = 2 and b.hash = e.child
  group by e.parent
),
blob as materialized (
  select n.hash, b.hash is null as is_missing, b.meaning, b.definition
  from needed as n left join pggit.blob as b on b.hash = n.hash where n.depth = 3
),
found(problem, hash, message) as (
  select 'missing tree', t.hash, 'it is not in the store' from tree as t where t.is_missing
  union all
  select 'damaged tree', t.hash, 'its entries do not have this hash'
  from tree as t where sha256(convert_to(t.entries::text, 'UTF8')) <> t.hash
  union all
  select 'damaged tree', t.hash, 'its semantic hash is not that of what it names'
  from tree as t left join meaning as m on m.parent = t.hash
  where not t.is_missing and sha256(convert_to(coalesce(m.entries, '{}')::text, 'UTF8')) is distinct from t.meaning
  union all
  select 'missing definition', b.hash, 'it is not in the store' from blob as b where b.is_missing
  union all
  select 'damaged definition', b.hash, 'it does not have this hash'
  from blob as b where sha256(convert_to(b.definition::text, 'UTF8')) <> b.hash
  union all
  select 'damaged definition', b.hash, 'its semantic hash is not that of what it says'
  from blob as b
  where not b.is_missing and b.meaning is distinct from sha256(convert_to((
    select coalesce(jsonb_object_agg(e.key, e.value), '{}')
    from jsonb_each(case when jsonb_typeof(b.definition) = 'object' then b.definition else '{}' end) as e
    where not starts_with(e.key, '_'))::text, 'UTF8'))
)
select f.problem, encode(f.hash, 'hex'), f.message, (select min(e.key) from entry as e where e.child = f.hash),
  (select count(*) from tree), (select count(*) from blob)
from (select * from found union all select null, null, null) as f
order by f.problem nulls first, f.hash

-- name: refs
-- The commits that a name can stand for as the name of a ref.
with given as (select name, array['', 'tags/', 'heads/', 'remotes/'] as prefixes from cast(%s as text) as name)
select distinct encode(coalesce(branch.commit, r.commit), 'hex')
from given
join pggit.ref as r on r.name = any (array(select prefix || given.name from unnest(given.prefixes) as prefix))
left join pggit.ref as branch on branch.name = r.target
where coalesce(branch.commit, r.commit) is not null

-- name: moved
-- The commits at which the refs of a name have stood; of HEAD those of the branch that it is on, too.
with given as (select name, array['', 'tags/', 'heads/', 'remotes/'] as prefixes from cast(%s as text) as name)
select distinct encode(l.new, 'hex')
from given
join pggit.reflog as l on l.ref = any (array(select prefix || given.name from unnest(given.prefixes) as prefix))
  or (given.name = 'HEAD' and l.ref = (select r.target from pggit.ref as r where r.name = 'HEAD'))
where l.new is not null
