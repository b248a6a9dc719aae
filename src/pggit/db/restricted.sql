-- SQL that runs with the rights of another role, see restricted.py. A statement of ours has a name before each
-- {part} that is quoted when it is filled in.

-- name: owner
-- Of a relation or a domain: its owner, if code of that role must not run with the rights of this session, else null; a
-- relation whose code runs with its own and belongs to a role that is less trusted than the one that runs it (a partition, a
-- child, one that is attached, a table of the composite type, what references a column that gets another type), and that role; and whether a less
-- trusted role could put another relation in its place, as it owns the schema.
-- Code of a role that has all rights of session_user may run: others could RESET ROLE, whatever current_user is.
with recursive me as (
  select r.* from pg_catalog.pg_roles as r where r.rolname = session_user
), subject as (
  select c.oid, c.relowner as owner, c.relnamespace as schema, c.relkind in ('r', 'p', 'v') as lockable
  from pg_catalog.pg_class as c where c.oid = pg_catalog.to_regclass(%(relation)s)
  union all
  select null, t.typowner, t.typnamespace, false
  from pg_catalog.pg_type as t where t.oid = pg_catalog.to_regtype(%(domain)s)
), weaker as (
  select r.* from subject join pg_catalog.pg_roles as r on r.oid = subject.owner cross join me
  where not (r.rolsuper or r.oid = me.oid or pg_catalog.pg_has_role(r.oid, me.oid, {set}))
), runner as (
  select * from weaker union all select * from me where not exists (select from weaker)
), beside(oid) as (
  select pg_catalog.to_regclass(named.relation)
  from pg_catalog.unnest(%(running)s::pg_catalog.text[]) as named(relation)
  union
  select next.oid
  from beside
  join pg_catalog.pg_class as c on c.oid = beside.oid
  cross join lateral (
    select i.inhrelid from pg_catalog.pg_inherits as i where i.inhparent = c.oid
    union all
    select t.oid from pg_catalog.pg_class as t where c.relkind = 'c' and t.reloftype = c.reltype
    union all
    select k.conrelid from pg_catalog.pg_constraint as k where %(retyped)s and k.confrelid = c.oid and k.contype = 'f') as next(oid)
), strangers as (
  select c.oid, r.rolname
  from beside
  join pg_catalog.pg_class as c on c.oid = beside.oid
  join pg_catalog.pg_roles as r on r.oid = c.relowner
  cross join runner
  where c.oid <> pg_catalog.to_regclass(%(relation)s)
    and not (r.rolsuper or r.oid = runner.oid or pg_catalog.pg_has_role(r.oid, runner.oid, {set}))
)
select (select pg_catalog.quote_ident(weaker.rolname) from weaker), stranger.oid::pg_catalog.regclass::pg_catalog.text,
  stranger.rolname,
  (select runner.rolname from runner),
  subject.lockable and exists (
    select from pg_catalog.pg_namespace as n
    join pg_catalog.pg_roles as r on r.oid = case pg_catalog.pg_get_userbyid(n.nspowner) when 'pg_database_owner'
      then (select d.datdba from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
      else n.nspowner end
    cross join me
    where n.oid = subject.schema and not (r.rolsuper or r.oid = me.oid or pg_catalog.pg_has_role(r.oid, me.oid, {set})))
from subject
left join lateral (select * from strangers order by strangers.oid limit 1) as stranger on true

-- name: weaker
-- Whether code of a role must not run with the rights of this session.
select not (r.rolsuper or r.rolname = session_user or pg_catalog.pg_has_role(r.oid, session_user, {set}))
from pg_catalog.pg_roles as r where r.oid = pg_catalog.to_regrole(%(role)s)

-- name: lacks_create
-- Whether a role may not create in a schema.
select exists (
  select from pg_catalog.pg_roles as r cross join pg_catalog.pg_namespace as n
  where r.oid = pg_catalog.to_regrole(%(role)s) and n.nspname = %(schema)s
    and not pg_catalog.has_schema_privilege(r.oid, n.oid, 'create'))

-- name: members
-- What is in a schema, without types and sequences that are parts of tables.
select d.classid, d.objid
from pg_catalog.pg_depend as d
left join pg_catalog.pg_class as c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
where d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
  and d.refobjid = (select n.oid from pg_catalog.pg_namespace as n where n.nspname = %(schema)s)
  and not ((c.relkind = 'S' or d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass) and exists (
    select from pg_catalog.pg_depend as whole
    where whole.classid = d.classid and whole.objid = d.objid and whole.deptype in ('a', 'i')
      and whole.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass))

-- name: default_partition
-- Whether a table has a default partition, whose rows are checked when another partition comes.
select exists (
  select from pg_catalog.pg_partitioned_table as p
  where p.partrelid = pg_catalog.to_regclass(%(relation)s) and p.partdefid <> 0)

-- name: casts
-- Whether another role's function makes one type of another: nothing else of others can run when a foreign key is checked,
-- as the operators are those of operator classes, which superusers make.
select exists (
  select from pg_catalog.pg_cast as c
  join pg_catalog.pg_proc as p on p.oid = c.castfunc
  join pg_catalog.pg_roles as r on r.oid = p.proowner
  where not (r.rolsuper or r.rolname = session_user))

-- name: is_foreign_key
select exists (
  select from pg_catalog.pg_constraint as c
  where c.conrelid = pg_catalog.to_regclass(%(relation)s) and c.conname = %(name)s and c.contype = 'f')

-- name: path
-- The search_path that a role, or that of this session, has in this database, without schemas in which a less trusted role
-- may create objects: what functions of the role find by an unqualified name must not be somebody else's.
with me as (
  select r.* from pg_catalog.pg_roles as r
  where r.oid = coalesce(pg_catalog.to_regrole(%(role)s), pg_catalog.to_regrole(pg_catalog.quote_ident(session_user)))
), written as (
  select coalesce((
    select pg_catalog.substr(c.setting, 13)
    from pg_catalog.pg_db_role_setting as s
    cross join lateral pg_catalog.unnest(s.setconfig) as c(setting)
    where pg_catalog.starts_with(c.setting, 'search_path=') and me.rolname <> session_user
      and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()))
      and s.setrole in (0, me.oid)
    order by s.setrole <> 0 desc, s.setdatabase <> 0 desc
    limit 1), (select s.reset_val from pg_catalog.pg_settings as s where s.name = 'search_path')) as path
  from me
), named as (
  select m.number, case when m.part[1] = '$user' then me.rolname::pg_catalog.text
    else coalesce(pg_catalog.replace(m.part[1], '""', '"'), pg_catalog.lower(m.part[2])) end as name
  from written cross join lateral pg_catalog.regexp_matches(written.path, '"((?:[^"]|"")*)"|([^",\s]+)', 'g')
    with ordinality as m(part, number)
  cross join me
)
select pg_catalog.concat_ws(', ', 'pg_catalog', pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', '
  order by named.number), 'pg_temp')
