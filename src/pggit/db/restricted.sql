-- SQL that runs with the rights of another role, see restricted.py. A statement of ours has a name before each
-- {part} that is quoted when it is filled in.

-- name: owner
-- The owner of a relation, or of a domain, whose code must not run with the rights of this session; null if it may.
-- Code of a role that has all rights of session_user may: others could RESET ROLE, whatever current_user is.
select pg_catalog.quote_ident(r.rolname)
from (
  select c.relowner as owner from pg_catalog.pg_class as c where c.oid = pg_catalog.to_regclass(%(relation)s)
  union all
  select t.typowner from pg_catalog.pg_type as t where t.oid = pg_catalog.to_regtype(%(domain)s)) as o
join pg_catalog.pg_roles as r on r.oid = o.owner
where not (r.rolsuper or r.rolname = session_user or pg_catalog.pg_has_role(r.oid, session_user, 'member'))

-- name: weaker
-- Whether code of a role must not run with the rights of this session.
select not (r.rolsuper or r.rolname = session_user or pg_catalog.pg_has_role(r.oid, session_user, 'member'))
from pg_catalog.pg_roles as r where r.oid = pg_catalog.to_regrole(%(role)s)

-- name: lacking
-- Which rights a role lacks to create something in a schema.
select pg_catalog.array_to_string(array(
  select p.word from pg_catalog.unnest(array['usage', 'create']) as p(word)
  where not pg_catalog.has_schema_privilege(r.oid, n.oid, p.word)), ', ')
from pg_catalog.pg_roles as r cross join pg_catalog.pg_namespace as n
where r.oid = pg_catalog.to_regrole(%(role)s) and n.nspname = %(schema)s

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
-- The search_path that a role has in this database, as far as no other role may create objects in its schemas: what the
-- role's own functions find by an unqualified name must not be somebody else's.
with written as (
  select coalesce((
    select pg_catalog.substr(c.setting, 13)
    from pg_catalog.pg_db_role_setting as s
    cross join lateral pg_catalog.unnest(s.setconfig) as c(setting)
    where pg_catalog.starts_with(c.setting, 'search_path=')
      and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()))
      and s.setrole in (0, (select r.oid from pg_catalog.pg_roles as r where r.oid = pg_catalog.to_regrole(%(role)s)))
    order by s.setrole <> 0 desc, s.setdatabase <> 0 desc
    limit 1), (select s.reset_val from pg_catalog.pg_settings as s where s.name = 'search_path')) as path
), named as (
  select m.number, case when m.part[1] = '$user' then r.rolname::pg_catalog.text
    else coalesce(pg_catalog.replace(m.part[1], '""', '"'), pg_catalog.lower(m.part[2])) end as name
  from written cross join lateral pg_catalog.regexp_matches(written.path, '"((?:[^"]|"")*)"|([^",\s]+)', 'g')
    with ordinality as m(part, number)
  join pg_catalog.pg_roles as r on r.oid = pg_catalog.to_regrole(%(role)s)
)
select pg_catalog.concat_ws(', ', 'pg_catalog', pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', '
  order by named.number), 'pg_temp')
from named
join pg_catalog.pg_namespace as n on n.nspname = named.name and not pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_')
where not exists (
  select from (
    select n.nspowner as oid
    union all
    select a.grantee from pg_catalog.aclexplode(n.nspacl) as a where a.privilege_type = 'CREATE') as creator
  left join pg_catalog.pg_roles as c on c.oid = creator.oid
  where c.rolname is null or not (
    c.rolsuper or c.rolname = 'pg_database_owner' or c.oid = pg_catalog.to_regrole(%(role)s)
    or c.oid = (select d.datdba from pg_catalog.pg_database as d where d.datname = current_database())
    or pg_catalog.pg_has_role(c.oid, (select o.oid from pg_catalog.pg_roles as o
      where o.oid = pg_catalog.to_regrole(%(role)s)), 'member')))

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
