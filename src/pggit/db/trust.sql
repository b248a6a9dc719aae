-- Whom the role of a session trusts. Only catalogs are read, which nobody but a superuser can write to.

-- name: set
-- The word of pg_has_role for a role that can do all that another can: since 16 members may be so without SET ROLE.
case when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end

-- name: outranks
-- Whether a role, row me of pg_roles, has rights that another, row r, lacks.
(me.rolsuper or (me.rolcreaterole and not r.rolcreaterole) or (me.rolreplication and not r.rolreplication)
  or (me.rolbypassrls and not r.rolbypassrls)
  or exists (
    select from pg_catalog.pg_roles as p
    where p.rolname in (
        'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_read_all_data',
        'pg_write_all_data', 'pg_signal_backend', 'pg_maintain', 'pg_create_subscription')
      and pg_catalog.pg_has_role(me.oid, p.oid, 'member') and not pg_catalog.pg_has_role(r.oid, p.oid, {set})))

-- name: roles
-- The roles that are believed, and of each whether its code may run with the rights of this session. What counts are the
-- rights of session_user: code that runs in the session can reset the role.
with me as (
  select r.* from pg_catalog.pg_roles as r where r.rolname = session_user
)
select r.oid::pg_catalog.int8, r.rolname, pg_catalog.quote_ident(r.rolname),
  r.rolsuper or r.oid = me.oid or pg_catalog.pg_has_role(r.oid, me.oid, {set}) or not {outranks}
from pg_catalog.pg_roles as r cross join me
where r.rolsuper or r.rolname in (session_user, current_user)
  or r.oid = (select d.datdba from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())

-- name: schema
-- The owner of a schema, and another role that owns one of its functions or relations, if there is one.
select n.nspowner::pg_catalog.int8, pg_catalog.pg_get_userbyid(n.nspowner), pg_catalog.pg_get_userbyid((
  select o.owner
  from pg_catalog.pg_depend as d
  cross join lateral (
    select p.proowner from pg_catalog.pg_proc as p
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
    union all
    select c.relowner from pg_catalog.pg_class as c
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid) as o(owner)
  where d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.refobjid = n.oid
    and o.owner <> n.nspowner
  limit 1))
from pg_catalog.pg_namespace as n where n.nspname = %(name)s
