-- The lock is an advisory one of the database. In a tracked database its key is in the store, where who has access can give it
-- another one if somebody else holds it; without access, and in other databases, there is only the key that everybody knows.

-- name: may_lock
select not pg_catalog.pg_is_in_recovery() and pg_catalog.has_schema_privilege('pggit', 'usage')
  and coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure('pggit.lock_key(text)'), 'execute'), false)

-- name: key
select pggit.lock_key('apply')

-- name: public_key
select pg_catalog.hashtextextended('pggit apply', 0)

-- name: renew
select pggit.renew_lock('apply', %(key)s::bigint)

-- name: try_lock
select pg_catalog.pg_try_advisory_lock(%(key)s::bigint)

-- name: unlock
select pg_catalog.pg_advisory_unlock(%(key)s::bigint)

-- name: holder
-- who has the lock: process, role, since when
select l.pid, coalesce(a.usename, ''), coalesce(pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS OF'), '')
from pg_catalog.pg_locks as l
left join pg_catalog.pg_stat_activity as a using (pid)
where l.locktype = 'advisory' and l.granted and l.objsubid = 1
  and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
  and l.classid::bigint = (%(key)s::bigint >> 32) & 4294967295 and l.objid::bigint = %(key)s::bigint & 4294967295

-- The journal is the schema pggit_apply: a comment that tells how far the run is, and a function whose body is the plan.
-- The body is no SQL: it is read from the catalog, and nobody can run it.
-- No table: a publication FOR ALL TABLES would send its rows to subscribers that have no such table, and stop them.

-- name: journal
-- what is in the schema, and who owns it
select n.nspowner::pg_catalog.int8, pg_catalog.pg_get_userbyid(n.nspowner), p.proowner::pg_catalog.int8,
  pg_catalog.pg_get_userbyid(p.proowner), pg_catalog.obj_description(n.oid, 'pg_namespace'), p.prosrc
from pg_catalog.pg_namespace as n
left join pg_catalog.pg_proc as p on p.pronamespace = n.oid and p.proname = 'plan' and p.pronargs = 0
where n.nspname = 'pggit_apply'

-- name: create
create schema pggit_apply

-- name: create_plan
create function pggit_apply.plan() returns pg_catalog.void language sql set search_path = pg_catalog, pg_temp as {body}

-- name: move
comment on schema pggit_apply is {position}

-- name: remove
drop schema pggit_apply cascade

-- name: now
select session_user, pg_catalog.to_char(pg_catalog.clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS OF')

-- name: index_health
-- whether an index is there, and whether it is complete
select i.indisvalid and i.indisready and i.indislive
from pg_catalog.pg_index as i where i.indexrelid = pg_catalog.to_regclass(%(name)s)

-- name: owned
-- for a relation by name: whether it is there, and whether the role has the rights of its owner
select pg_catalog.pg_has_role(c.relowner, 'usage')
from pg_catalog.pg_class as c where c.oid = pg_catalog.to_regclass(%(name)s)

-- name: may_create
-- for a schema by name: whether it is there, and whether the role may create in it
select pg_catalog.has_schema_privilege(n.oid, 'create')
from pg_catalog.pg_namespace as n where n.oid = pg_catalog.to_regnamespace(%(name)s)

-- name: may_create_schema
select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
