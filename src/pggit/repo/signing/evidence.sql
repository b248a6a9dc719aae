-- Read by whoever compares a store with its anchors. These call no function of the engine, and what they call is
-- PostgreSQL's own: whoever can rewrite the store can replace the engine. docs/explanation/evidence.md says of each
-- table and column whether it is anchored, derived or neither.

-- name: last
select 'reflog', coalesce(max(r.id), 0) from pggit.reflog as r
union all select 'roles', coalesce(max(r.id), 0) from pggit.reflog as r
union all select 'change', coalesce(max(c.id), 0) from pggit.change as c
union all select 'transaction', coalesce(max(t.id), 0) from pggit.transaction as t

-- name: open
select c.id from pggit.change as c where c.commit is null order by c.id

-- name: reflog
-- A branch that is renamed takes its entries along: what is hashed is the name that they were written under.
select s.number, count(r.id),
  encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(r.id, coalesce(r.written, r.ref), r.renamed,
    encode(r.old, 'hex'), encode(r.new, 'hex'), r.at, r.who, r.message)::text, 'UTF8')), '' order by r.id), '')), 'hex')
from unnest(%s::integer[], %s::bigint[], %s::bigint[]) as s(number, first, last)
left join pggit.reflog as r on r.id between s.first and s.last
group by s.number

-- name: roles
-- oids of roles: in another cluster those of the same names
select s.number, count(r.id), encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(r.id, r.role)::text, 'UTF8')), '' order by r.id), '')), 'hex')
from unnest(%s::integer[], %s::bigint[], %s::bigint[]) as s(number, first, last)
left join pggit.reflog as r on r.id between s.first and s.last
group by s.number

-- name: change
select s.number, count(c.id),
  encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(c.id, c.xid, c.at, c.tag, c.key,
    encode(c.old, 'hex'), encode(c.new, 'hex'), encode(c.statement, 'hex'), c.current_user_name)::text, 'UTF8')), '' order by c.id), '')), 'hex')
from unnest(%s::integer[], %s::bigint[], %s::bigint[]) as s(number, first, last)
left join pggit.change as c on c.id between s.first and s.last
group by s.number

-- name: transaction
select s.number, count(t.id),
  encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(t.id, t.xid, t.snapshot, t.at, t.session_user_name,
    t.current_user_name, t.application, t.client, t.cause)::text, 'UTF8')), '' order by t.id), '')), 'hex')
from unnest(%s::integer[], %s::bigint[], %s::bigint[]) as s(number, first, last)
left join pggit.transaction as t on t.id between s.first and s.last
group by s.number

-- name: credits
-- several ranges a record: the changes that a commit took in since the record before
select s.number, count(c.id),
  encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(c.id, encode(c.commit, 'hex'))::text, 'UTF8')), '' order by c.id), '')), 'hex')
from unnest(%s::integer[], %s::bigint[], %s::bigint[]) as s(number, first, last)
left join pggit.change as c on c.id between s.first and s.last
group by s.number