from named
join pg_catalog.pg_namespace as n on n.nspname = named.name and not pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_')
where not exists (
  select from pg_catalog.pg_roles as r cross join me
  where r.rolname <> 'pg_database_owner' and not r.rolsuper
    and pg_catalog.has_schema_privilege(r.oid, n.oid, 'create')
    and not pg_catalog.pg_has_role(r.oid, me.oid, {set})
    and (r.oid <> (select d.datdba from pg_catalog.pg_database as d where d.datname = current_database()) or {outranks}))

-- name: deferred
-- The constraints that wait for the end of the transaction, which is outside: they are made to wait again afterwards. One in
-- a schema that the role may not use cannot be named.
select coalesce(pg_catalog.string_agg(distinct pg_catalog.format('%I.%I', n.nspname, c.conname), ', '), '')
from pg_catalog.pg_constraint as c join pg_catalog.pg_namespace as n on n.oid = c.connamespace
where c.condeferred and pg_catalog.has_schema_privilege(n.oid, 'usage')

-- name: open
-- Event triggers, pgGit's own too, have nothing to do with this schema; only a superuser can spare them.
select pg_catalog.set_config('pggit.replication_role', pg_catalog.current_setting('session_replication_role'), true);
select pg_catalog.set_config('session_replication_role', 'replica', true)
where pg_catalog.current_setting('is_superuser') = 'on';
create schema {schema};
create function {schema}.run() returns pg_catalog.int8 language plpgsql set search_path = {path} as $body$
declare
  changed pg_catalog.int8;
begin
  execute pg_catalog.current_setting('pggit.statement');
  get diagnostics changed = row_count;
  return changed;
end $body$;
grant execute on function {schema}.run() to {role};
create materialized view {schema}.rows as select {schema}.run() as changed with no data;
grant usage, create on schema {schema} to {role};
alter materialized view {schema}.rows owner to {role};
revoke create on schema {schema} from {role};
select pg_catalog.set_config('session_replication_role', pg_catalog.current_setting('pggit.replication_role'), true)
where pg_catalog.current_setting('is_superuser') = 'on'

-- name: run
select pg_catalog.set_config('pggit.statement', {statement}, true);
set constraints all immediate;
refresh materialized view {schema}.rows;
{deferred}
select changed from {schema}.rows

-- name: close
select pg_catalog.set_config('pggit.statement', '', true);
select pg_catalog.set_config('session_replication_role', 'replica', true)
where pg_catalog.current_setting('is_superuser') = 'on';
drop schema {schema} cascade;
select pg_catalog.set_config('session_replication_role', pg_catalog.current_setting('pggit.replication_role'), true)
where pg_catalog.current_setting('is_superuser') = 'on'