-- name: rows
select x.key, encode(sha256(convert_to(x.said::text, 'UTF8')), 'hex')
from (
  select 'repository', jsonb_build_array(r.identity, r.tracked_by) from pggit.repository as r
  union all
  select concat('upgrade ', to_char(u.at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ' ', u.action, ' ', u.version), jsonb_build_array(u.who)
  from pggit.upgrade_log as u
  union all
  select concat('tag ', substr(r.name, 6)), jsonb_build_array(encode(r.commit, 'hex'), r.message, r.tagger, r.updated_at)
  from pggit.ref as r where starts_with(r.name, 'tags/')
  union all
  select concat('signature ', encode(s.hash, 'hex'), ' ', encode(s.commit, 'hex'), ' ', s.tag), jsonb_build_array(s.signer, s.armored, s.signed_at)
  from pggit.signature as s
  union all
  select concat('recorded ', encode(r.commit, 'hex')), jsonb_build_array(r.who, r.at) from pggit.recorded as r
  union all
  select concat('role of recorded ', encode(r.commit, 'hex')), jsonb_build_array(r.role) from pggit.recorded as r
  union all
  select concat('role of request ', q.id), jsonb_build_array(q.opened_role) from pggit.request as q
  union all
  select concat('role of revision ', v.request, '.', v.revision), jsonb_build_array(v.made_role) from pggit.request_revision as v
  union all
  select concat('role of approval ', a.id), jsonb_build_array(a.role) from pggit.approval as a
  union all
  select concat('setting ', s.name), jsonb_build_array(s.value) from pggit.setting as s
  union all
  select concat('access ', a.role), jsonb_build_array(a.level, a.given_at, a.given_by) from pggit.access as a
  union all
  select concat('role of access ', a.role), jsonb_build_array(a.role_oid) from pggit.access as a
  union all
  select concat('aside ', encode(sha256(convert_to(jsonb_build_array(a.at, a.kind, a.name, a.message, a.content)::text, 'UTF8')), 'hex')),
    jsonb_build_array(a.kind)
  from pggit.set_aside as a
  union all
  select concat('protection ', p.pattern), jsonb_build_array(p.approvals, p.proof, p.signed, p.not_author, p.independent, p.set_at, p.set_by)
  from pggit.protection as p
  union all
  select concat('request ', q.id), jsonb_build_array(q.title, q.body, q.opened_at, q.opened_by, q.author) from pggit.request as q
  union all
  select concat('request ', q.id, ' end'),
    jsonb_build_array(q.branch, q.target, q.state, q.updated_at, q.ended_at, q.ended_by, encode(q.commit, 'hex'))
  from pggit.request as q where q.state <> 'open'
  union all
  select concat('revision ', v.request, '.', v.revision),
    jsonb_build_array(encode(v.source, 'hex'), encode(v.target, 'hex'), v.outcome, encode(v.change_hash, 'hex'), v.changes, v.plan, v.hazards,
      v.conflicts, v.findings, v.refused, v.made_at, v.made_by, encode(v.tree, 'hex'))
  from pggit.request_revision as v
  union all
  -- another proof may take the place of one as long as the request is open
  select concat('proof ', v.request, '.', v.revision, ' ', coalesce(to_char(v.proved_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'none')),
    jsonb_build_array(v.proof, v.proven, v.proved_by)
  from pggit.request_revision as v
  union all
  select concat('approval ', a.id),
    jsonb_build_array(a.request, a.revision, encode(a.source, 'hex'), encode(a.change_hash, 'hex'), a.verdict, a.who, a.author, a.at, a.note,
      a.signature, a.public_key)
  from pggit.approval as a
  union all
  select concat('merge ', m.id), jsonb_build_array(encode(m.ours, 'hex'), encode(m.theirs, 'hex'), m.name, m.message, m.started_at, m.started_by)
  from pggit.merges as m
  union all
  select concat('merge ', m.id, ' end'),
    jsonb_build_array(m.state, m.ended_at, m.ended_by, encode(m.commit, 'hex'),
      (select jsonb_agg(jsonb_build_array(c.key, c.group_key, c.class, c.attributes, c.base, c.ours, c.theirs, c.together, c.message, c.choice,
        c.objects, c.reason, c.resolved_at, c.resolved_by) order by c.key collate "C") from pggit.conflicts as c where c.merge = m.id))
  from pggit.merges as m where m.state <> 'open'
  union all
  -- what waits to be folded; folding makes a transaction of it
  select concat('capture ', c.id, ' ', c.xid),
    jsonb_build_array(c.at, c.session_user_name, c.current_user_name, c.application, c.client, c.tag, c.catalogs, c.objids, c.dropped_catalogs,
      c.dropped_objids, c.grants, encode(c.query_hash, 'hex'), c.query, c.error, c.first)
  from pggit.capture as c
  union all
  -- which roles may do what with the store, whoever gave them that
  select concat('grants ', case when g.grantee = 0 then 'PUBLIC' else pg_get_userbyid(g.grantee) end),
    jsonb_agg(jsonb_build_array(g.object, g.privilege_type, g.is_grantable) order by g.object collate "C", g.privilege_type collate "C", g.is_grantable)
  from (
    select 'schema' as object, n.nspowner as owner, a.grantee, a.privilege_type, a.is_grantable
    from pg_namespace as n cross join lateral aclexplode(n.nspacl) as a where n.nspname = 'pggit'
    union all
    select concat('relation ', c.relname), c.relowner, a.grantee, a.privilege_type, a.is_grantable
    from pg_namespace as n join pg_class as c on c.relnamespace = n.oid cross join lateral aclexplode(c.relacl) as a where n.nspname = 'pggit'
    union all
    select concat('column ', c.relname, '.', t.attname), c.relowner, a.grantee, a.privilege_type, a.is_grantable
    from pg_namespace as n join pg_class as c on c.relnamespace = n.oid join pg_attribute as t on t.attrelid = c.oid
    cross join lateral aclexplode(t.attacl) as a where n.nspname = 'pggit' and not t.attisdropped
    union all
    select concat('function ', p.proname, '(', pg_get_function_identity_arguments(p.oid), ')'), p.proowner, a.grantee, a.privilege_type, a.is_grantable
    from pg_namespace as n join pg_proc as p on p.pronamespace = n.oid
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a where n.nspname = 'pggit'
  ) as g
  where g.grantee <> g.owner
  group by g.grantee
) as x(key, said)

-- name: folded
select distinct t.xid::text from pggit.transaction as t where t.xid::text = any (%s)

-- name: engine
select
  (select p.prosrc from pg_namespace as n join pg_proc as p on p.pronamespace = n.oid
   where n.nspname = 'pggit' and p.proname = 'version' and p.pronargs = 0),
  current_setting('server_version_num')::integer / 10000,
  (select concat(r.system_identifier, '/', d.oid) from pggit.repository as r, pg_database as d where d.datname = current_database()),
  -- a catalog row that is changed, or dropped and made again, has another oid or xmin
  (select encode(sha256(convert_to(coalesce(jsonb_agg(jsonb_build_array(x.name, x.oid, x.xmin) order by x.name collate "C"), '[]')::text, 'UTF8')), 'hex')
   from (
     select concat('event trigger ', e.evtname), e.oid, e.xmin from pg_event_trigger as e
     where e.evtname in ('pggit_a_note', 'pggit_a_note_drop', 'pggit_ddl', 'pggit_drop')
     union all
     select concat('trigger ', t.tgname, ' on ', c.relname), t.oid, t.xmin
     from pg_namespace as n join pg_class as c on c.relnamespace = n.oid join pg_trigger as t on t.tgrelid = c.oid and not t.tgisinternal
     where n.nspname = 'pggit') as x(name, oid, xmin)),
  (select r.paused_until > clock_timestamp() from pggit.repository as r),
  (select r.tracked_by = 'triggers' from pggit.repository as r)

-- name: dates
-- rows that are numbered one after the other and dated: which is dated before the one before it
select x.object, x.at, x.before
from (
  select concat('reflog entry ', r.id), r.at, lag(r.at) over (order by r.id) from pggit.reflog as r
  union all select concat('approval ', a.id), a.at, lag(a.at) over (order by a.id) from pggit.approval as a
  union all select concat('request ', q.id), q.opened_at, lag(q.opened_at) over (order by q.id) from pggit.request as q
  union all select concat('merge ', m.id), m.started_at, lag(m.started_at) over (order by m.id) from pggit.merges as m
) as x(object, at, before)
where x.at < x.before
order by 1

-- name: derived
-- what follows from other rows, and does not
with
series(object, rows, least, greatest, counted) as (
  select 'reflog', count(r.id), min(r.id), max(r.id), (select x.reflog_id from pggit.repository as x) from pggit.reflog as r
  union all select 'history', count(c.id), min(c.id), max(c.id), (select x.change_id from pggit.repository as x) from pggit.change as c
  union all select 'approvals', count(a.id), min(a.id), max(a.id), max(a.id) from pggit.approval as a
  union all select 'requests', count(q.id), min(q.id), max(q.id), max(q.id) from pggit.request as q
  union all select 'merges', count(m.id), min(m.id), max(m.id), max(m.id) from pggit.merges as m
),
pair as materialized (
  select c.hash as commit, p.tree as old, c.tree as new from pggit.commit as c join pggit.commit as p on p.hash = c.parents[1]
),
root as materialized (select distinct p.old, p.new from pair as p where p.old <> p.new),
bucket as materialized (
  select r.old as old_root, r.new as new_root, e.key, max(e.value) filter (where not e.is_new) as old, max(e.value) filter (where e.is_new) as new
  from root as r
  cross join lateral (
    select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = r.old
    union all select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = r.new) as e
  group by 1, 2, 3
  having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
),
head as materialized (
  select b.old_root, b.new_root, e.key, max(e.value) filter (where not e.is_new) as old, max(e.value) filter (where e.is_new) as new
  from bucket as b
  cross join lateral (
    select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(b.old, 'hex')
    union all select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(b.new, 'hex')) as e
  group by 1, 2, 3
  having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
),
object as materialized (
  select h.old_root, h.new_root, h.key as group_key, e.key, max(e.value) filter (where not e.is_new) as old, max(e.value) filter (where e.is_new) as new
  from head as h
  cross join lateral (
    select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(h.old, 'hex')
    union all select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(h.new, 'hex')) as e
  group by 1, 2, 3, 4
  having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
),
differing(commit) as (
  select x.commit
  from (
    select p.commit, o.group_key, o.key, o.old, o.new from pair as p join object as o on o.old_root = p.old and o.new_root = p.new
    union all
    select c.commit, c.group_key, c.key, encode(c.old, 'hex'), encode(c.new, 'hex') from pggit.commit_change as c) as x
  group by x.commit, x.group_key, x.key, x.old, x.new
  having count(*) <> 2
)
select 'missing entry', s.object, concat('there are ', s.rows, ', numbered from ', s.least, ' to ', s.greatest)
from series as s where s.rows > 0 and (s.least <> 1 or s.rows <> s.greatest)
union all
select 'missing entry', s.object, concat(s.counted, ' were written, the last one is ', coalesce(s.greatest, 0))
from series as s where s.counted <> coalesce(s.greatest, 0)
union all
select 'damaged statement', encode(s.hash, 'hex'), 'its text does not have this hash' from pggit.statement as s where sha256(convert_to(s.text, 'UTF8')) <> s.hash
union all
select 'missing statement', c.key, concat('change ', c.id, ' was made by statement ', left(encode(c.statement, 'hex'), 10), ', which is not in the store')
from pggit.change as c where c.statement is not null and not exists (select from pggit.statement as s where s.hash = c.statement)
union all
select 'missing definition', c.key, concat('change ', c.id, ' names ', left(encode(d.hash, 'hex'), 10), ', which is not in the store')
from pggit.change as c cross join lateral (values (c.old), (c.new)) as d(hash)
where d.hash is not null and not exists (select from pggit.blob as b where b.hash = d.hash)
union all
select distinct 'damaged history', encode(d.commit, 'hex'), 'what it changed is not what its tree and its parent''s differ in' from differing as d
union all
select 'unexplained ref', r.name, concat('it is at ', left(encode(r.commit, 'hex'), 10), ', and the last entry of the reflog says ', coalesce(left(encode(l.new, 'hex'), 10), 'that it is gone'))
from pggit.ref as r
left join (select distinct on (m.ref) m.ref, m.new from pggit.reflog as m order by m.ref, m.id desc) as l on l.ref = r.name
where (starts_with(r.name, 'heads/') or starts_with(r.name, 'tags/')) and r.commit is not null and l.new is distinct from r.commit
union all
select 'unexpected grant', coalesce(g.rolname, 'PUBLIC'), 'it has rights on the store that pggit grant did not give'
from (
  select a.grantee from pg_namespace as n cross join lateral aclexplode(n.nspacl) as a where n.nspname = 'pggit' and a.grantee <> n.nspowner
  union
  select a.grantee from pg_namespace as n join pg_class as c on c.relnamespace = n.oid cross join lateral aclexplode(c.relacl) as a
  where n.nspname = 'pggit' and a.grantee <> c.relowner
  union
  select a.grantee from pg_namespace as n join pg_class as c on c.relnamespace = n.oid join pg_attribute as t on t.attrelid = c.oid
  cross join lateral aclexplode(t.attacl) as a where n.nspname = 'pggit' and not t.attisdropped and a.grantee <> c.relowner
  union
  select a.grantee from pg_namespace as n join pg_proc as p on p.pronamespace = n.oid
  cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a where n.nspname = 'pggit' and a.grantee <> p.proowner
) as x
left join pg_roles as g on g.oid = x.grantee
where not exists (select from pggit.access as a where a.role_oid = x.grantee or a.role = g.rolname)

-- name: planted
-- Reading a table must not run what somebody put there: no views, rules, policies, types, index methods or expressions but PostgreSQL's own.
select c.relname, x.problem
from pg_namespace as n
join pg_class as c on c.relnamespace = n.oid
cross join lateral (
  select 'it is not a plain table' where c.relkind <> 'r' or c.relam <> (select m.oid from pg_am as m where m.amname = 'heap')
  union all select 'it has rules' where exists (select from pg_rewrite as w where w.ev_class = c.oid)
  union all select 'it has row security' where c.relrowsecurity or c.relforcerowsecurity or exists (select from pg_policy as p where p.polrelid = c.oid)
  union all select 'it is part of an inheritance tree' where exists (select from pg_inherits as i where c.oid in (i.inhparent, i.inhrelid))
  union all select 'it has columns of types that are not PostgreSQL''s'
    where exists (select from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid >= 16384)
  union all select 'what hangs on it calls functions that are not PostgreSQL''s'
    where exists (
      select from (
        select 'pg_class'::regclass::oid as class, i.indexrelid as id from pg_index as i where i.indrelid = c.oid
        union all select 'pg_statistic_ext'::regclass::oid, s.oid from pg_statistic_ext as s where s.stxrelid = c.oid
      ) as o
      join pg_depend as d on d.classid = o.class and d.objid = o.id
      where d.refobjid >= 16384
        and d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass, 'pg_opclass'::regclass, 'pg_am'::regclass, 'pg_collation'::regclass))
) as x(problem)
where n.nspname = 'pggit' and c.relname = any (array['access', 'approval', 'blob', 'capture', 'change', 'commit', 'commit_change', 'conflicts', 'merges',
  'protection', 'recorded', 'ref', 'reflog', 'repository', 'request', 'request_revision', 'set_aside', 'setting', 'signature', 'statement', 'transaction', 'tree', 'upgrade_log'])
union all
select concat('cast (', format_type(k.castsource, null), ' as ', format_type(k.casttarget, null), ')'), 'it is between types of PostgreSQL, and calls another function'
from pg_cast as k where k.oid >= 16384 and k.castsource < 16384 and k.casttarget < 16384 and k.castfunc >= 16384
union all
select p.oid::regprocedure::text, 'it is not PostgreSQL''s own'
from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace join pg_language as l on l.oid = p.prolang
where n.nspname = 'pg_catalog' and (p.oid >= 16384 or l.lanname <> 'internal')
  and p.proname in ('sha256', 'encode', 'decode', 'convert_to', 'to_char', 'jsonb_build_array', 'jsonb_each', 'jsonb_each_text', 'jsonb_agg',
    'jsonb_object_agg', 'string_agg', 'aclexplode', 'concat', 'starts_with', 'bool_or', 'unnest', 'count', 'max', 'min')
