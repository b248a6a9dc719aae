CREATE SCHEMA pggit;
ALTER SCHEMA pggit OWNER TO postgres;
COMMENT ON SCHEMA pggit IS 'pgGit: version control for this database';
CREATE TYPE pggit.group_row AS (
	catalog oid,
	address oid,
	key text,
	objects jsonb,
	parts oid[],
	parents oid[]
);
ALTER TYPE pggit.group_row OWNER TO postgres;
CREATE TYPE pggit.read_row AS (
	address oid,
	class oid,
	objid oid,
	objsubid integer,
	kind text,
	identity text,
	definition jsonb,
	private jsonb,
	owner oid,
	acl aclitem[],
	acl_default aclitem[]
);
ALTER TYPE pggit.read_row OWNER TO postgres;
CREATE TYPE pggit.right_row AS (
	class oid,
	objid oid,
	privilege text
);
ALTER TYPE pggit.right_row OWNER TO postgres;
CREATE FUNCTION pggit.abort_merge() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$ update pggit.merges set state = 'aborted', ended_at = clock_timestamp(), ended_by = pggit.author() where state = 'open' $$;
ALTER FUNCTION pggit.abort_merge() OWNER TO postgres;
CREATE FUNCTION pggit.access_findings() RETURNS TABLE(role text, finding text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $_$
  with
  known as materialized (select * from pggit.access_roles()),
  has as materialized (select distinct * from pggit.granted_rights()),
  may as materialized (
    select k.role_oid, r.class, r.objid, r.privilege from known as k cross join lateral pggit.rights(k.level) as r where k.role_oid is not null
  )
  select k.recorded::text, format('is recorded as %s and is no longer there: pggit revoke removes the record', k.level) from known as k where k.role_oid is null
  union all
  select k.recorded::text, format('is called %s now: pggit grant %s %1$s records that', quote_ident(k.role), k.level) from known as k where k.role <> k.recorded
  union all
  select k.role::text, format('is recorded as %s and lacks %s of %s rights: pggit grant gives them, pggit revoke takes the rest', k.level, count(*) filter (where h.objid is null), count(*))
  from known as k join may as m on m.role_oid = k.role_oid
  left join has as h on h.role_oid = m.role_oid and h.class = m.class and h.objid = m.objid and h.privilege = m.privilege
  group by k.role, k.level having count(*) filter (where h.objid is null) > 0
  union all
  select case x.role_oid when 0 then 'PUBLIC' else coalesce(r.rolname::text, x.role_oid::text) end,
    format('has %s rights that pgGit did not give, such as %s: pggit revoke takes them', count(*), min(x.privilege || ' on ' || pg_describe_object(x.class, x.objid, 0)))
  from (select * from has except select * from may) as x left join pg_roles as r on r.oid = x.role_oid
  group by x.role_oid, r.rolname
$_$;
ALTER FUNCTION pggit.access_findings() OWNER TO postgres;
CREATE FUNCTION pggit.access_roles() RETURNS TABLE(recorded name, level text, role_oid oid, role name)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select a.role, a.level, r.oid, r.rolname
  from pggit.access as a
  cross join (select s.system_identifier is not distinct from pggit.system_identifier() as same from pggit.repository as s) as server
  left join pg_roles as r on case when server.same then r.oid = a.role_oid else r.rolname = a.role end
$$;
ALTER FUNCTION pggit.access_roles() OWNER TO postgres;
CREATE FUNCTION pggit.acl_objects(acl aclitem[], acl_default aclitem[]) RETURNS TABLE(grantee text, definition jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
begin
  return query
  -- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(acl_objects.acl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(acl_objects.acl_default) group by grantee
) as initial using (grantee)
where acl_objects.acl is not null and (now_has, now_grants) is distinct from (default_has, default_grants);
end $$;
ALTER FUNCTION pggit.acl_objects(acl aclitem[], acl_default aclitem[]) OWNER TO postgres;
CREATE FUNCTION pggit.advance_head(old_commit text, new_commit text, message text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.lock_repository();
  if pggit.head() is distinct from decode(old_commit, 'hex') then
    perform pggit.fail('PG006', 'HEAD is no longer at ' || left(old_commit, 10), 'Somebody moved it meanwhile: run the command again.');
  end if;
  perform pggit.move_ref(coalesce(pggit.current_branch(), 'HEAD'), decode(new_commit, 'hex'), message);
  delete from pggit.ref as r where r.name = 'replay/tip';
  return new_commit;
end $$;
ALTER FUNCTION pggit.advance_head(old_commit text, new_commit text, message text) OWNER TO postgres;
CREATE FUNCTION pggit.all_members() RETURNS TABLE(catalog oid, address oid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
begin
  return query select 'pg_am'::regclass::oid, m.oid from (
select a.oid from pg_am as a where a.oid >= 16384 and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_am'::regclass and member.objid = a.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_extension'::regclass::oid, m.oid from (
select e.oid from pg_extension as e
) as m(oid);
  return query select 'pg_init_privs'::regclass::oid, m.oid from (
select 'pg_init_privs'::regclass::oid
where exists (select from (select privileged.class, privileged.objid, privileged.objsubid, g.grantee, g.definition
from (-- Everything in this database that has grants. type is what acldefault wants.
select 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid, c.relacl as acl, c.relowner as owner,
  (case c.relkind when 'S' then 's' else 'r' end)::"char" as type
from pg_class as c where c.relacl is not null
union all
select 'pg_class'::regclass::oid, a.attrelid, a.attnum, a.attacl, c.relowner, 'c'
from pg_attribute as a join pg_class as c on c.oid = a.attrelid where a.attacl is not null and not a.attisdropped
union all select 'pg_proc'::regclass::oid, p.oid, 0, p.proacl, p.proowner, 'f' from pg_proc as p where p.proacl is not null
union all select 'pg_type'::regclass::oid, t.oid, 0, t.typacl, t.typowner, 'T' from pg_type as t where t.typacl is not null
union all select 'pg_language'::regclass::oid, l.oid, 0, l.lanacl, l.lanowner, 'l' from pg_language as l where l.lanacl is not null
union all select 'pg_namespace'::regclass::oid, n.oid, 0, n.nspacl, n.nspowner, 'n' from pg_namespace as n where n.nspacl is not null
union all
select 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwacl, w.fdwowner, 'F' from pg_foreign_data_wrapper as w where w.fdwacl is not null
union all
select 'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvacl, s.srvowner, 'S' from pg_foreign_server as s where s.srvacl is not null) as privileged
left join pg_init_privs as initial
  on initial.classoid = privileged.class and initial.objoid = privileged.objid and initial.objsubid = privileged.objsubid
cross join lateral (select coalesce(initial.initprivs, acldefault(privileged.type, privileged.owner)) as acl) as default_of
cross join lateral (-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(privileged.acl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(default_of.acl) group by grantee
) as initial using (grantee)
where privileged.acl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)) as g
where privileged.objid < 16384 and privileged.acl is distinct from initial.initprivs
  and not (privileged.class = 'pg_namespace'::regclass and privileged.objid <> 'pg_catalog'::regnamespace)
  and not exists (
    -- grants of information_schema are in no pg_init_privs; pg_dump leaves them alone as well
    select from pg_depend as dep
    where dep.classid = privileged.class and dep.objid = privileged.objid and dep.refclassid = 'pg_namespace'::regclass
      and dep.refobjid = to_regnamespace('information_schema'))) as found)
) as m(oid);
  return query select 'pg_proc'::regclass::oid, m.oid from (
select p.oid from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where p.prokind = 'a' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- neither a member of an extension nor made and kept by another object
not exists (
  select from pg_depend as member
  where member.classid = 'pg_proc'::regclass and member.objid = p.oid and member.deptype in ('e', 'i')
)
) as m(oid);
  return query select 'pg_proc'::regclass::oid, m.oid from (
select p.oid from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where p.prokind in ('f', 'w', 'p')
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- neither a member of an extension nor made and kept by another object
not exists (
  select from pg_depend as member
  where member.classid = 'pg_proc'::regclass and member.objid = p.oid and member.deptype in ('e', 'i')
)
) as m(oid);
  return query select 'pg_type'::regclass::oid, m.oid from (
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where (t.typtype = 'b' or t.typtype = 'p' and not t.typisdefined)
  and not exists (select from pg_type as element where element.oid = t.typelem and element.typarray = t.oid)
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_type'::regclass::oid, m.oid from (
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace join pg_class as c on c.oid = t.typrelid
where t.typtype = 'c' and c.relkind = 'c' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_type'::regclass::oid, m.oid from (
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'd' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_type'::regclass::oid, m.oid from (
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'e' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_type'::regclass::oid, m.oid from (
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'r' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_cast'::regclass::oid, m.oid from (
select c.oid from pg_cast as c where c.oid >= 16384 and -- neither a member of an extension nor made and kept by another object
not exists (
  select from pg_depend as member
  where member.classid = 'pg_cast'::regclass and member.objid = c.oid and member.deptype in ('e', 'i')
)
) as m(oid);
  return query select 'pg_collation'::regclass::oid, m.oid from (
select c.oid from pg_collation as c join pg_namespace as n on n.oid = c.collnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_collation'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_class'::regclass::oid, m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'f'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_class'::regclass::oid, m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'm'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_class'::regclass::oid, m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'S' and c.relpersistence <> 't'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
  and not exists (
    select from pg_depend as dep
    where dep.classid = 'pg_class'::regclass and dep.objid = c.oid and dep.deptype = 'i' and dep.refclassid = 'pg_class'::regclass)
) as m(oid);
  return query select 'pg_class'::regclass::oid, m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relpersistence <> 't'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_class'::regclass::oid, m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and c.relpersistence <> 't'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_conversion'::regclass::oid, m.oid from (
select c.oid from pg_conversion as c join pg_namespace as n on n.oid = c.connamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_conversion'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_default_acl'::regclass::oid, m.oid from (
select d.oid from pg_default_acl as d
where d.defaclnamespace = 0
  or exists (
    select from pg_namespace as n
    where n.oid = d.defaclnamespace and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_namespace'::regclass and member.objid = n.oid and member.deptype = 'e'
))
) as m(oid);
  return query select 'pg_event_trigger'::regclass::oid, m.oid from (
select e.oid from pg_event_trigger as e
join pg_proc as p on p.oid = e.evtfoid
join pg_namespace as n on n.oid = p.pronamespace
where not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit')) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_event_trigger'::regclass and member.objid = e.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_foreign_data_wrapper'::regclass::oid, m.oid from (
select w.oid from pg_foreign_data_wrapper as w
where -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_foreign_data_wrapper'::regclass and member.objid = w.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_language'::regclass::oid, m.oid from (
select l.oid from pg_language as l where l.oid >= 16384 and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_language'::regclass and member.objid = l.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_operator'::regclass::oid, m.oid from (
select o.oid from pg_operator as o join pg_namespace as n on n.oid = o.oprnamespace
where o.oprcode <> 0 and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_operator'::regclass and member.objid = o.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_opclass'::regclass::oid, m.oid from (
select o.oid from pg_opclass as o join pg_namespace as n on n.oid = o.opcnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_opclass'::regclass and member.objid = o.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_opfamily'::regclass::oid, m.oid from (
select o.oid from pg_opfamily as o join pg_namespace as n on n.oid = o.opfnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_opfamily'::regclass and member.objid = o.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_publication'::regclass::oid, m.oid from (
select p.oid from pg_publication as p
where -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_publication'::regclass and member.objid = p.oid and member.deptype = 'e'
)
) as m(oid);
  if pggit.includes('role') then return query select 'pg_authid'::regclass::oid, m.oid from (
select r.oid from pg_roles as r where r.oid >= 16384
) as m(oid); end if;
  if pggit.includes('role setting') then return query select 'pg_db_role_setting'::regclass::oid, m.oid from (
select distinct s.setrole from pg_db_role_setting as s
) as m(oid); end if;
  return query select 'pg_namespace'::regclass::oid, m.oid from (
select n.oid from pg_namespace as n
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_namespace'::regclass and member.objid = n.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_foreign_server'::regclass::oid, m.oid from (
select s.oid from pg_foreign_server as s
where -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_foreign_server'::regclass and member.objid = s.oid and member.deptype = 'e'
)
) as m(oid);
  if pggit.includes('subscription') then return query select 'pg_subscription'::regclass::oid, m.oid from (
select s.oid from pg_subscription as s
where s.subdbid = (select d.oid from pg_database as d where d.datname = current_database())
) as m(oid); end if;
  return query select 'pg_ts_config'::regclass::oid, m.oid from (
select c.oid from pg_ts_config as c join pg_namespace as n on n.oid = c.cfgnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_config'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_ts_dict'::regclass::oid, m.oid from (
select d.oid from pg_ts_dict as d join pg_namespace as n on n.oid = d.dictnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_dict'::regclass and member.objid = d.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_ts_parser'::regclass::oid, m.oid from (
select p.oid from pg_ts_parser as p join pg_namespace as n on n.oid = p.prsnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_parser'::regclass and member.objid = p.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_ts_template'::regclass::oid, m.oid from (
select t.oid from pg_ts_template as t join pg_namespace as n on n.oid = t.tmplnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_template'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid);
  return query select 'pg_transform'::regclass::oid, m.oid from (
select t.oid from pg_transform as t where t.oid >= 16384 and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_transform'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid);
end $_$;
ALTER FUNCTION pggit.all_members() OWNER TO postgres;
CREATE FUNCTION pggit.is_parents(parents bytea[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select parents is not null and (array_ndims(parents) is null or array_ndims(parents) = 1 and array_lower(parents, 1) = 1)
    and cardinality(parents) <= 128
    and (select count(*) = count(distinct p.hash) and coalesce(bool_and(octet_length(p.hash) is not distinct from 32), true)
      from unnest(parents) as p(hash))
$$;
ALTER FUNCTION pggit.is_parents(parents bytea[]) OWNER TO postgres;
CREATE TABLE pggit.commit (
    hash bytea NOT NULL,
    tree bytea NOT NULL,
    parents bytea[] NOT NULL,
    author text NOT NULL,
    authored_at timestamp with time zone NOT NULL,
    message text NOT NULL,
    generation integer NOT NULL,
    CONSTRAINT commit_parents CHECK (pggit.is_parents(parents))
);
ALTER TABLE pggit.commit OWNER TO postgres;
CREATE FUNCTION pggit.ancestors(start bytea) RETURNS SETOF pggit.commit
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  with recursive reached(hash) as (
    select start
    union
    select p.hash from reached as r join pggit.commit as c on c.hash = r.hash cross join unnest(c.parents) as p(hash)
  )
  select c.* from reached as r join pggit.commit as c using (hash)
$$;
ALTER FUNCTION pggit.ancestors(start bytea) OWNER TO postgres;
CREATE FUNCTION pggit.annotate_tag(name text, target bytea, message text, tagger text, tagged_at timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select pggit.note_change('tags/' || name, 'tag: annotated', r.commit)
  from pggit.ref as r where r.name = 'tags/' || annotate_tag.name and r.commit = annotate_tag.target;
  update pggit.ref as r set message = annotate_tag.message, tagger = annotate_tag.tagger, updated_at = annotate_tag.tagged_at
  where r.name = 'tags/' || annotate_tag.name and r.commit = annotate_tag.target and r.message is null
    and octet_length(annotate_tag.message) <= 1048576 and coalesce(octet_length(annotate_tag.tagger), 0) <= 4096
    and annotate_tag.tagged_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00'
$$;
ALTER FUNCTION pggit.annotate_tag(name text, target bytea, message text, tagger text, tagged_at timestamp with time zone) OWNER TO postgres;
CREATE FUNCTION pggit.apart(a bytea, b bytea) RETURNS TABLE(hash bytea, sides integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
declare
  lowest integer := (select min(c.generation) from pggit.commit as c where c.hash in (a, b));
  back integer := 16;
  found bytea[];
  found_sides integer[];
  is_open boolean;
begin
  loop
    back := back * 4;
    with recursive walk(hash, side) as (
      values (a, 1), (b, 2)
      union
      select p.hash, w.side
      from walk as w join pggit.commit as c on c.hash = w.hash cross join unnest(c.parents) as p(hash)
      where (select c.generation from pggit.commit as c where c.hash = p.hash) >= lowest - back
    ),
    reached as (
      select w.hash, sum(w.side)::integer as sides from walk as w group by w.hash
    )
    select array_agg(r.hash), array_agg(r.sides), coalesce(bool_or(r.sides <> 3 and exists (
        select from pggit.commit as c cross join unnest(c.parents) as p(hash) join pggit.commit as parent on parent.hash = p.hash
        where c.hash = r.hash and parent.generation < lowest - back)), false)
    into found, found_sides, is_open
    from reached as r;
    exit when not is_open;
  end loop;
  return query select * from unnest(found, found_sides);
end $$;
ALTER FUNCTION pggit.apart(a bytea, b bytea) OWNER TO postgres;
CREATE FUNCTION pggit.append_capture(tag text, catalogs oid[], objids oid[], dropped_catalogs oid[], dropped_objids oid[], grants text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  query text := current_query();
  query_hash bytea;
  noted text[] := string_to_array(current_setting('pggit.query', true), ' ');
  first boolean := current_setting('pggit.queued', true) is distinct from pg_current_xact_id()::text;
  new_query boolean;
begin
  if exists (select from pggit.repository as r where r.paused_until > clock_timestamp()) then
    return;
  end if;
  if first then
    perform set_config('pggit.queued', pg_current_xact_id()::text, true);
  end if;
  -- A text is stored once a transaction: the note says under which hash. It is sealed, so that nobody hides a statement by
  -- setting it. The hash is that of the redacted text, so that no secret can be guessed from it.
  new_query := noted[1] is distinct from pggit.note_seal(noted[2], query);
  if new_query then
    -- plain DDL without literals and comments has no place for a secret
    if query !~* '^\s*(alter|create|drop|grant|revoke)\s[^''$;]*;?\s*$' or query ~ '--|/\*' then
      query := pggit.redact(query);
    end if;
    query_hash := sha256(convert_to(query, 'UTF8'));
    perform set_config('pggit.query', pggit.note_seal(encode(query_hash, 'hex'), current_query()) || ' ' || encode(query_hash, 'hex'), true);
  else
    query_hash := decode(noted[2], 'hex');
  end if;
  insert into pggit.capture (current_user_name, application, client, tag, catalogs, objids, dropped_catalogs, dropped_objids, grants,
    query_hash, query, first)
  values (current_setting('pggit.invoker', true), current_setting('application_name'), inet_client_addr(), tag,
    catalogs, objids, dropped_catalogs, dropped_objids, grants,
    query_hash, case when new_query then query end, first);
end $_$;
ALTER FUNCTION pggit.append_capture(tag text, catalogs oid[], objids oid[], dropped_catalogs oid[], dropped_objids oid[], grants text[]) OWNER TO postgres;
CREATE FUNCTION pggit.apply_groups(groups pggit.group_row[], xid xid8, at timestamp with time zone, tag text, statement bytea, record boolean DEFAULT true, sources jsonb DEFAULT NULL::jsonb) RETURNS TABLE(catalog oid, address oid)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
declare
  change_base bigint := (select r.change_id from pggit.repository as r);
  changed bigint;
begin
  return query
  -- hashes are written out (pggit.digest, pggit.bucket): a function that pins its search_path is not inlined,
  -- and here are 200,000 of them
  with
  given as materialized (
    select g.catalog, g.address, g.key, g.parts, g.parents, g.objects from unnest(groups) as g
  ),
  object as materialized (
    select g.catalog, g.address, o.key, o.value as definition, sha256(convert_to(o.value::text, 'UTF8')) as hash,
      case when o.value::text like '%"\_%' then pggit.digest(pggit.without_private(o.value)) end as own_meaning
    from given as g cross join jsonb_each(g.objects) as o
    where g.key is not null
  ),
  new_blob as (
    insert into pggit.blob (hash, meaning, definition)
    select distinct on (o.hash) o.hash, coalesce(o.own_meaning, o.hash), o.definition from object as o
    on conflict do nothing
  ),
  summed as (
    select o.catalog, o.address,
      jsonb_object_agg(o.key, encode(o.hash, 'hex')) as entries,
      jsonb_object_agg(o.key, encode(coalesce(o.own_meaning, o.hash), 'hex')) as meanings
    from object as o group by o.catalog, o.address
  ),
  hashed as (
    select s.catalog, s.address, s.entries, sha256(convert_to(s.entries::text, 'UTF8')) as tree, sha256(convert_to(s.meanings::text, 'UTF8')) as meaning from summed as s
  ),
  new_tree as (
    insert into pggit.tree (hash, meaning, entries)
    select distinct on (h.tree) h.tree, h.meaning, h.entries from hashed as h
    on conflict do nothing
  ),
  old_group as materialized (
    select w.catalog, w.address, w.key, w.bucket, w.tree from given as g join pggit.working as w using (catalog, address)
  ),
  differing as (
    select g.catalog, g.address, o.key as old_key, o.bucket as old_bucket, o.tree as old_tree, g.key, h.tree, h.entries
    from given as g
    left join old_group as o using (catalog, address)
    left join hashed as h using (catalog, address)
    where o.tree is distinct from h.tree or o.key is distinct from g.key
  ),
  removed as (
    delete from pggit.working as w using given as g where w.catalog = g.catalog and w.address = g.address and g.key is null
  ),
  put as (
    insert into pggit.working as w (catalog, address, key, bucket, tree, meaning, parts, parents)
    select g.catalog, g.address, g.key, get_byte(sha256(convert_to(g.key, 'UTF8')), 0)::smallint, h.tree, h.meaning, g.parts, g.parents
    from given as g join hashed as h using (catalog, address)
    on conflict on constraint working_pkey do update
      set key = excluded.key, bucket = excluded.bucket, tree = excluded.tree, meaning = excluded.meaning,
          parts = excluded.parts, parents = excluded.parents, version = null
  ),
  old_object as (
    select d.catalog, d.address, e.key, e.value
    from differing as d join pggit.tree as t on t.hash = d.old_tree cross join jsonb_each_text(t.entries) as e
  ),
  new_object as (
    select d.catalog, d.address, e.key, e.value from differing as d cross join jsonb_each_text(d.entries) as e
  ),
  change as (
    select catalog, address, key, decode(o.value, 'hex') as old, decode(n.value, 'hex') as new
    from old_object as o full join new_object as n using (catalog, address, key)
    where o.value is distinct from n.value
  ),
  recorded as (
    insert into pggit.change (id, xid, at, tag, key, old, new, statement, current_user_name)
    select change_base + row_number() over (order by c.key), apply_groups.xid, apply_groups.at, coalesce(s.source ->> 0, apply_groups.tag),
      c.key, c.old, c.new, coalesce(decode(s.source ->> 1, 'hex'), apply_groups.statement), s.source ->> 2
    from change as c cross join lateral (select sources -> (c.catalog || ' ' || c.address) as source) as s
    where record
    returning 1
  ),
  counted as (
    update pggit.repository as r
    set change_id = change_base + (select count(*) from recorded),
        stale = (select coalesce(array_agg(distinct x.bucket), '{}') from (
                  select unnest(r.stale) as bucket
                  union all select d.old_bucket from differing as d where d.old_bucket is not null
                  union all select get_byte(sha256(convert_to(d.key, 'UTF8')), 0)::smallint from differing as d where d.key is not null) as x)
    where exists (select from differing)
  )
  -- (labels of an enum, columns of a view, the schema of an extension are names in the definition)
  select distinct c.catalog, c.address from change as c
  where c.old is not null and (c.new is null or c.key ~ '^(enum|extension|schema|view|materialized view|base type) ');
end $$;
ALTER FUNCTION pggit.apply_groups(groups pggit.group_row[], xid xid8, at timestamp with time zone, tag text, statement bytea, record boolean, sources jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.approval_text(request bigint, revision integer, verdict text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select format(E'pggit approval 1\nrepository %s\nrequest %s\nsource %s\nchanges %s\nverdict %s\n',
    (with recursive back(hash, parent) as (
       select c.hash, c.parents[1] from pggit.commit as c where c.hash = v.target
       union all select c.hash, c.parents[1] from back as b join pggit.commit as c on c.hash = b.parent)
     select encode(b.hash, 'hex') from back as b where b.parent is null),
    v.request, encode(v.source, 'hex'), encode(v.change_hash, 'hex'), verdict)
  from pggit.request_revision as v where v.request = approval_text.request and v.revision = approval_text.revision
$$;
ALTER FUNCTION pggit.approval_text(request bigint, revision integer, verdict text) OWNER TO postgres;
CREATE FUNCTION pggit.are_trees_readable() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select not exists (
    select from pggit.tree as t
    where jsonb_typeof(t.entries) <> 'object'
      or exists (select from jsonb_each(t.entries) as e where jsonb_typeof(e.value) <> 'string' or octet_length(e.value #>> '{}') <> 64 or e.value #>> '{}' ~ '[^0-9a-f]'))
$$;
ALTER FUNCTION pggit.are_trees_readable() OWNER TO postgres;
CREATE FUNCTION pggit.author() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select pggit.clean_author(coalesce(nullif(current_setting('pggit.author', true), ''), (select s.value from pggit.setting as s where s.name = 'author'), session_user))
$$;
ALTER FUNCTION pggit.author() OWNER TO postgres;
CREATE FUNCTION pggit.blame(object text DEFAULT NULL::text, at text DEFAULT 'HEAD'::text) RETURNS TABLE(key text, hash text, author text, authored_at timestamp with time zone, message text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  with
  ancestor as materialized (select a.* from pggit.ancestors(pggit.resolve(at)) as a),
  object as (
    select o.key, o.hash
    from pggit.commit as c cross join lateral pggit.tree_objects(c.tree) as o
    where c.hash = pggit.resolve(at) and (blame.object is null
      -- strpos first: a call of our own costs more than all the rest
      or (strpos(o.key, blame.object) > 0 and pggit.names(o.key, blame.object))
      or (strpos(o.group_key, blame.object) > 0 and pggit.names(o.group_key, blame.object)))
  ),
  changed as (
    select distinct on (o.key) o.key, a.hash, a.author, a.authored_at, a.message
    from object as o
    join pggit.commit_change as x on x.key = o.key and x.new = o.hash
    join ancestor as a on a.hash = x.commit
    order by o.key, a.generation desc
  ),
  first as (select a.* from ancestor as a order by a.generation limit 1)
  select o.key, encode(coalesce(c.hash, first.hash), 'hex'), coalesce(c.author, first.author),
    coalesce(c.authored_at, first.authored_at), coalesce(c.message, first.message)
  from object as o cross join first left join changed as c using (key)
  order by o.key collate "C"
$$;
ALTER FUNCTION pggit.blame(object text, at text) OWNER TO postgres;
CREATE FUNCTION pggit.can_become(role oid, other oid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  with recursive up(role) as (
    select can_become.role
    union
    select m.roleid from up as u join pg_auth_members as m on m.member = u.role
    where m.set_option or m.admin_option
  )
  select exists (select from up as u where u.role = other)
$$;
ALTER FUNCTION pggit.can_become(role oid, other oid) OWNER TO postgres;
CREATE FUNCTION pggit.capture_failed(tag text, code text, message text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if code = '25006' then
    return;  -- read-only transaction: REINDEX is allowed there, writing is not; it changes no definition
  end if;
  if (select s.value from pggit.setting as s where s.name = 'on_error') = 'block' then
    raise exception 'pggit could not record %: %', tag, message
      using errcode = code, hint = 'Setting pggit.on_error is block. pggit.set(''on_error'', ''warn'') lets DDL through.';
  end if;
  raise warning 'pggit could not record %: %', tag, message using hint = 'The next pggit status reads the whole schema.';
  insert into pggit.capture (tag, catalogs, objids, dropped_catalogs, dropped_objids, grants, error, first)
  values (tag, '{}', '{}', '{}', '{}', '{}', code || ': ' || message, false);
end $$;
ALTER FUNCTION pggit.capture_failed(tag text, code text, message text) OWNER TO postgres;
CREATE FUNCTION pggit.change_hash(a bytea, b bytea) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
  select pggit.digest(jsonb_build_object('changes', coalesce(
    jsonb_agg(jsonb_build_array(d.group_key, d.key, encode(d.old, 'hex'), encode(d.new, 'hex')) order by d.group_key collate "C", d.key collate "C"), '[]')))
  from pggit.diff_trees(a, b) as d
$$;
ALTER FUNCTION pggit.change_hash(a bytea, b bytea) OWNER TO postgres;
CREATE FUNCTION pggit.check_rebased(branch text, original text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if not exists (select from pggit.ref as r where r.name = 'heads/' || branch and r.commit = decode(original, 'hex')) then
    perform pggit.fail('PG006', format('branch %s is no longer at %s', branch, left(original, 10)), 'Somebody moved it: pggit rebase --abort gives the rebase up.');
  end if;
end $$;
ALTER FUNCTION pggit.check_rebased(branch text, original text) OWNER TO postgres;
CREATE FUNCTION pggit.check_ref_name(name text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;
ALTER FUNCTION pggit.check_ref_name(name text) OWNER TO postgres;
CREATE FUNCTION pggit.clean_author(author text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select case
    when a.name = '' then coalesce(nullif(a.mail, ''), 'unknown')
    when a.mail is null then a.name
    else a.name || ' <' || a.mail || '>' end
  from (
    select btrim(translate(coalesce(m.parts[1], m.line), '<>', ''), E' .,:;"\\''') as name, btrim(m.parts[2]) as mail
    from (select l.line, regexp_match(l.line, '^(.*)<([^<>]*)>$') as parts from (select pggit.clean_line(author)) as l(line)) as m
  ) as a
$_$;
ALTER FUNCTION pggit.clean_author(author text) OWNER TO postgres;
CREATE FUNCTION pggit.clean_line(line text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select btrim(regexp_replace(pggit.without_controls(line), '[\n\t]+', ' ', 'g')) $$;
ALTER FUNCTION pggit.clean_line(line text) OWNER TO postgres;
CREATE FUNCTION pggit.clean_message(message text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select regexp_replace(regexp_replace(pggit.without_controls(message), '[ \t]+$', '', 'gn'), '^\n+|\n+$', '', 'g')
$_$;
ALTER FUNCTION pggit.clean_message(message text) OWNER TO postgres;
CREATE FUNCTION pggit.close_request(request bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  asked pggit.request := pggit.open_request_row(request);
begin
  perform pggit.require_own_code();
  update pggit.request as q set state = 'closed', updated_at = clock_timestamp(), ended_at = clock_timestamp(), ended_by = session_user where q.id = asked.id;
end $$;
ALTER FUNCTION pggit.close_request(request bigint) OWNER TO postgres;
CREATE FUNCTION pggit.commit(message text, allow_empty boolean DEFAULT false, authored_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.commit(message text, allow_empty boolean, authored_at timestamp with time zone) OWNER TO postgres;
CREATE FUNCTION pggit.commit_hash(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) RETURNS bytea
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    AS $$
  select pggit.digest(jsonb_build_object(
    'tree', encode(tree, 'hex'),
    'parents', (select coalesce(jsonb_agg(encode(p.hash, 'hex') order by p.n), '[]') from unnest(parents) with ordinality as p(hash, n)),
    'author', author,
    'time', to_char(authored_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'message', message))
$$;
ALTER FUNCTION pggit.commit_hash(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) OWNER TO postgres;
CREATE FUNCTION pggit.commit_problem(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    AS $$
  select case
    when octet_length(tree) is distinct from 32 then 'its tree is not a hash'
    when not pggit.is_parents(parents) then 'its parents are not a list of different hashes'
    when author is null or octet_length(author) > 4096 then 'its author is missing or longer than 4,096 bytes'
    when message is null or octet_length(message) > 1048576 then 'its message is missing or longer than 1 MB'
    when authored_at is null or not authored_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00' then 'its time is not between the years 1 and 9999'
  end
$$;
ALTER FUNCTION pggit.commit_problem(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) OWNER TO postgres;
CREATE FUNCTION pggit.commit_problems() RETURNS TABLE(problem text, object text, message text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.commit_problems() OWNER TO postgres;
CREATE FUNCTION pggit.commit_transaction(this xid8) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION pggit.commit_transaction(this xid8) OWNER TO postgres;
CREATE FUNCTION pggit.commits_between(there bytea[], wanted bytea[]) RETURNS TABLE(hash bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
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
ALTER FUNCTION pggit.commits_between(there bytea[], wanted bytea[]) OWNER TO postgres;
CREATE FUNCTION pggit.conclude_merge(commit text, expected text, message text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  target bytea := decode(commit, 'hex');
begin
  perform pggit.lock_repository();
  perform pggit.require_commit(target);
  if pggit.head() = target then
    return commit;
  end if;
  if pggit.head() is distinct from decode(expected, 'hex') then
    perform pggit.fail('PG006', format('HEAD is no longer at %s', left(expected, 10)), 'Somebody moved it meanwhile: run the command again.');
  end if;
  perform pggit.move_ref(coalesce(pggit.current_branch(), 'HEAD'), target, conclude_merge.message);
  update pggit.merges as m set state = 'done', commit = target, ended_at = clock_timestamp(), ended_by = pggit.author() where m.state = 'open';
  return commit;
end $$;
ALTER FUNCTION pggit.conclude_merge(commit text, expected text, message text) OWNER TO postgres;
CREATE FUNCTION pggit.content_problems() RETURNS TABLE(problem text, object text, message text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.content_problems() OWNER TO postgres;
CREATE FUNCTION pggit.create_branch(name text, start text DEFAULT 'HEAD'::text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.create_branch(name text, start text) OWNER TO postgres;
CREATE FUNCTION pggit.create_tag(name text, target text DEFAULT 'HEAD'::text, message text DEFAULT NULL::text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.create_tag(name text, target text, message text) OWNER TO postgres;
CREATE FUNCTION pggit.current_branch() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$ select target from pggit.ref where name = 'HEAD' $$;
ALTER FUNCTION pggit.current_branch() OWNER TO postgres;
CREATE FUNCTION pggit.database_oid() RETURNS oid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select d.oid from pg_database as d where d.datname = current_database() $$;
ALTER FUNCTION pggit.database_oid() OWNER TO postgres;
CREATE FUNCTION pggit.definition_problem(definition jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select case
    when definition is null or jsonb_typeof(definition) <> 'object' then 'it is not a JSON object'
    when jsonb_path_exists(definition, 'strict $.**{32}') then 'it is nested more than 32 levels deep'
    when octet_length(definition::text) > 16777216 then 'it is larger than 16 MB'
    when jsonb_path_exists(definition, 'strict $.** ? (@.type() == "null")') then 'there is a null in it'
    when exists (select from jsonb_path_query(definition, 'strict $.** ? (@.type() == "number")') as n where n::text !~ '^-?[0-9]{1,19}$')
      then 'a number in it is not an integer of 19 digits at most'
  end
$_$;
ALTER FUNCTION pggit.definition_problem(definition jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.delete_ref(ref_name text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.delete_ref(ref_name text) OWNER TO postgres;
CREATE FUNCTION pggit.dependents(catalogs oid[], addresses oid[]) RETURNS TABLE(catalog oid, address oid)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  with
  root as (select r.catalog, r.address from unnest(catalogs, addresses) as r(catalog, address)),
  referenced as (
    select catalog, address from root
    union
    -- a table's row type, a type's array and multirange types
    select 'pg_type'::regclass::oid, t.oid
    from root join pg_type as t on root.catalog = 'pg_class'::regclass and t.typrelid = root.address
    union
    select 'pg_type'::regclass::oid, t.oid
    from root join pg_type as o on (root.catalog = 'pg_type'::regclass and o.oid = root.address)
                                or (root.catalog = 'pg_class'::regclass and o.typrelid = root.address)
    join pg_type as t on t.oid = o.typarray
    union
    select d.classid, d.objid
    from root join pg_depend as d on d.refclassid = root.catalog and d.refobjid = root.address
    where d.deptype in ('i', 'e')
  ),
  dependent as (
    select d.classid, d.objid
    from referenced as r join pg_depend as d on d.refclassid = r.catalog and d.refobjid = r.address
    where d.deptype in ('n', 'a')
  ),
  found as (
    select o.catalog, o.address
    from (select array_agg(classid) as catalogs, array_agg(objid) as objids from dependent) as d
    cross join lateral pggit.owners(d.catalogs, d.objids) as o
    union
    select 'pg_class'::regclass::oid, i.inhrelid from root join pg_inherits as i on root.catalog = 'pg_class'::regclass and i.inhparent = root.address
  )
  select f.catalog, f.address from found as f
  except
  select root.catalog, root.address from root
$$;
ALTER FUNCTION pggit.dependents(catalogs oid[], addresses oid[]) OWNER TO postgres;
CREATE FUNCTION pggit.descendants(tables oid[]) RETURNS SETOF oid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  with recursive below(oid) as (
    select i.inhrelid from pg_inherits as i where i.inhparent = any (tables)
    union
    select w.address from pggit.working as w where w.catalog = 'pg_class'::regclass and w.parents && tables
    union
    select i.inhrelid from below join pg_inherits as i on i.inhparent = below.oid
  )
  select below.oid from below join pg_class as c using (oid) where c.relkind in ('r', 'p', 'f')
$$;
ALTER FUNCTION pggit.descendants(tables oid[]) OWNER TO postgres;
CREATE FUNCTION pggit.describe(target text DEFAULT 'HEAD'::text) RETURNS TABLE(tag text, distance bigint, hash text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  with
  wanted as materialized (select pggit.resolve(target) as hash),
  candidate as materialized (
    select r.name, r.message, r.updated_at, c.hash, c.generation
    from wanted as w cross join lateral pggit.ancestors(w.hash) as c join pggit.ref as r on r.commit = c.hash
    where starts_with(r.name, 'tags/')
    order by c.generation desc, r.message is null, r.updated_at desc, r.name limit 10
  )
  select substr(t.name, 6), x.distance, encode(w.hash, 'hex')
  from wanted as w
  left join (candidate as t cross join lateral (
    select count(*) filter (where a.sides = 2) as distance from wanted as w cross join lateral pggit.apart(t.hash, w.hash) as a) as x) on true
  order by x.distance, t.message is null, t.updated_at desc, t.name limit 1
$$;
ALTER FUNCTION pggit.describe(target text) OWNER TO postgres;
CREATE FUNCTION pggit.diff(a text DEFAULT 'HEAD'::text, b text DEFAULT 'work'::text) RETURNS TABLE(change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  if a = 'work' and b = 'work' then
    return;
  elsif b = 'work' then
    return query select * from pggit.live_changes(pggit.tree_of(a));
  elsif a = 'work' then
    return query
      select case c.change when 'create' then 'drop' when 'drop' then 'create' else c.change end, c.group_key, c.key, c.new_definition, c.old_definition
      from pggit.live_changes(pggit.tree_of(b)) as c;
  else
    return query select * from pggit.semantic_changes(pggit.tree_of(a), pggit.tree_of(b));
  end if;
end $$;
ALTER FUNCTION pggit.diff(a text, b text) OWNER TO postgres;
CREATE FUNCTION pggit.diff_pairs(olds bytea[], news bytea[]) RETURNS TABLE(old_root bytea, new_root bytea, group_key text, key text, old bytea, new bytea)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
  with
  pair as materialized (
    select distinct p.old, p.new from unnest(olds, news) as p(old, new) where p.old is distinct from p.new
  ),
  bucket as materialized (
    select p.old as old_root, p.new as new_root, e.key, max(e.value) filter (where not e.is_new) as old, max(e.value) filter (where e.is_new) as new
    from pair as p
    cross join lateral (
      select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = p.old
      union all
      select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = p.new) as e
    group by p.old, p.new, e.key
    having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
  ),
  differing_group as materialized (
    select b.old_root, b.new_root, e.key, max(e.value) filter (where not e.is_new) as old, max(e.value) filter (where e.is_new) as new
    from bucket as b
    cross join lateral (
      select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(b.old, 'hex')
      union all
      select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(b.new, 'hex')) as e
    group by b.old_root, b.new_root, e.key
    having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
  )
  select g.old_root, g.new_root, g.key, e.key,
    decode(max(e.value) filter (where not e.is_new), 'hex'), decode(max(e.value) filter (where e.is_new), 'hex')
  from differing_group as g
  cross join lateral (
    select a.key, a.value, false as is_new from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(g.old, 'hex')
    union all
    select a.key, a.value, true from pggit.tree as t cross join jsonb_each_text(t.entries) as a where t.hash = decode(g.new, 'hex')) as e
  group by g.old_root, g.new_root, g.key, e.key
  having max(e.value) filter (where not e.is_new) is distinct from max(e.value) filter (where e.is_new)
$$;
ALTER FUNCTION pggit.diff_pairs(olds bytea[], news bytea[]) OWNER TO postgres;
CREATE FUNCTION pggit.diff_trees(a bytea, b bytea) RETURNS TABLE(group_key text, key text, old bytea, new bytea)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $_$
  with
  bucket as (
    select x.value as a, y.value as b
    from (select e.* from pggit.tree as t cross join jsonb_each_text(t.entries) as e where t.hash = $1) as x
    full join (select e.* from pggit.tree as t cross join jsonb_each_text(t.entries) as e where t.hash = $2) as y using (key)
    where x.value is distinct from y.value and $1 is distinct from $2
  ),
  old_group as (
    select e.key, e.value from bucket join pggit.tree as t on t.hash = decode(bucket.a, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  new_group as (
    select e.key, e.value from bucket join pggit.tree as t on t.hash = decode(bucket.b, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  differing as (
    select key, x.value as a, y.value as b from old_group as x full join new_group as y using (key) where x.value is distinct from y.value
  ),
  old_object as (
    select d.key as group_key, e.key, e.value
    from differing as d join pggit.tree as t on t.hash = decode(d.a, 'hex') cross join jsonb_each_text(t.entries) as e
  ),
  new_object as (
    select d.key as group_key, e.key, e.value
    from differing as d join pggit.tree as t on t.hash = decode(d.b, 'hex') cross join jsonb_each_text(t.entries) as e
  )
  select group_key, key, decode(x.value, 'hex'), decode(y.value, 'hex')
  from old_object as x full join new_object as y using (group_key, key)
  where x.value is distinct from y.value
$_$;
ALTER FUNCTION pggit.diff_trees(a bytea, b bytea) OWNER TO postgres;
CREATE FUNCTION pggit.digest(value jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select sha256(convert_to(value::text, 'UTF8')) $$;
ALTER FUNCTION pggit.digest(value jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.drop_kept(name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  found text := (select format('%s %s', case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass)
    from pggit.kept() as k join pg_class as c on c.relname = k.name join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = 'pggit_stash' and k.name = drop_kept.name);
begin
  if found is null then
    raise exception using errcode = 'PG003', message = format('nothing is kept as %s', name), hint = 'pggit stash kept shows what is.';
  end if;
  execute 'drop ' || found;
  perform pggit.forget_kept(name);
end $$;
ALTER FUNCTION pggit.drop_kept(name text) OWNER TO postgres;
CREATE FUNCTION pggit.end_rebase(branch text, message text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  update pggit.ref as r set target = 'heads/' || branch, commit = null, updated_at = clock_timestamp() where r.name = 'HEAD';
  insert into pggit.reflog (id, ref, old, new, message)
  select r.reflog_id + 1, 'HEAD', (select s.tip from pggit.sequence as s), pggit.head(), end_rebase.message from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
  delete from pggit.sequence;
  delete from pggit.ref as r where r.name = 'replay/tip';
end $$;
ALTER FUNCTION pggit.end_rebase(branch text, message text) OWNER TO postgres;
CREATE FUNCTION pggit.fail(code text, message text, hint text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if hint is null then
    raise exception '%', message using errcode = code;
  end if;
  raise exception '%', message using errcode = code, hint = hint;
end $$;
ALTER FUNCTION pggit.fail(code text, message text, hint text) OWNER TO postgres;
CREATE FUNCTION pggit.fill_working() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
  seen record;
  groups pggit.group_row[];
begin
  select array_agg(v.catalog) as catalogs, array_agg(v.address) as addresses, array_agg(v.version) as versions into seen from pggit.versions() as v;
  select array_agg(g) into groups
  from (select array_agg(m.catalog) as catalogs, array_agg(m.address) as addresses from pggit.all_members() as m) as m
  cross join lateral pggit.read_groups(m.catalogs, m.addresses) as g;
  perform pggit.apply_groups(groups, pg_current_xact_id(), clock_timestamp(), null, null, false);
  update pggit.working as w set version = v.version
  from unnest(seen.catalogs, seen.addresses, seen.versions) as v(catalog, address, version)
  where v.catalog = w.catalog and v.address = w.address;
end $$;
ALTER FUNCTION pggit.fill_working() OWNER TO postgres;
CREATE FUNCTION pggit.find_again() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  repository pggit.repository;
  old_root bytea;
  new_root bytea;
  cause text;
  new_hash bytea;
begin
  select * into repository from pggit.repository;
  old_root := pggit.write_tree();
  cause := case when repository.server_version <> current_setting('server_version_num')::integer / 10000 then 'server upgrade' else 'restore' end;
  delete from pggit.capture;
  delete from pggit.reading;
  delete from pggit.working;
  update pggit.repository set root = null, stale = '{}';
  perform pggit.fill_working();
  new_root := pggit.write_tree();
  if repository.system_identifier is distinct from pggit.system_identifier() then
    perform pggit.find_roles();
  end if;
  update pggit.repository set database = pggit.database_oid(), system_identifier = pggit.system_identifier(),
    server_version = current_setting('server_version_num')::integer / 10000, full_read = false;
  if new_root = old_root then
    return;
  end if;
  insert into pggit.transaction (xid, at, session_user_name, current_user_name, cause)
  values (pg_current_xact_id(), clock_timestamp(), session_user, current_user, cause);
  insert into pggit.change (id, xid, at, tag, key, old, new)
  select r.change_id + row_number() over (), pg_current_xact_id(), clock_timestamp(), cause, d.key, d.old, d.new
  from pggit.repository as r cross join pggit.diff_trees(old_root, new_root) as d;
  update pggit.repository set change_id = coalesce((select max(c.id) from pggit.change as c), 0);
  if cause = 'server upgrade' and not exists (select from pggit.rule_of(substr(pggit.current_branch(), 7))) then
    new_hash := pggit.record_commit(new_root, array[pggit.head()], pggit.author(), clock_timestamp(),
      format('server upgrade from %s to %s', repository.server_version, current_setting('server_version_num')::integer / 10000));
    update pggit.change as c set commit = new_hash where c.xid = pg_current_xact_id();
  end if;
end $$;
ALTER FUNCTION pggit.find_again() OWNER TO postgres;
CREATE FUNCTION pggit.find_roles() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  update pggit.recorded as x set role = coalesce((select r.oid from pg_roles as r where r.rolname = x.who), 0);
  update pggit.reflog as x set role = (select r.oid from pg_roles as r where r.rolname = x.who);
  update pggit.request as x set opened_role = (select r.oid from pg_roles as r where r.rolname = x.opened_by);
  update pggit.request_revision as x set made_role = (select r.oid from pg_roles as r where r.rolname = x.made_by);
  update pggit.approval as x set role = (select r.oid from pg_roles as r where r.rolname = x.who);
  delete from pggit.access as x where not exists (select from pg_roles as r where r.rolname = x.role);
  update pggit.access as x set role_oid = (select r.oid from pg_roles as r where r.rolname = x.role);
end $$;
ALTER FUNCTION pggit.find_roles() OWNER TO postgres;
CREATE FUNCTION pggit.fold(wait boolean DEFAULT true) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET quote_all_identifiers TO 'off'
    SET standard_conforming_strings TO 'on'
    SET bytea_output TO 'hex'
    SET lc_monetary TO 'C'
    SET jit TO 'off'
    AS $$
declare
  this record;
  folded integer := 0;
  auto_commit boolean := coalesce((select s.value from pggit.setting as s where s.name = 'auto_commit') = 'on', false);
begin
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception 'pggit folds what it captured under READ COMMITTED only'
      using errcode = 'invalid_transaction_state', hint = 'Call it in a transaction of its own, without an isolation level.';
  end if;
  if not pggit.lock_repository(wait) then
    return null;
  end if;
  -- in the order in which they read: of two that touched one object, the later one saw what the earlier one did
  for this in
    select c.xid, max(greatest(c.id, r.id)) as last_id
    from pggit.capture as c left join (select x.xid, max(x.id) as id from pggit.reading as x group by x.xid) as r using (xid)
    group by c.xid order by 2
  loop
    perform pggit.fold_transaction(this.xid);
    if auto_commit then
      perform pggit.commit_transaction(this.xid);
    end if;
    folded := folded + 1;
  end loop;
  return folded;
end $$;
ALTER FUNCTION pggit.fold(wait boolean) OWNER TO postgres;
CREATE FUNCTION pggit.fold_transaction(this xid8) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  captured pggit.capture[];
  head pggit.capture;
  final pggit.capture;
  overlapping boolean;
  groups pggit.group_row[];
  gone pggit.group_row[];
  touched record;
  sources jsonb;
  entered record;
  dirty record;
  renamed record;
  dropped record;
begin
  with taken as (delete from pggit.capture as c where c.xid = this returning c)
  select array_agg((taken.c)::pggit.capture order by (taken.c).id) into captured from taken;
  head := captured[1];
  final := captured[array_upper(captured, 1)];
  insert into pggit.statement (hash, text)
  select distinct on (c.query_hash) c.query_hash, c.query from unnest(captured) as c where c.query is not null
  on conflict do nothing;
  insert into pggit.transaction (xid, snapshot, at, session_user_name, current_user_name, application, client, cause)
  select this, (select r.snapshot from pggit.reading as r where r.xid = this order by r.id limit 1),
    head.at, head.session_user_name, final.current_user_name, final.application, final.client, 'ddl';
  update pggit.repository set full_read = true where exists (select from unnest(captured) as c where c.error is not null);
  overlapping := exists (
    select from pggit.transaction as mine join pggit.transaction as other on other.xid >= pg_snapshot_xmin(mine.snapshot)
    where mine.xid = this and pggit.overlaps(mine.xid, mine.snapshot, other.xid, other.snapshot));
  select array_agg(t.catalog) as catalogs, array_agg(t.objid) as objids into touched
  from unnest(captured) as c cross join lateral unnest(c.catalogs, c.objids) as t(catalog, objid);
  -- which statement was the last to touch each group
  if cardinality(captured) > 1 then
    select jsonb_object_agg(x.catalog || ' ' || x.address, jsonb_build_array(x.tag, encode(x.query_hash, 'hex'), x.current_user_name)) into sources
    from (
      select distinct on (o.catalog, o.address) o.catalog, o.address, c.tag, c.query_hash, c.current_user_name
      from unnest(captured) as c
      cross join lateral (
        select t.catalog, t.address from pggit.owners(c.catalogs, c.objids) as t
        union all select d.catalog, d.objid from unnest(c.dropped_catalogs, c.dropped_objids) as d(catalog, objid)
        union all select w.catalog, w.address from pggit.working as w where c.dropped_objids <> '{}' and w.parts && c.dropped_objids
      ) as o
      order by o.catalog, o.address, c.id desc
    ) as x;
  end if;
  -- what was dropped as a whole
  select array_agg(d.catalog) as catalogs, array_agg(d.objid) as objids into dropped
  from unnest(captured) as c cross join lateral unnest(c.dropped_catalogs, c.dropped_objids) as d(catalog, objid);
  if dropped.objids is not null then
    select array_agg((w.catalog, w.address, null, null, '{}', '{}')::pggit.group_row) into gone
    from unnest(dropped.catalogs, dropped.objids) as d(catalog, objid)
    join pggit.working as w on w.catalog = d.catalog and w.address = d.objid;
    if gone is not null then
      perform pggit.apply_groups(gone, this, final.at, final.tag, final.query_hash, true, sources);
    end if;
  end if;
  -- what was read at the end of the transaction, the last reading of each group
  with taken as (delete from pggit.reading as r where r.xid = this returning r.*)
  select array_agg((x.catalog, x.address, x.key, x.objects, x.parts, x.parents)::pggit.group_row) into groups
  from (select distinct on (t.catalog, t.address) t.* from taken as t order by t.catalog, t.address, t.id desc) as x;
  -- what came here from where it was not tracked (another schema, an extension) has a new name for those that use it
  select array_agg(g.catalog) as catalogs, array_agg(g.address) as addresses into entered
  from unnest(groups) as g
  where g.key is not null and not exists (select from pggit.working as w where w.catalog = g.catalog and w.address = g.address)
    and exists (select from unnest(captured) as c where g.address = any (c.objids) and c.tag like 'ALTER %');
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into renamed
  from (
    select a.catalog, a.address from pggit.apply_groups(coalesce(groups, '{}'), this, final.at, final.tag, final.query_hash, true, sources) as a
    union
    select e.catalog, e.address from unnest(entered.catalogs, entered.addresses) as e(catalog, address)
  ) as x;
  -- dirty: touched and not read, read while others changed things, granted, or rippled into
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into dirty
  from (
    select o.catalog, o.address
    from pggit.owners(touched.catalogs, touched.objids) as o
    where overlapping or not exists (select from unnest(groups) as g where g.catalog = o.catalog and g.address = o.address)
    union
    select w.catalog, w.address from pggit.working as w
    where w.parts && dropped.objids
      and (overlapping or not exists (select from unnest(groups) as g where g.catalog = w.catalog and g.address = w.address))
    union
    select g.catalog, g.address
    from unnest(captured) as c cross join lateral pggit.granted(this, c.grants) as g
    where c.grants <> '{}'
      -- (nor what a later transaction made: what is captured still is later, read or not)
      and (exists (select from pggit.working as w where w.catalog = g.catalog and w.address = g.address)
        or not exists (select from pggit.capture as l where g.address = any (l.objids)))
    union
    -- (what a later transaction made has a reading of its own)
    select d.catalog, d.address
    from pggit.dependents(renamed.catalogs, renamed.addresses) as d join pggit.working as w using (catalog, address)
    where renamed.catalogs is not null
    union
    -- children of tables that were touched, themselves or an index of theirs: only the parent is reported
    select 'pg_class'::regclass::oid, child.oid
    from pggit.descendants((select array_agg(o.address) from pggit.owners(touched.catalogs, touched.objids) as o
                            where o.catalog = 'pg_class'::regclass)) as child(oid)
    where exists (select from pggit.working as w where w.catalog = 'pg_class'::regclass and w.address = child.oid)
      or not exists (select from pggit.capture as l where child.oid = any (l.objids))
    union
    -- ALTER EXTENSION ADD and DROP report the extension alone
    select m.catalog, m.address
    from (select c.catalog, c.address from pggit.all_members() as c except select w.catalog, w.address from pggit.working as w) as m
    where exists (select from unnest(captured) as c where c.tag = 'ALTER EXTENSION')
      and not exists (select from pggit.capture as l where m.address = any (l.objids))
    union
    select m.catalog, m.address
    from (select w.catalog, w.address from pggit.working as w except select c.catalog, c.address from pggit.all_members() as c) as m
    where exists (select from unnest(captured) as c where c.tag = 'ALTER EXTENSION')
    union
    -- a renamed schema renames all that is in it
    select w.catalog, w.address
    from unnest(captured) as c cross join lateral unnest(c.catalogs, c.objids) as t(catalog, objid)
    cross join lateral pggit.in_schema(t.objid) as w
    where t.catalog = 'pg_namespace'::regclass and c.tag = 'ALTER SCHEMA'
      and (exists (select from pggit.working as k where k.catalog = w.catalog and k.address = w.address)
        or not exists (select from pggit.capture as l where w.address = any (l.objids)))
  ) as x;
  if dirty.catalogs is not null then
    perform pggit.read_again(dirty.catalogs, dirty.addresses, this, final.at, final.tag, final.query_hash, sources);
  end if;
end $$;
ALTER FUNCTION pggit.fold_transaction(this xid8) OWNER TO postgres;
CREATE FUNCTION pggit.forget_kept(kept text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ delete from pggit.stash as s where s.name = kept and to_regclass(format('pggit_stash.%I', kept)) is null $$;
ALTER FUNCTION pggit.forget_kept(kept text) OWNER TO postgres;
CREATE FUNCTION pggit.fsck() RETURNS TABLE(problem text, object text, message text)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  before_id bigint;
begin
  -- the store first: reading anew would put back what is missing
  return query select * from pggit.store_problems();
  if not has_function_privilege('pggit.reread()', 'execute') then
    return query select * from pggit.unrecorded();
    return;
  end if;
  before_id := pggit.reread();
  return query
    with pending as (  -- what is in no commit, and whether anything is left of it
      select x.key, (array_agg(x.old order by x.id))[1] is distinct from (array_agg(x.new order by x.id desc))[1] as differs
      from pggit.change as x where x.commit is null group by x.key
    )
    select 'drift', c.key, case when c.old is null then 'created' when c.new is null then 'dropped' else 'altered' end
      || ' behind the event triggers; ' || case when c.id > before_id then 'recorded now' else 'recorded, in no commit yet' end
    from pggit.change as c left join pending as p on c.commit is null and p.key = c.key
    where c.tag in ('drift', 'gap') and (c.id > before_id or p.differs) order by c.id;
end $$;
ALTER FUNCTION pggit.fsck() OWNER TO postgres;
CREATE FUNCTION pggit.gc(keep_metrics interval DEFAULT '90 days'::interval) RETURNS TABLE(kind text, removed bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  removed_commits bigint;
  removed_trees bigint;
  removed_blobs bigint;
begin
  perform pggit.lock_repository();
  perform pggit.write_tree();
  with recursive reached(hash) as (
    select r.commit from pggit.ref as r where r.commit is not null
    union select l.new from pggit.reflog as l where l.new is not null
    union select p.hash from reached join pggit.commit as c using (hash) cross join unnest(c.parents) as p(hash)
  ), gone as (
    delete from pggit.commit as c where not exists (select from reached as r where r.hash = c.hash) returning c.hash
  ), gone_changes as (
    delete from pggit.commit_change as x using gone where x.commit = gone.hash
  ), gone_signatures as (
    delete from pggit.signature as s using gone where s.commit = gone.hash
  ), gone_recorded as (
    delete from pggit.recorded as r using gone where r.commit = gone.hash
  )
  select count(*) into removed_commits from gone;
  with recursive needed(hash) as (
    select c.tree from pggit.commit as c
    union select r.root from pggit.repository as r
    union select v.tree from pggit.request_revision as v join pggit.request as q on q.id = v.request and q.state = 'open'
    union select w.tree from pggit.working as w
    union
    select case when octet_length(e.value) = 64 and e.value !~ '[^0-9a-f]' then decode(e.value, 'hex') end from needed join pggit.tree as t using (hash) cross join jsonb_each_text(t.entries) as e
  ), gone as (
    delete from pggit.tree as t where not exists (select from needed as n where n.hash = t.hash) returning 1
  )
  select count(*) into removed_trees from gone;
  with
  used as (
    select case when octet_length(e.value) = 64 and e.value !~ '[^0-9a-f]' then decode(e.value, 'hex') end as hash from pggit.tree as t cross join jsonb_each_text(t.entries) as e
    union select c.old from pggit.change as c
    union select c.new from pggit.change as c
    union select x.old from pggit.commit_change as x
  ), gone as (
    delete from pggit.blob as b where not exists (select from used as u where u.hash = b.hash) returning 1
  )
  select count(*) into removed_blobs from gone;
  delete from pggit.performance_metrics as m where m.recorded_at < clock_timestamp() - keep_metrics;
  return query values ('commit', removed_commits), ('tree', removed_trees), ('blob', removed_blobs);
end $$;
ALTER FUNCTION pggit.gc(keep_metrics interval) OWNER TO postgres;
CREATE TABLE pggit.change (
    id bigint NOT NULL,
    xid xid8 NOT NULL,
    at timestamp with time zone NOT NULL,
    tag text,
    key text NOT NULL,
    old bytea,
    new bytea,
    statement bytea,
    commit bytea,
    current_user_name text
);
ALTER TABLE pggit.change OWNER TO postgres;
CREATE TABLE pggit.statement (
    hash bytea NOT NULL,
    text text NOT NULL
);
ALTER TABLE pggit.statement OWNER TO postgres;
CREATE TABLE pggit.transaction (
    xid xid8 NOT NULL,
    snapshot pg_snapshot,
    at timestamp with time zone NOT NULL,
    session_user_name text NOT NULL,
    current_user_name text,
    application text,
    client inet,
    cause text NOT NULL,
    id bigint NOT NULL
);
ALTER TABLE ONLY pggit.transaction REPLICA IDENTITY FULL;
ALTER TABLE pggit.transaction OWNER TO postgres;
CREATE VIEW pggit.history AS
 SELECT c.id,
    c.at,
    c.xid,
    COALESCE(t.cause, 'ddl'::text) AS cause,
    t.session_user_name,
    COALESCE(c.current_user_name, t.current_user_name) AS current_user_name,
    t.application,
    t.client,
    c.tag,
    c.key,
    encode(c.old, 'hex'::text) AS old,
    encode(c.new, 'hex'::text) AS new,
    s.text AS statement,
    encode(c.commit, 'hex'::text) AS commit
   FROM ((pggit.change c
     LEFT JOIN LATERAL ( SELECT t_1.xid,
            t_1.snapshot,
            t_1.at,
            t_1.session_user_name,
            t_1.current_user_name,
            t_1.application,
            t_1.client,
            t_1.cause,
            t_1.id
           FROM pggit.transaction t_1
          WHERE (t_1.xid = c.xid)
          ORDER BY (t_1.cause = COALESCE(c.tag, ''::text)) DESC, (t_1.cause = 'ddl'::text) DESC
         LIMIT 1) t ON (true))
     LEFT JOIN pggit.statement s ON ((s.hash = c.statement)));
ALTER VIEW pggit.history OWNER TO postgres;
CREATE FUNCTION pggit.get_history(object text) RETURNS SETOF pggit.history
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.try_fold();
  return query select * from pggit.pending_history() as h where pggit.names(h.key, object) order by h.id desc;
  return query select * from pggit.history as h where pggit.names(h.key, object) order by h.id desc;
end $$;
ALTER FUNCTION pggit.get_history(object text) OWNER TO postgres;
CREATE FUNCTION pggit.give_rights(target oid, wanted pggit.right_row[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  statement text;
begin
  for statement in
    select format('grant %s on %s %s to %I', r.privilege,
      case r.class when 'pg_namespace'::regclass then 'schema' when 'pg_proc'::regclass then 'function' else 'table' end,
      string_agg(case r.class when 'pg_namespace'::regclass then r.objid::regnamespace::text when 'pg_proc'::regclass then r.objid::regprocedure::text
        else r.objid::regclass::text end, ', '), pg_get_userbyid(target))
    from unnest(wanted) as r group by r.class, r.privilege
  loop
    execute statement;
  end loop;
end $$;
ALTER FUNCTION pggit.give_rights(target oid, wanted pggit.right_row[]) OWNER TO postgres;
CREATE FUNCTION pggit.grant_access(level text, role_name name) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  target oid := (select r.oid from pg_roles as r where r.rolname = role_name);
begin
  perform pggit.rights(level);  -- says so where there is no such level
  if target is null then
    perform pggit.fail('42704', format('role %s does not exist', quote_ident(role_name)));
  end if;
  if exists (select from pg_namespace as n where n.nspname = 'pggit' and n.nspowner = target) then
    perform pggit.fail('PG006', format('%s owns schema pggit, and may do everything', quote_ident(role_name)));
  end if;
  perform pggit.lock_repository();
  perform pggit.take_rights(target);
  perform pggit.give_rights(target, array(select r from pggit.rights(level) as r));
  if not exists (select from pggit.access as a where a.role_oid = target and a.role = role_name and a.level = grant_access.level) then
    perform pggit.note_change('access/' || role_name, 'grant: ' || level);
  end if;
  delete from pggit.access as a where a.role_oid = target or a.role = role_name;
  insert into pggit.access (role, role_oid, level) values (role_name, target, grant_access.level);
end $$;
ALTER FUNCTION pggit.grant_access(level text, role_name name) OWNER TO postgres;
CREATE FUNCTION pggit.granted(since xid8, object_types text[]) RETURNS TABLE(catalog oid, address oid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  -- a row's xmin may be a subtransaction's, so: all rows at least as young as the transaction
  oldest integer := age(since::xid);
begin
  if object_types && array['TABLE', 'COLUMN', 'SEQUENCE', 'OWNED'] then
    return query
    select o.catalog, o.address
    from pggit.owners(
      (select array_agg('pg_class'::regclass::oid) from pg_class as c where age(c.xmin) <= oldest),
      (select array_agg(c.oid) from pg_class as c where age(c.xmin) <= oldest)) as o
    union
    select 'pg_class'::regclass::oid, a.attrelid from pg_attribute as a where a.attacl is not null and age(a.xmin) <= oldest;
  end if;
  if object_types && array['FUNCTION', 'PROCEDURE', 'ROUTINE', 'AGGREGATE', 'OWNED'] then
    return query select 'pg_proc'::regclass::oid, p.oid from pg_proc as p where age(p.xmin) <= oldest;
  end if;
  return query
    select 'pg_namespace'::regclass::oid, n.oid from pg_namespace as n where age(n.xmin) <= oldest
    union all select 'pg_type'::regclass::oid, t.oid from pg_type as t where t.typacl is not null and age(t.xmin) <= oldest
    union all select 'pg_language'::regclass::oid, l.oid from pg_language as l where age(l.xmin) <= oldest
    union all select 'pg_foreign_data_wrapper'::regclass::oid, f.oid from pg_foreign_data_wrapper as f where age(f.xmin) <= oldest
    union all select 'pg_foreign_server'::regclass::oid, f.oid from pg_foreign_server as f where age(f.xmin) <= oldest
    union all select 'pg_default_acl'::regclass::oid, d.oid from pg_default_acl as d
    union all select w.catalog, w.address from pggit.working as w where w.catalog = 'pg_default_acl'::regclass
    -- grants on members of an extension are told in the extension's group
    union all select 'pg_extension'::regclass::oid, e.oid from pg_extension as e
    -- and those on system objects in one of their own
    union all select 'pg_init_privs'::regclass::oid, 'pg_init_privs'::regclass::oid;
end $$;
ALTER FUNCTION pggit.granted(since xid8, object_types text[]) OWNER TO postgres;
CREATE FUNCTION pggit.granted_rights() RETURNS TABLE(role_oid oid, class oid, objid oid, privilege text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select g.grantee, x.class, x.objid, g.privilege_type
  from (
    select 'pg_namespace'::regclass::oid as class, n.oid as objid, n.nspowner as owner, n.nspacl as acl
    from pg_namespace as n where n.nspname = 'pggit'
    union all
    select 'pg_proc'::regclass::oid, p.oid, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc as p where p.pronamespace = 'pggit'::regnamespace
    union all
    select 'pg_class'::regclass::oid, c.oid, c.relowner, c.relacl from pg_class as c where c.relnamespace = 'pggit'::regnamespace
    union all
    select 'pg_class'::regclass::oid, c.oid, c.relowner, a.attacl
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid where c.relnamespace = 'pggit'::regnamespace
  ) as x
  cross join lateral aclexplode(x.acl) as g
  where g.grantee <> x.owner
$$;
ALTER FUNCTION pggit.granted_rights() OWNER TO postgres;
CREATE FUNCTION pggit.group_changes(root bytea, keys text[], objects jsonb[]) RETURNS TABLE(change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
  with
  old_object as (
    select d.key as group_key, e.key, b.meaning, b.definition
    from unnest(keys) as d(key)
    cross join (select t.entries from pggit.tree as t where t.hash = root) as r
    join pggit.tree as bt on bt.hash = decode(r.entries ->> left(encode(sha256(convert_to(d.key, 'UTF8')), 'hex'), 2), 'hex')
    join pggit.tree as gt on gt.hash = decode(bt.entries ->> d.key, 'hex')
    cross join jsonb_each_text(gt.entries) as e
    join pggit.blob as b on b.hash = decode(e.value, 'hex')
  ),
  new_object as (
    select d.key as group_key, o.key, pggit.digest(pggit.without_private(o.value)) as meaning, o.value as definition
    from unnest(keys, objects) as d(key, objects) cross join jsonb_each(d.objects) as o
  )
  select case when o.key is null then 'create' when n.key is null then 'drop' else 'alter' end, group_key, key, o.definition, n.definition
  from old_object as o full join new_object as n using (group_key, key)
  where o.meaning is distinct from n.meaning
  order by group_key collate "C", key <> group_key, key collate "C"
$$;
ALTER FUNCTION pggit.group_changes(root bytea, keys text[], objects jsonb[]) OWNER TO postgres;
CREATE FUNCTION pggit.guard_branch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  moving text := substr(old.name, 7);
begin
  if tg_op = 'DELETE' or new.name <> old.name then
    if exists (select from pggit.rule_of(moving)) then
      perform pggit.fail('PG006', format('branch %s is protected: it cannot be %s', moving, case tg_op when 'DELETE' then 'deleted' else 'renamed' end),
        format('pggit unprotect takes that off; pggit protect lists what protects it.'));
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if new.name <> old.name then
    perform pggit.require_protected_start(substr(new.name, 7), new.commit);
    update pggit.request as q set branch = substr(new.name, 7) where q.state = 'open' and q.branch = moving;
    update pggit.request as q set target = substr(new.name, 7) where q.state = 'open' and q.target = moving;
  end if;
  if new.commit is distinct from old.commit then
    if old.commit is not null then
      perform pggit.require_request(moving, old.commit, new.commit);
    end if;
    update pggit.request as q
    set state = 'merged', commit = new.commit, updated_at = clock_timestamp(), ended_at = clock_timestamp(), ended_by = session_user
    from (select distinct on (x.request) x.request, x.source from pggit.request_revision as x order by x.request, x.revision desc) as v
    where q.state = 'open' and q.target = moving and v.request = q.id
      and (v.source = (select c.parents[2] from pggit.commit as c where c.hash = new.commit)
        or pggit.is_ancestor((select r.commit from pggit.ref as r where r.name = 'heads/' || q.branch), new.commit));
  end if;
  return new;
end $$;
ALTER FUNCTION pggit.guard_branch() OWNER TO postgres;
CREATE FUNCTION pggit.guard_commit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  problem text := pggit.commit_problem(new.tree, new.parents, new.author, new.authored_at, new.message);
begin
  if problem is not null then
    perform pggit.fail('PG006', format('commit %s cannot be stored: %s', pggit.short(new.hash), problem));
  end if;
  insert into pggit.recorded (commit) values (new.hash) on conflict do nothing;
  return null;
end $$;
ALTER FUNCTION pggit.guard_commit() OWNER TO postgres;
CREATE FUNCTION pggit.guard_new_branch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  if not exists (select from pggit.ref as r where r.name = new.name) then  -- else it moves, and the other trigger looks
    perform pggit.require_protected_start(substr(new.name, 7), new.commit);
  end if;
  return new;
end $$;
ALTER FUNCTION pggit.guard_new_branch() OWNER TO postgres;
CREATE FUNCTION pggit.guard_new_name() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  bare text := regexp_replace(new.name, '^(heads|tags)/', '');
  other text := case when starts_with(new.name, 'heads/') then 'tag' else 'branch' end;
begin
  if exists (select from pggit.ref as r where r.name = case other when 'tag' then 'tags/' else 'heads/' end || bare)
     and not exists (select from pggit.ref as r where r.name = new.name) then  -- one of an older store moves on
    perform pggit.fail('PG006', format('a %s named %s exists', other, bare), 'A name that stands for both would be ambiguous.');
  end if;
  return new;
end $$;
ALTER FUNCTION pggit.guard_new_name() OWNER TO postgres;
CREATE FUNCTION pggit.head() RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select coalesce(branch.commit, head.commit)
  from pggit.ref as head left join pggit.ref as branch on branch.name = head.target
  where head.name = 'HEAD'
$$;
ALTER FUNCTION pggit.head() OWNER TO postgres;
CREATE FUNCTION pggit.health_check() RETURNS TABLE(check_name text, status text, message text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  repository pggit.repository;
  waiting bigint;
  counted bigint;
  example text;
begin
  select * into strict repository from pggit.repository;
  select count(*), min(p.oid::regprocedure::text) into counted, example from pg_proc as p
  where p.pronamespace = 'pggit'::regnamespace and 'search_path=pg_catalog, pg_temp' <> all (coalesce(p.proconfig, '{}'));
  return query select 'functions', case when counted = 0 then 'ok' else 'error' end,
    case when counted = 0 then 'all have their search_path'
      else format('%s of them, such as %s, search pg_temp first: whoever can connect can act as their owner; pggit upgrade makes them again', counted, example) end;
  if repository.tracked_by = 'triggers' then
    select count(*) into counted from pg_event_trigger as e
    where e.evtname in ('pggit_a_note', 'pggit_a_note_drop', 'pggit_ddl', 'pggit_drop') and e.evtenabled <> 'D';
    return query select 'event triggers', case counted when 4 then 'ok' else 'error' end, format('%s of 4 enabled', counted);
  else
    return query select 'event triggers', 'warning', 'none: tracked by comparing snapshots';
  end if;
  return query select 'tracking', case when repository.paused_until > clock_timestamp() then 'warning' else 'ok' end,
    case when repository.paused_until > clock_timestamp() then format('paused until %s', repository.paused_until) else 'on' end;
  select count(*) into waiting from pggit.capture;
  return query select 'capture', case when waiting > 10000 then 'warning' else 'ok' end, format('%s statements wait for folding', waiting);
  select count(*) into counted from pggit.capture as c where c.error is not null;
  return query select 'gaps', case when counted > 0 or repository.full_read then 'warning' else 'ok' end,
    case when counted > 0 or repository.full_read then 'capture failed; the next status reads everything' else 'none' end;
  return query select 'database', case when repository.database = pggit.database_oid() then 'ok' else 'warning' end,
    case when repository.database = pggit.database_oid() then 'the one that was tracked' else 'restored or copied; the next status reads everything' end;
  select count(*) into counted from pg_publication as p where p.puballtables;
  return query select 'publications', case when counted > 0 then 'warning' else 'ok' end,
    case when counted > 0 then 'FOR ALL TABLES carries the tables of schema pggit: a subscriber needs pgGit too' else 'none carries schema pggit' end;
  select count(*) into counted from pg_index as i where not i.indisvalid and i.indexrelid >= 16384
    and not exists (select from pg_class as c where c.oid = i.indexrelid and c.relkind = 'I');
  return query select 'indexes', case when counted > 0 then 'warning' else 'ok' end, format('%s invalid', counted);
  select count(*), min(f.role || ' ' || f.finding) into counted, example from pggit.access_findings() as f;
  return query select 'access', case when counted > 0 then 'warning' else 'ok' end,
    case when counted = 0 then 'what is recorded is granted, and nothing else'
      else example || case when counted > 1 then format(', and %s more (pggit.access_findings())', counted - 1) else '' end end;
end $$;
ALTER FUNCTION pggit.health_check() OWNER TO postgres;
CREATE FUNCTION pggit.hold_commit(ref_name text, commit text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.lock_repository();
  if ref_name not in ('replay/tip', 'replay/git') then
    perform pggit.fail('PG002', format('%s holds no commit', ref_name));
  end if;
  perform pggit.move_ref(ref_name, decode(commit, 'hex'), 'replay');
end $$;
ALTER FUNCTION pggit.hold_commit(ref_name text, commit text) OWNER TO postgres;
CREATE FUNCTION pggit.holds(role oid, other oid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select pg_has_role(role, other, case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end)
$$;
ALTER FUNCTION pggit.holds(role oid, other oid) OWNER TO postgres;
CREATE FUNCTION pggit.in_schema(schema oid) RETURNS TABLE(catalog oid, address oid)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select o.catalog, o.address
  from (select array_agg(d.classid) as catalogs, array_agg(d.objid) as objids from pg_depend as d
        where d.refclassid = 'pg_namespace'::regclass and d.refobjid = schema and d.deptype = 'n') as d
  cross join lateral pggit.owners(d.catalogs, d.objids) as o
$$;
ALTER FUNCTION pggit.in_schema(schema oid) OWNER TO postgres;
CREATE FUNCTION pggit.includes(kind text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select exists (select from pggit.setting as s where s.name = 'include_kinds' and kind = any (string_to_array(s.value, ',')))
$$;
ALTER FUNCTION pggit.includes(kind text) OWNER TO postgres;
CREATE FUNCTION pggit.initialize(tracked_by text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET quote_all_identifiers TO 'off'
    SET standard_conforming_strings TO 'on'
    SET bytea_output TO 'hex'
    SET lc_monetary TO 'C'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.initialize(tracked_by text) OWNER TO postgres;
CREATE FUNCTION pggit.is_ancestor(older bytea, newer bytea) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
  with recursive reached(hash, parents, generation) as (
    select c.hash, c.parents, c.generation from pggit.commit as c where c.hash = newer
    union
    select c.hash, c.parents, c.generation
    from reached as r cross join unnest(r.parents) as p(hash) join pggit.commit as c on c.hash = p.hash
    where c.generation >= (select o.generation from pggit.commit as o where o.hash = older)
  )
  select exists (select from reached as r where r.hash = older)
$$;
ALTER FUNCTION pggit.is_ancestor(older bytea, newer bytea) OWNER TO postgres;
CREATE FUNCTION pggit.is_author(role oid, who text, request bigint, target bytea, source bytea, independent boolean) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select exists (
    select from pggit.request_makers(is_author.request, is_author.target, is_author.source) as a
    where a.role = is_author.role
      or (a.role is null or is_author.role is null) and a.who = is_author.who
      or coalesce(independent, false) and (pggit.can_become(is_author.role, a.role) or pggit.can_become(a.role, is_author.role)))
$$;
ALTER FUNCTION pggit.is_author(role oid, who text, request bigint, target bytea, source bytea, independent boolean) OWNER TO postgres;
CREATE TABLE pggit.repository (
    singleton boolean DEFAULT true NOT NULL,
    identity uuid DEFAULT gen_random_uuid() NOT NULL,
    tracked_by text NOT NULL,
    root bytea,
    stale smallint[] DEFAULT '{}'::smallint[] NOT NULL,
    database oid NOT NULL,
    system_identifier bigint,
    server_version integer NOT NULL,
    paused_until timestamp with time zone,
    full_read boolean DEFAULT false NOT NULL,
    change_id bigint DEFAULT 0 NOT NULL,
    reflog_id bigint DEFAULT 0 NOT NULL,
    CONSTRAINT repository_singleton_check CHECK (singleton),
    CONSTRAINT repository_tracked_by_check CHECK ((tracked_by = ANY (ARRAY['triggers'::text, 'snapshots'::text])))
);
ALTER TABLE pggit.repository OWNER TO postgres;
CREATE FUNCTION pggit.is_file_copy(repository pggit.repository) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select repository.system_identifier = pggit.system_identifier()
    and repository.server_version = current_setting('server_version_num')::integer / 10000
    and exists (
      select from pggit.working as w join pggit.versions() as v using (catalog, address)
      where w.address >= 16384 and v.version = w.version)
$$;
ALTER FUNCTION pggit.is_file_copy(repository pggit.repository) OWNER TO postgres;
CREATE FUNCTION pggit.is_known(object text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select exists (select from pggit.change as c where pggit.names(c.key, object))
    or exists (select from pggit.commit_change as c where pggit.names(c.key, object))
    or exists (select from pggit.objects as o where pggit.names(o.key, object))
    or exists (select from pggit.reading as r cross join jsonb_object_keys(r.objects) as k where pggit.names(k, object))
$$;
ALTER FUNCTION pggit.is_known(object text) OWNER TO postgres;
CREATE FUNCTION pggit.is_list_of(value jsonb, texts text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select coalesce(jsonb_typeof(value) = 'array' and not exists (
    select from jsonb_array_elements(case jsonb_typeof(value) when 'array' then value else '[]' end) as e
    where jsonb_typeof(e.value) <> 'object' or exists (select from unnest(texts) as k(key) where jsonb_typeof(e.value -> k.key) is distinct from 'string')), false)
$$;
ALTER FUNCTION pggit.is_list_of(value jsonb, texts text[]) OWNER TO postgres;
CREATE FUNCTION pggit.is_meant(branch text, pattern text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select branch like replace(replace(replace(replace(pattern, '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') escape '!' $$;
ALTER FUNCTION pggit.is_meant(branch text, pattern text) OWNER TO postgres;
CREATE FUNCTION pggit.is_objects(value jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select coalesce(jsonb_typeof(value) = 'object' and not exists (
    select from jsonb_each(case jsonb_typeof(value) when 'object' then value else '{}' end) as g
    where jsonb_typeof(g.value) <> 'object' or exists (
      select from jsonb_each(case jsonb_typeof(g.value) when 'object' then g.value else '{}' end) as o
      where o.value <> 'null' and pggit.definition_problem(o.value) is not null)), false)
$$;
ALTER FUNCTION pggit.is_objects(value jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.is_ref(name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select case
    when name ~ '^(heads|tags)/' then pggit.is_ref_name(regexp_replace(name, '^[a-z]+/', ''))
    when name ~ '^remotes/' then strpos(substr(name, 9), '/') > 0 and pggit.is_ref_name(substr(name, 9))
    else coalesce(name = 'HEAD' or name ~ '^stash/[1-9][0-9]{0,8}$' or name in ('replay/tip', 'replay/git'), false) end
$_$;
ALTER FUNCTION pggit.is_ref(name text) OWNER TO postgres;
CREATE FUNCTION pggit.is_ref_name(name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select coalesce(octet_length(convert_to(name, 'UTF8')) between 1 and 255
    and name not in ('HEAD', '@', 'work', 'empty')
    and name collate "C" !~ '[~^:?*\[\\]|\.\.|@\{|//|^[-/]|[/.]$|(^|/)\.|\.lock(/|$)'
    and name collate "C" !~ ('[\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
      '\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U0010ffff]')
    and name collate "C" !~ '(^|/)([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$|^(refs|heads|tags|remotes|stash|replay)/|^[0-9A-Za-z_]+=', false)
$_$;
ALTER FUNCTION pggit.is_ref_name(name text) OWNER TO postgres;
CREATE FUNCTION pggit.is_signature(armored text, signer text, wanted text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select exists (
    select from pggit.read_signature(armored) as s
    where s.namespace = wanted and signer ~ '^[!-~]+ [A-Za-z0-9+/=]+$'
      and split_part(signer, ' ', 2) = regexp_replace(encode(s.public, 'base64'), '\s', '', 'g'))
$_$;
ALTER FUNCTION pggit.is_signature(armored text, signer text, wanted text) OWNER TO postgres;
CREATE FUNCTION pggit.keep_column(relation text, "column" text, kept text, about jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  this regclass := relation::regclass;
  is_empty boolean;
  key text[];
  target text := format('pggit_stash.%I', kept);
  statement text;
  owner name := (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = this);
begin
  execute format('lock table %s in access exclusive mode', this);
  execute format('select not exists (select from %s)', this) into is_empty;
  if is_empty then
    return;
  end if;
  key := pggit.row_key(relation, "column");
  if key is null then
    raise exception using errcode = 'PG006', message = format('%s has no key by which the values of column %s could be kept', relation, quote_ident("column")),
      hint = '--allow data-loss drops them for good.';
  end if;
  perform pggit.keep_schema(current_user);
  select format('select %s from %s', string_agg(format(case when t.typnamespace = 'pg_catalog'::regnamespace then '%1$I'
      else '%1$I::text collate pg_catalog."default" as %1$I' end, a.attname), ', '), this) into statement
  from pg_attribute as a join pg_type as t on t.oid = a.atttypid
  where a.attrelid = this and (a.attname = any (key) or a.attname = "column");
  perform pggit.keep_schema(owner);
  execute format('create unlogged table %s as %s with no data', target, statement);
  execute format('alter table %s owner to %I', target, owner);
  perform pggit.run_as_owner(owner, format('insert into %s %s', target, statement));  -- casts are code
  execute format('alter table %s set logged', target);
  perform pggit.keep_note(target::regclass, about || jsonb_build_object('key_columns', key,
    'type', (select format_type(a.atttypid, a.atttypmod) from pg_attribute as a where a.attrelid = this and a.attname = "column")));
end $_$;
ALTER FUNCTION pggit.keep_column(relation text, "column" text, kept text, about jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.keep_note(relation regclass, about jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
declare
  noted jsonb := about || jsonb_build_object('at', to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'by', session_user);
begin
  perform pggit.record_kept((select c.relname from pg_class as c where c.oid = relation), noted);
  execute format('comment on %s %s is %L', case when (select c.relkind from pg_class as c where c.oid = relation) = 'S' then 'sequence' else 'table' end,
    relation, noted);
end $$;
ALTER FUNCTION pggit.keep_note(relation regclass, about jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.keep_schema(keeper name) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  owner name := (select pg_get_userbyid(n.nspowner) from pg_namespace as n where n.nspname = 'pggit_stash');
begin
  if owner is null then
    create schema pggit_stash;
  elsif owner <> current_user then
    perform pggit.fail('PG006', format('schema pggit_stash belongs to role %s and not to %s, who owns the engine: nothing is kept in it', owner, current_user),
      format('%1$s or a superuser: alter schema pggit_stash owner to %2$I; or, if %1$s did not make it for pgGit, drop it.', owner, current_user));
  end if;
  if not has_schema_privilege(keeper, 'pggit_stash', 'create') then
    if not pg_has_role(session_user, keeper, 'member') then
      perform pggit.fail('PG006', format('%s is not a role of this session', keeper));
    end if;
    execute format('grant usage, create on schema pggit_stash to %I', keeper);
  end if;
end $_$;
ALTER FUNCTION pggit.keep_schema(keeper name) OWNER TO postgres;
CREATE FUNCTION pggit.keep_sequence(sequence text, kept text, about jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  this regclass := sequence::regclass;
  grantee text;
begin
  perform pggit.keep_schema(current_user);
  for grantee in
    select distinct case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end
    from pg_class as c cross join lateral aclexplode(c.relacl) as x where c.oid = this and x.grantee <> c.relowner
  loop
    execute format('revoke all on sequence %s from %s', this, grantee);
  end loop;
  execute format('alter sequence %s set schema pggit_stash', this);
  execute format('alter sequence %s rename to %I', this, kept);
  perform pggit.keep_note(this, about);
end $$;
ALTER FUNCTION pggit.keep_sequence(sequence text, kept text, about jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.keep_table(relation text, kept text, about jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  this regclass := relation::regclass;
  is_empty boolean;
  statement text;
  owned record;
  place jsonb;
  places jsonb := '{}';
  columns jsonb := (
    select coalesce(jsonb_object_agg(quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)), '{}')
    from pg_attribute as a where a.attrelid = this and a.attnum > 0 and not a.attisdropped and a.attgenerated = '');
begin
  execute format('lock table only %s in access exclusive mode', this);
  execute format('select not exists (select from only %s)', this) into is_empty;
  if is_empty then
    execute format('drop table %s', this);
    return;
  end if;
  perform pggit.keep_schema(current_user);
  -- where the sequences of its columns are
  for owned in
    select a.attname as "column", d.objid::regclass::text as sequence, d.deptype
    from pg_depend as d
    join pg_class as c on c.oid = d.objid and c.relkind = 'S'
    join pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = this and d.deptype in ('a', 'i')
  loop
    execute format('select jsonb_build_object(''sequence'', %L, ''value'', last_value, ''called'', is_called) from %s', owned.sequence, owned.sequence) into place;
    places := places || jsonb_build_object(owned."column", place);
  end loop;
  for statement in select * from pggit.strip_statements(this) loop
    if statement ~ ' alter column .* using ' then  -- casts are code
      perform pggit.run_as_owner((select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = this), statement);
    else
      execute statement;
    end if;
  end loop;
  for owned in
    select d.objid::regclass as sequence from pg_depend as d join pg_class as c on c.oid = d.objid and c.relkind = 'S'
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = this and d.deptype = 'a'
  loop
    execute format('drop sequence %s', owned.sequence);
  end loop;
  execute format('alter table %s set schema pggit_stash', this);
  execute format('alter table %s rename to %I', this, kept);
  perform pggit.keep_note(this, about || jsonb_build_object('columns', columns, 'places', places));
end $$;
ALTER FUNCTION pggit.keep_table(relation text, kept text, about jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.kept() RETURNS TABLE(name text, about jsonb, owner text, bytes bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select s.name, s.about, pg_get_userbyid(c.relowner)::text, pg_total_relation_size(c.oid)
  from pggit.stash as s
  join pg_namespace as n on n.nspname = 'pggit_stash' and n.nspowner = (select e.nspowner from pg_namespace as e where e.nspname = 'pggit')
  join pg_class as c on c.relname = s.name and c.relnamespace = n.oid and c.relkind in ('r', 'S')
  order by substr(s.name, 6)::integer
$$;
ALTER FUNCTION pggit.kept() OWNER TO postgres;
CREATE FUNCTION pggit.leave_out_replicated() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if exists (select from pg_stat_get_activity(pg_backend_pid()) as a where a.backend_type like 'logical replication%') then
    return null;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
ALTER FUNCTION pggit.leave_out_replicated() OWNER TO postgres;
CREATE FUNCTION pggit.live_changes(root bytea) RETURNS TABLE(change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  differing record;
begin
  -- by themselves: what is set for the changes would slow the search for them
  select array_agg(g.key) as keys, array_agg(g.objects) as objects into differing from pggit.live_groups(root) as g;
  return query select * from pggit.group_changes(root, differing.keys, differing.objects);
end $$;
ALTER FUNCTION pggit.live_changes(root bytea) OWNER TO postgres;
CREATE FUNCTION pggit.live_groups(root bytea) RETURNS TABLE(key text, objects jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET quote_all_identifiers TO 'off'
    SET standard_conforming_strings TO 'on'
    SET bytea_output TO 'hex'
    SET lc_monetary TO 'C'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
declare
  repository pggit.repository;
  everything boolean;
  catalogs oid[];
  addresses oid[];
  read pggit.group_row[];
begin
  select * into strict repository from pggit.repository;
  -- in a copy that was restored, addresses are other ones
  everything := repository.full_read or repository.server_version <> current_setting('server_version_num')::integer / 10000
    or repository.system_identifier is distinct from pggit.system_identifier()
    or repository.database <> pggit.database_oid() and not pggit.is_file_copy(repository);
  if everything then
    select array_agg(m.catalog), array_agg(m.address) into catalogs, addresses from pggit.all_members() as m;
    select array_agg(g) into read from pggit.read_groups(catalogs, addresses) as g;
  else
    select array_agg(x.catalog), array_agg(x.address) into catalogs, addresses
    from (select s.catalog, s.address from pggit.suspects() as s union select u.catalog, u.address from pggit.unfolded() as u) as x;
    select array_agg(g) into read from pggit.read_rippled(catalogs, addresses) as g;
  end if;
  return query
  with
  recorded as (
    select g.key, decode(g.value, 'hex') as tree
    from pggit.tree as t
    cross join jsonb_each_text(t.entries) as b
    join pggit.tree as bt on bt.hash = decode(b.value, 'hex')
    cross join jsonb_each_text(bt.entries) as g
    where t.hash = root
  ),
  given as materialized (
    select g.key, g.objects, (
        select sha256(convert_to(jsonb_object_agg(o.key, encode(sha256(convert_to(o.value::text, 'UTF8')), 'hex'))::text, 'UTF8'))
        from jsonb_each(g.objects) as o) as tree
    from unnest(read) as g where g.key is not null
  ),
  live as (
    select g.key, g.tree, g.objects from given as g
    union all
    select w.key, w.tree, null
    from pggit.working as w
    where not everything and not exists (select from unnest(read) as g where g.catalog = w.catalog and g.address = w.address)
  )
  select coalesce(l.key, r.key), coalesce(l.objects, (
      select jsonb_object_agg(e.key, b.definition)
      from pggit.tree as t cross join jsonb_each_text(t.entries) as e join pggit.blob as b on b.hash = decode(e.value, 'hex')
      where t.hash = l.tree))
  from live as l full join recorded as r on r.key = l.key
  where l.tree is distinct from r.tree;
end $$;
ALTER FUNCTION pggit.live_groups(root bytea) OWNER TO postgres;
CREATE FUNCTION pggit.live_objects(root bytea) RETURNS TABLE(group_key text, key text, definition text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select g.key, o.key, o.value::text from pggit.live_groups(root) as g left join lateral jsonb_each(g.objects) as o on true
$$;
ALTER FUNCTION pggit.live_objects(root bytea) OWNER TO postgres;
CREATE FUNCTION pggit.lock_holder() RETURNS text
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select coalesce((
    select format('process %s, role %s, since %s', l.pid, coalesce(quote_ident(a.usename), '?'),
      coalesce(to_char(coalesce(a.xact_start, a.backend_start), 'YYYY-MM-DD HH24:MI:SS OF'), '?'))
    from pg_locks as l
    join pg_locks as x on x.virtualtransaction = l.virtualtransaction and x.locktype = 'transactionid' and x.mode = 'ExclusiveLock'
    left join pg_stat_activity as a on a.pid = l.pid
    where l.relation = 'pggit.repository'::regclass and l.mode in ('RowShareLock', 'RowExclusiveLock')
      and l.database = pggit.database_oid() and l.pid is distinct from pg_backend_pid()
    order by x.transactionid = (select r.xmax from pggit.repository as r) desc, a.xact_start limit 1),
  'another transaction')
$$;
ALTER FUNCTION pggit.lock_holder() OWNER TO postgres;
CREATE FUNCTION pggit.lock_key(lock text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select l.key from pggit.lock as l where l.name = lock for share $$;
ALTER FUNCTION pggit.lock_key(lock text) OWNER TO postgres;
CREATE FUNCTION pggit.lock_repository(wait boolean DEFAULT true) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  given interval := current_setting('lock_timeout')::interval;
  deadline timestamptz := clock_timestamp() + case when given > interval '0' then given else interval '30 seconds' end;
  pause double precision := 0.001;
begin
  perform pggit.require_own_code();
  loop
    -- no wait in the server: a timeout of one needs a savepoint, which hides from those who wait next who holds the lock
    perform from pggit.repository for update skip locked;
    if found then
      return true;
    elsif not wait then
      return false;
    elsif clock_timestamp() > deadline then
      perform pggit.fail('55P03', 'the repository is locked by ' || pggit.lock_holder(),
        'It is free when that transaction ends; SELECT pg_terminate_backend(PROCESS) ends the session.');
    end if;
    perform pg_sleep(pause);
    pause := least(pause * 1.5, 0.02);
  end loop;
end $$;
ALTER FUNCTION pggit.lock_repository(wait boolean) OWNER TO postgres;
CREATE FUNCTION pggit.log(start text DEFAULT 'HEAD'::text, object text DEFAULT NULL::text) RETURNS TABLE(hash text, parents text[], author text, authored_at timestamp with time zone, message text, refs text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select encode(c.hash, 'hex'), (select coalesce(array_agg(encode(p.hash, 'hex') order by p.n), '{}') from unnest(c.parents) with ordinality as p(hash, n)),
    c.author, c.authored_at, c.message,
    coalesce((select array_agg(r.name order by r.name) from pggit.ref as r where r.commit = c.hash), '{}')
  from pggit.ancestors(pggit.resolve(start)) as c
  where object is null
     or exists (select from pggit.commit_change as x where x.commit = c.hash and (pggit.names(x.key, object) or pggit.names(x.group_key, object)))
     or (c.parents = '{}' and exists (select from pggit.tree_objects(c.tree) as o
       where (strpos(o.key, object) > 0 and pggit.names(o.key, object)) or (strpos(o.group_key, object) > 0 and pggit.names(o.group_key, object))))
  order by c.generation desc, c.authored_at desc
$$;
ALTER FUNCTION pggit.log(start text, object text) OWNER TO postgres;
CREATE FUNCTION pggit.may_fold() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select has_function_privilege('pggit.fold(boolean)', 'execute') and not current_setting('transaction_read_only')::boolean $$;
ALTER FUNCTION pggit.may_fold() OWNER TO postgres;
CREATE FUNCTION pggit.meanings_of(entries jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select coalesce(jsonb_object_agg(e.key, encode(t.meaning, 'hex')), '{}')
  from jsonb_each_text(entries) as e join pggit.tree as t on t.hash = decode(e.value, 'hex')
$$;
ALTER FUNCTION pggit.meanings_of(entries jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.members(which oid, addresses oid[]) RETURNS SETOF oid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare
  has_foreign_table boolean;
  has_materialized_view boolean;
  has_sequence boolean;
  has_table boolean;
  has_view boolean;
begin
  if which = 'pg_class'::regclass then
    select bool_or(c.relkind = 'f'), bool_or(c.relkind = 'm'), bool_or(c.relkind = 'S'), bool_or(c.relkind in ('r', 'p')), bool_or(c.relkind = 'v') into has_foreign_table, has_materialized_view, has_sequence, has_table, has_view from pg_class as c where c.oid = any (addresses);
  end if;
  if which = 'pg_am'::regclass then
    return query select m.oid from (
select a.oid from pg_am as a where a.oid >= 16384 and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_am'::regclass and member.objid = a.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_extension'::regclass then
    return query select m.oid from (
select e.oid from pg_extension as e
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_init_privs'::regclass then
    return query select m.oid from (
select 'pg_init_privs'::regclass::oid
where exists (select from (select privileged.class, privileged.objid, privileged.objsubid, g.grantee, g.definition
from (-- Everything in this database that has grants. type is what acldefault wants.
select 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid, c.relacl as acl, c.relowner as owner,
  (case c.relkind when 'S' then 's' else 'r' end)::"char" as type
from pg_class as c where c.relacl is not null
union all
select 'pg_class'::regclass::oid, a.attrelid, a.attnum, a.attacl, c.relowner, 'c'
from pg_attribute as a join pg_class as c on c.oid = a.attrelid where a.attacl is not null and not a.attisdropped
union all select 'pg_proc'::regclass::oid, p.oid, 0, p.proacl, p.proowner, 'f' from pg_proc as p where p.proacl is not null
union all select 'pg_type'::regclass::oid, t.oid, 0, t.typacl, t.typowner, 'T' from pg_type as t where t.typacl is not null
union all select 'pg_language'::regclass::oid, l.oid, 0, l.lanacl, l.lanowner, 'l' from pg_language as l where l.lanacl is not null
union all select 'pg_namespace'::regclass::oid, n.oid, 0, n.nspacl, n.nspowner, 'n' from pg_namespace as n where n.nspacl is not null
union all
select 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwacl, w.fdwowner, 'F' from pg_foreign_data_wrapper as w where w.fdwacl is not null
union all
select 'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvacl, s.srvowner, 'S' from pg_foreign_server as s where s.srvacl is not null) as privileged
left join pg_init_privs as initial
  on initial.classoid = privileged.class and initial.objoid = privileged.objid and initial.objsubid = privileged.objsubid
cross join lateral (select coalesce(initial.initprivs, acldefault(privileged.type, privileged.owner)) as acl) as default_of
cross join lateral (-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(privileged.acl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(default_of.acl) group by grantee
) as initial using (grantee)
where privileged.acl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)) as g
where privileged.objid < 16384 and privileged.acl is distinct from initial.initprivs
  and not (privileged.class = 'pg_namespace'::regclass and privileged.objid <> 'pg_catalog'::regnamespace)
  and not exists (
    -- grants of information_schema are in no pg_init_privs; pg_dump leaves them alone as well
    select from pg_depend as dep
    where dep.classid = privileged.class and dep.objid = privileged.objid and dep.refclassid = 'pg_namespace'::regclass
      and dep.refobjid = to_regnamespace('information_schema'))) as found)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_proc'::regclass then
    return query select m.oid from (
select p.oid from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where p.prokind = 'a' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- neither a member of an extension nor made and kept by another object
not exists (
  select from pg_depend as member
  where member.classid = 'pg_proc'::regclass and member.objid = p.oid and member.deptype in ('e', 'i')
)
union all
select p.oid from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where p.prokind in ('f', 'w', 'p')
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- neither a member of an extension nor made and kept by another object
not exists (
  select from pg_depend as member
  where member.classid = 'pg_proc'::regclass and member.objid = p.oid and member.deptype in ('e', 'i')
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_type'::regclass then
    return query select m.oid from (
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where (t.typtype = 'b' or t.typtype = 'p' and not t.typisdefined)
  and not exists (select from pg_type as element where element.oid = t.typelem and element.typarray = t.oid)
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
union all
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace join pg_class as c on c.oid = t.typrelid
where t.typtype = 'c' and c.relkind = 'c' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
union all
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'd' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
union all
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'e' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
union all
select t.oid from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'r' and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_type'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_cast'::regclass then
    return query select m.oid from (
select c.oid from pg_cast as c where c.oid >= 16384 and -- neither a member of an extension nor made and kept by another object
not exists (
  select from pg_depend as member
  where member.classid = 'pg_cast'::regclass and member.objid = c.oid and member.deptype in ('e', 'i')
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_collation'::regclass then
    return query select m.oid from (
select c.oid from pg_collation as c join pg_namespace as n on n.oid = c.collnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_collation'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_class'::regclass then
    if has_foreign_table then return query select m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'f'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses); end if;
    if has_materialized_view then return query select m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'm'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses); end if;
    if has_sequence then return query select m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'S' and c.relpersistence <> 't'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
  and not exists (
    select from pg_depend as dep
    where dep.classid = 'pg_class'::regclass and dep.objid = c.oid and dep.deptype = 'i' and dep.refclassid = 'pg_class'::regclass)
) as m(oid) where m.oid = any (addresses); end if;
    if has_table then return query select m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relpersistence <> 't'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses); end if;
    if has_view then return query select m.oid from (
select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and c.relpersistence <> 't'
  and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_class'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses); end if;
    return;
  end if;
  if which = 'pg_conversion'::regclass then
    return query select m.oid from (
select c.oid from pg_conversion as c join pg_namespace as n on n.oid = c.connamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_conversion'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_default_acl'::regclass then
    return query select m.oid from (
select d.oid from pg_default_acl as d
where d.defaclnamespace = 0
  or exists (
    select from pg_namespace as n
    where n.oid = d.defaclnamespace and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_namespace'::regclass and member.objid = n.oid and member.deptype = 'e'
))
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_event_trigger'::regclass then
    return query select m.oid from (
select e.oid from pg_event_trigger as e
join pg_proc as p on p.oid = e.evtfoid
join pg_namespace as n on n.oid = p.pronamespace
where not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit')) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_event_trigger'::regclass and member.objid = e.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_foreign_data_wrapper'::regclass then
    return query select m.oid from (
select w.oid from pg_foreign_data_wrapper as w
where -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_foreign_data_wrapper'::regclass and member.objid = w.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_language'::regclass then
    return query select m.oid from (
select l.oid from pg_language as l where l.oid >= 16384 and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_language'::regclass and member.objid = l.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_operator'::regclass then
    return query select m.oid from (
select o.oid from pg_operator as o join pg_namespace as n on n.oid = o.oprnamespace
where o.oprcode <> 0 and (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_operator'::regclass and member.objid = o.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_opclass'::regclass then
    return query select m.oid from (
select o.oid from pg_opclass as o join pg_namespace as n on n.oid = o.opcnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_opclass'::regclass and member.objid = o.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_opfamily'::regclass then
    return query select m.oid from (
select o.oid from pg_opfamily as o join pg_namespace as n on n.oid = o.opfnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_opfamily'::regclass and member.objid = o.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_publication'::regclass then
    return query select m.oid from (
select p.oid from pg_publication as p
where -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_publication'::regclass and member.objid = p.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_authid'::regclass then
    return query select m.oid from (
select m.oid from (select r.oid from pg_roles as r where r.oid >= 16384) as m(oid) where pggit.includes('role')
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_db_role_setting'::regclass then
    return query select m.oid from (
select m.oid from (select distinct s.setrole from pg_db_role_setting as s) as m(oid) where pggit.includes('role setting')
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_namespace'::regclass then
    return query select m.oid from (
select n.oid from pg_namespace as n
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_namespace'::regclass and member.objid = n.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_foreign_server'::regclass then
    return query select m.oid from (
select s.oid from pg_foreign_server as s
where -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_foreign_server'::regclass and member.objid = s.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_subscription'::regclass then
    return query select m.oid from (
select m.oid from (select s.oid from pg_subscription as s
where s.subdbid = (select d.oid from pg_database as d where d.datname = current_database())) as m(oid) where pggit.includes('subscription')
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_ts_config'::regclass then
    return query select m.oid from (
select c.oid from pg_ts_config as c join pg_namespace as n on n.oid = c.cfgnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_config'::regclass and member.objid = c.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_ts_dict'::regclass then
    return query select m.oid from (
select d.oid from pg_ts_dict as d join pg_namespace as n on n.oid = d.dictnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_dict'::regclass and member.objid = d.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_ts_parser'::regclass then
    return query select m.oid from (
select p.oid from pg_ts_parser as p join pg_namespace as n on n.oid = p.prsnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_parser'::regclass and member.objid = p.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_ts_template'::regclass then
    return query select m.oid from (
select t.oid from pg_ts_template as t join pg_namespace as n on n.oid = t.tmplnamespace
where (not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and not -- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
(n.nspname = 'pggit' or (n.nspname in ('pggit_apply', 'pggit_stash') or n.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and n.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))) and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_ts_template'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
  if which = 'pg_transform'::regclass then
    return query select m.oid from (
select t.oid from pg_transform as t where t.oid >= 16384 and -- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = 'pg_transform'::regclass and member.objid = t.oid and member.deptype = 'e'
)
) as m(oid) where m.oid = any (addresses);
    return;
  end if;
end $_$;
ALTER FUNCTION pggit.members(which oid, addresses oid[]) OWNER TO postgres;
CREATE FUNCTION pggit.merge_base(a text, b text) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$ select encode(x, 'hex') from pggit.merge_bases(pggit.resolve(a), pggit.resolve(b)) as x $$;
ALTER FUNCTION pggit.merge_base(a text, b text) OWNER TO postgres;
CREATE FUNCTION pggit.merge_bases(a bytea, b bytea) RETURNS SETOF bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  with common as materialized (
    select c.* from pggit.apart(a, b) as x join pggit.commit as c on c.hash = x.hash where x.sides = 3
  )
  select c.hash from common as c
  where c.hash not in (select unnest(o.parents) from common as o)
  order by c.generation desc, c.hash
$$;
ALTER FUNCTION pggit.merge_bases(a bytea, b bytea) OWNER TO postgres;
CREATE FUNCTION pggit.move_head(branch text, commit text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.lock_repository();
  if not exists (select from pggit.ref as r where r.name = 'heads/' || branch and r.commit = decode(move_head.commit, 'hex')) then
    perform pggit.fail('PG006', format('branch %s is no longer at %s', branch, left(move_head.commit, 10)), 'Somebody moved it meanwhile: run the command again.');
  end if;
  if pggit.current_branch() = 'heads/' || branch then
    return move_head.commit;
  end if;
  insert into pggit.reflog (id, ref, old, new, message)
  select r.reflog_id + 1, 'HEAD', pggit.head(), decode(move_head.commit, 'hex'), 'switch: moving to ' || branch from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
  update pggit.ref as r set target = 'heads/' || branch, updated_at = clock_timestamp() where r.name = 'HEAD';
  return move_head.commit;
end $$;
ALTER FUNCTION pggit.move_head(branch text, commit text) OWNER TO postgres;
CREATE FUNCTION pggit.move_ref(ref_name text, new_commit bytea, message text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION pggit.move_ref(ref_name text, new_commit bytea, message text) OWNER TO postgres;
CREATE FUNCTION pggit.names(key text, object text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select key = object
    or strpos(key, object) > 0
       and key ~ ('^((?:[^"]|"[^"]*")* )?' || regexp_replace(object, '([][(){}.*+?|^$\\])', '\\\1', 'g') || '(?:[.(].*| USING .*)?$')
$_$;
ALTER FUNCTION pggit.names(key text, object text) OWNER TO postgres;
CREATE FUNCTION pggit.note_change(subject text, message text, at bytea DEFAULT NULL::bytea) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  with counted as (update pggit.repository set reflog_id = reflog_id + 1 returning reflog_id)
  insert into pggit.reflog (id, ref, old, new, message)
  select c.reflog_id, subject, note_change.at, note_change.at, note_change.message from counted as c
$$;
ALTER FUNCTION pggit.note_change(subject text, message text, at bytea) OWNER TO postgres;
CREATE FUNCTION pggit.note_seal(hash text, query text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select encode(sha256(convert_to(concat(k.key, pg_current_xact_id(), hash, query), 'UTF8')), 'hex') from pggit.note_key as k limit 1
$$;
ALTER FUNCTION pggit.note_seal(hash text, query text) OWNER TO postgres;
CREATE FUNCTION pggit.note_user() RETURNS event_trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ begin perform set_config('pggit.invoker', current_user, true); end $$;
ALTER FUNCTION pggit.note_user() OWNER TO postgres;
CREATE FUNCTION pggit.obstacles(request bigint, target bytea, source bytea, change_hash bytea) RETURNS TABLE(demand text, told text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  asked pggit.request;
  rule record;
  counted bigint;
  stale text;
begin
  select * into asked from pggit.request as q where q.id = obstacles.request;
  select * into rule from pggit.rule_of(asked.target);
  if rule.patterns is null then
    return;
  end if;
  select count(*) filter (where v.counts), string_agg(v.who, ', ' order by v.who) filter (where v.verdict = 'approve' and v.is_stale) into counted, stale
  from pggit.verdicts(asked.id, obstacles.target, source, obstacles.change_hash) as v;
  if counted < rule.approvals then
    return query select 'approvals', format('it has %s of %s %sapprovals', counted, rule.approvals, case when rule.signed then 'signed ' else '' end)
      || coalesce(' (stale: by ' || stale || ')', '');
  end if;
  return query select 'rejected', v.who || ' rejected it' from pggit.verdicts(asked.id, obstacles.target, source, obstacles.change_hash) as v
    where v.verdict = 'reject' and not v.is_stale;
  if rule.proof and not exists (
    select from pggit.request_revision as v
    where v.request = asked.id and v.proven and v.target = obstacles.target and v.source = obstacles.source and v.change_hash = obstacles.change_hash) then
    return query select 'proof', format('it is not proven on %s as that is now', asked.target);
  end if;
end $$;
ALTER FUNCTION pggit.obstacles(request bigint, target bytea, source bytea, change_hash bytea) OWNER TO postgres;
CREATE FUNCTION pggit.on_ddl_command_end() RETURNS event_trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  touched_catalogs oid[];
  touched_objids oid[];
  granted text[];
begin
  select array_agg(c.classid) filter (where c.objid is not null), array_agg(c.objid) filter (where c.objid is not null),
         array_agg(distinct c.object_type) filter (where c.objid is null)
  into touched_catalogs, touched_objids, granted
  from pg_event_trigger_ddl_commands() as c
  where (c.schema_name is null or c.schema_name not in ('pg_temp', 'pggit')) and not coalesce(c.in_extension and c.classid <> 'pg_extension'::regclass, false);
  if touched_objids is null and granted is null then
    return;
  end if;
  perform pggit.append_capture(tg_tag, coalesce(touched_catalogs, '{}'), coalesce(touched_objids, '{}'), '{}', '{}', coalesce(granted, '{}'));
exception when others then
  perform pggit.capture_failed(tg_tag, sqlstate, sqlerrm);
end $$;
ALTER FUNCTION pggit.on_ddl_command_end() OWNER TO postgres;
CREATE FUNCTION pggit.on_sql_drop() RETURNS event_trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  touched_catalogs oid[];
  touched_objids oid[];
  dropped_catalogs oid[];
  dropped_objids oid[];
begin
  -- a column that went (with its type, say) is no address of its own: its table was touched
  select array_agg(d.classid) filter (where d.objsubid = 0), array_agg(d.objid) filter (where d.objsubid = 0),
    array_agg(d.classid) filter (where d.objsubid <> 0), array_agg(d.objid) filter (where d.objsubid <> 0)
  into dropped_catalogs, dropped_objids, touched_catalogs, touched_objids
  from pg_event_trigger_dropped_objects() as d
  where not d.is_temporary and d.schema_name is distinct from 'pg_temp' and d.schema_name is distinct from 'pg_toast'
    and d.object_type <> 'toast table'
    and not (d.classid = 'pg_type'::regclass and (d.object_name is null or not d.original and not d.normal));
  if dropped_objids is null and touched_objids is null then
    return;
  end if;
  perform pggit.append_capture(tg_tag, coalesce(touched_catalogs, '{}'), coalesce(touched_objids, '{}'),
    coalesce(dropped_catalogs, '{}'), coalesce(dropped_objids, '{}'), '{}');
exception when others then
  perform pggit.capture_failed(tg_tag, sqlstate, sqlerrm);
end $$;
ALTER FUNCTION pggit.on_sql_drop() OWNER TO postgres;
CREATE FUNCTION pggit.open_request(branch text, target text, title text, body text DEFAULT ''::text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  number bigint;
  wanted text;
begin
  if coalesce(pggit.clean_line(title), '') = '' then
    perform pggit.fail('PG002', 'a request needs a title');
  end if;
  if branch = target then
    perform pggit.fail('PG002', format('%s cannot be merged into itself', branch));
  end if;
  perform pggit.lock_repository();
  foreach wanted in array array[branch, target] loop
    if not exists (select from pggit.ref as r where r.name = 'heads/' || wanted and r.commit is not null) then
      perform pggit.fail('PG003', format('there is no branch %s', wanted), 'pggit branch shows those there are.');
    end if;
  end loop;
  select q.id into number from pggit.request as q where q.branch = open_request.branch and q.target = open_request.target and q.state = 'open';
  if number is not null then
    perform pggit.fail('PG006', format('request %s asks for %s to be merged into %s already', number, branch, target), format('pggit request update %s takes in what the branch has got since.', number));
  end if;
  number := 1 + coalesce((select max(q.id) from pggit.request as q), 0);
  insert into pggit.request (id, branch, target, title, body, state, opened_by, author)
  values (number, open_request.branch, open_request.target, pggit.clean_line(open_request.title), pggit.clean_message(open_request.body), 'open', session_user, pggit.author());
  return number;
end $$;
ALTER FUNCTION pggit.open_request(branch text, target text, title text, body text) OWNER TO postgres;
CREATE FUNCTION pggit.session_role() RETURNS oid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select r.oid from pg_roles as r where r.rolname = session_user $$;
ALTER FUNCTION pggit.session_role() OWNER TO postgres;
CREATE TABLE pggit.request (
    id bigint NOT NULL,
    branch text NOT NULL,
    target text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    opened_by text NOT NULL,
    author text NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    ended_by text,
    commit bytea,
    opened_role oid DEFAULT pggit.session_role(),
    CONSTRAINT request_state_check CHECK ((state = ANY (ARRAY['open'::text, 'merged'::text, 'closed'::text])))
);
ALTER TABLE pggit.request OWNER TO postgres;
COMMENT ON TABLE pggit.request IS 'Requests to merge a branch into another one';
CREATE FUNCTION pggit.open_request_row(request bigint) RETURNS pggit.request
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  asked pggit.request;
begin
  perform pggit.lock_repository();
  select * into asked from pggit.request as q where q.id = open_request_row.request for update;
  if asked.id is null then
    perform pggit.fail('PG003', format('there is no request %s', request), 'pggit request list --all shows those there are.');
  end if;
  if asked.state <> 'open' then
    perform pggit.fail('PG006', format('request %s is %s', request, asked.state));
  end if;
  return asked;
end $$;
ALTER FUNCTION pggit.open_request_row(request bigint) OWNER TO postgres;
CREATE FUNCTION pggit.outranks(role name, other name) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select me.rolsuper or (me.rolcreaterole and not r.rolcreaterole) or (me.rolreplication and not r.rolreplication)
    or (me.rolbypassrls and not r.rolbypassrls)
    or exists (
      select from pg_roles as p
      where p.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_read_all_data',
          'pg_write_all_data', 'pg_signal_backend', 'pg_maintain', 'pg_create_subscription')
        and pg_has_role(me.oid, p.oid, 'member') and not pggit.holds(r.oid, p.oid))
  from pg_roles as me cross join pg_roles as r where me.rolname = role and r.rolname = other
$$;
ALTER FUNCTION pggit.outranks(role name, other name) OWNER TO postgres;
CREATE FUNCTION pggit."overlaps"(a xid8, a_snapshot pg_snapshot, b xid8, b_snapshot pg_snapshot) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select a <> b and not pg_visible_in_snapshot(b, a_snapshot) and (b_snapshot is null or not pg_visible_in_snapshot(a, b_snapshot))
$$;
ALTER FUNCTION pggit."overlaps"(a xid8, a_snapshot pg_snapshot, b xid8, b_snapshot pg_snapshot) OWNER TO postgres;
CREATE FUNCTION pggit.owners(catalogs oid[], objids oid[]) RETURNS TABLE(catalog oid, address oid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
declare
  of_class oid[];
begin
  -- the usual case: tables and views alone
  if not exists (
    select from unnest(catalogs, objids) as g(catalog, objid)
    left join pg_class as c on g.catalog = 'pg_class'::regclass and c.oid = g.objid
    where c.oid is null or c.relkind not in ('r', 'p', 'v', 'm', 'f'))
  then
    return query select distinct g.catalog, g.objid from unnest(catalogs, objids) as g(catalog, objid);
    return;
  end if;
  -- heads of groups; the row type of a table and the array of a type stand for what they belong to
  return query
  select distinct
    coalesce(case when t.relation then 'pg_class'::regclass::oid end, g.catalog), coalesce(t.address, g.objid)
  from unnest(catalogs, objids) as g(catalog, objid)
  left join lateral (
    select coalesce(nullif(t.typelem, 0), case when c.relkind <> 'c' then c.oid end, r.rngtypid) as address,
      t.typelem = 0 and coalesce(c.relkind <> 'c', false) as relation
    from pg_type as t left join pg_class as c on c.oid = t.typrelid
    left join pg_range as r on r.rngmultitypid = t.oid
    where g.catalog = 'pg_type'::regclass and t.oid = g.objid
      and (t.typrelid <> 0 and c.relkind <> 'c' or t.typtype = 'm' or t.typelem <> 0 and t.typcategory = 'A')
  ) as t on true
  where g.catalog in ('pg_am'::regclass, 'pg_authid'::regclass, 'pg_cast'::regclass, 'pg_class'::regclass, 'pg_collation'::regclass, 'pg_conversion'::regclass, 'pg_db_role_setting'::regclass, 'pg_default_acl'::regclass, 'pg_event_trigger'::regclass, 'pg_extension'::regclass, 'pg_foreign_data_wrapper'::regclass, 'pg_foreign_server'::regclass, 'pg_init_privs'::regclass, 'pg_language'::regclass, 'pg_namespace'::regclass, 'pg_opclass'::regclass, 'pg_operator'::regclass, 'pg_opfamily'::regclass, 'pg_proc'::regclass, 'pg_publication'::regclass, 'pg_subscription'::regclass, 'pg_transform'::regclass, 'pg_ts_config'::regclass, 'pg_ts_dict'::regclass, 'pg_ts_parser'::regclass, 'pg_ts_template'::regclass, 'pg_type'::regclass)
    and not exists (
      select from pg_class as c
      where g.catalog = 'pg_class'::regclass and c.oid = g.objid and c.relkind in ('i', 'I', 't', 'c'));
  if 'pg_class'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_class'::regclass);
    return query select distinct 'pg_type'::regclass::oid, x.address from (
select c.oid as objid, c.reltype as address from pg_class as c where c.oid = any (of_class) and c.relkind = 'c'
) as x(objid, address);
  end if;
  if 'pg_class'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_class'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select d.objid, d.refobjid as address from pg_depend as d
where d.classid = 'pg_class'::regclass and d.objid = any (of_class) and d.refclassid = 'pg_class'::regclass and d.deptype = 'i' and d.refobjsubid > 0
) as x(objid, address);
  end if;
  if 'pg_constraint'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_constraint'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select con.oid as objid, con.conrelid as address from pg_constraint as con where con.oid = any (of_class) and con.conrelid <> 0
) as x(objid, address);
  end if;
  if 'pg_attrdef'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_attrdef'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select d.oid as objid, d.adrelid as address from pg_attrdef as d where d.oid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_constraint'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_constraint'::regclass);
    return query select distinct 'pg_type'::regclass::oid, x.address from (
select con.oid as objid, con.contypid as address from pg_constraint as con where con.oid = any (of_class) and con.contypid <> 0
) as x(objid, address);
  end if;
  if 'pg_class'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_class'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select i.indexrelid as objid, i.indrelid as address from pg_index as i where i.indexrelid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_policy'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_policy'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select p.oid as objid, p.polrelid as address from pg_policy as p where p.oid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_publication_rel'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_publication_rel'::regclass);
    return query select distinct 'pg_publication'::regclass::oid, x.address from (
select r.oid as objid, r.prpubid as address from pg_publication_rel as r where r.oid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_publication_namespace'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_publication_namespace'::regclass);
    return query select distinct 'pg_publication'::regclass::oid, x.address from (
select r.oid as objid, r.pnpubid as address from pg_publication_namespace as r where r.oid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_rewrite'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_rewrite'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select r.oid as objid, r.ev_class as address from pg_rewrite as r where r.oid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_statistic_ext'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_statistic_ext'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select s.oid as objid, s.stxrelid as address from pg_statistic_ext as s where s.oid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_trigger'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_trigger'::regclass);
    return query select distinct 'pg_class'::regclass::oid, x.address from (
select t.oid as objid, t.tgrelid as address from pg_trigger as t where t.oid = any (of_class)
) as x(objid, address);
  end if;
  if 'pg_user_mapping'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = 'pg_user_mapping'::regclass);
    return query select distinct 'pg_foreign_server'::regclass::oid, x.address from (
select m.umid as objid, m.srvid as address from pg_user_mappings as m where m.umid = any (of_class)
) as x(objid, address);
  end if;
end $$;
ALTER FUNCTION pggit.owners(catalogs oid[], objids oid[]) OWNER TO postgres;
CREATE FUNCTION pggit.path_of(owner name) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  with written as (
    select coalesce((
      select substr(c.setting, 13) from pg_db_role_setting as s cross join lateral unnest(s.setconfig) as c(setting)
      where starts_with(c.setting, 'search_path=') and owner <> session_user
        and s.setdatabase in (0, (select d.oid from pg_database as d where d.datname = current_database()))
        and s.setrole in (0, (select r.oid from pg_roles as r where r.rolname = owner))
      order by s.setrole <> 0 desc, s.setdatabase <> 0 desc limit 1), (select s.reset_val from pg_settings as s where s.name = 'search_path')) as path
  ), named as (
    select m.number, case when m.part[1] = '$user' then owner::text else coalesce(replace(m.part[1], '""', '"'), lower(m.part[2])) end as name
    from written cross join lateral regexp_matches(written.path, '"((?:[^"]|"")*)"|([^",\s]+)', 'g') with ordinality as m(part, number)
  )
  select concat_ws(', ', 'pg_catalog', string_agg(quote_ident(n.nspname), ', ' order by named.number), 'pg_temp')
  from named join pg_namespace as n on n.nspname = named.name and not starts_with(n.nspname::text, 'pg_')
  where not exists (
    select from pg_roles as r cross join pg_roles as me
    where me.rolname = owner and not r.rolsuper and r.rolname <> 'pg_database_owner' and has_schema_privilege(r.oid, n.oid, 'create')
      and not pggit.holds(r.oid, me.oid)
      and (r.oid <> (select d.datdba from pg_database as d where d.datname = current_database()) or pggit.outranks(me.rolname, r.rolname)))
$_$;
ALTER FUNCTION pggit.path_of(owner name) OWNER TO postgres;
CREATE FUNCTION pggit.pause_tracking(duration interval) RETURNS timestamp with time zone
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select pggit.lock_repository();
  select pggit.note_change('tracking', case when duration > interval '0' then 'pause: ' || duration else 'resume' end);
  update pggit.repository set paused_until = case when duration > interval '0' then clock_timestamp() + duration end returning paused_until
$$;
ALTER FUNCTION pggit.pause_tracking(duration interval) OWNER TO postgres;
CREATE FUNCTION pggit.pending_history() RETURNS SETOF pggit.history
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  with
  captured as (
    select distinct on (c.xid) c.*,
      (select s.query from pggit.capture as s where s.xid = c.xid and s.query_hash = c.query_hash and s.query is not null order by s.id limit 1) as text,
      min(c.session_user_name) over (partition by c.xid) as who
    from pggit.capture as c order by c.xid, c.id desc
  ),
  given as (
    select distinct on (r.xid, r.catalog, r.address) r.xid, r.catalog, r.address, r.objects from pggit.reading as r order by r.xid, r.catalog, r.address, r.id desc
  ),
  gone as (
    select c.xid, d.catalog, d.address, null::jsonb
    from pggit.capture as c cross join lateral unnest(c.dropped_catalogs, c.dropped_objids) as d(catalog, address)
    except select g.xid, g.catalog, g.address, null from given as g
  ),
  change as (
    select g.xid, x.key, x.old, x.new
    from (select * from given union all select * from gone) as g
    left join pggit.working as w on w.catalog = g.catalog and w.address = g.address
    cross join lateral (
      select key, o.hash as old, n.hash as new
      from (select e.key, e.value as hash from pggit.tree as t cross join jsonb_each_text(t.entries) as e where t.hash = w.tree) as o
      full join (select e.key, encode(pggit.digest(e.value), 'hex') as hash from jsonb_each(g.objects) as e) as n using (key)
      where o.hash is distinct from n.hash) as x
  )
  select (select r.change_id from pggit.repository as r) + row_number() over (order by c.id, x.key), c.at, c.xid, 'ddl', c.who, c.current_user_name,
    c.application, c.client, c.tag, x.key, x.old, x.new, c.text, null
  from change as x join captured as c using (xid)
$$;
ALTER FUNCTION pggit.pending_history() OWNER TO postgres;
CREATE FUNCTION pggit.protect(pattern text, approvals integer DEFAULT 0, proof boolean DEFAULT false, signed boolean DEFAULT false, not_author boolean DEFAULT false, independent boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  perform pggit.check_ref_name(replace(pattern, '*', 'x'));
  if approvals is null or approvals < 0 then
    perform pggit.fail('PG002', format('%s approvals cannot be needed', coalesce(approvals::text, 'null')));
  end if;
  if approvals = 0 and (signed or not_author or independent) then
    perform pggit.fail('PG002', format('%s says which approvals count, and none is needed',
      case when signed then 'signed' when not_author then 'not-author' else 'independent' end), 'Give the number of approvals, too.');
  end if;
  perform pggit.lock_repository();
  if strpos(pattern, '*') = 0 and not exists (select from pggit.ref as r where r.name = 'heads/' || pattern) then
    perform pggit.fail('PG003', format('there is no branch %s', pattern), 'A pattern with * protects branches to come.');
  end if;
  insert into pggit.protection as p (pattern, approvals, proof, signed, not_author, independent)
  values (protect.pattern, protect.approvals, protect.proof, protect.signed, protect.not_author, protect.independent)
  on conflict on constraint protection_pkey do update set approvals = excluded.approvals, proof = excluded.proof, signed = excluded.signed,
    not_author = excluded.not_author, independent = excluded.independent, set_at = excluded.set_at, set_by = excluded.set_by;
  perform pggit.note_change('protection/' || pattern, 'protect: ' || concat_ws(', ', approvals || case approvals when 1 then ' approval' else ' approvals' end, case when proof then 'proof' end,
    case when signed then 'signed' end, case when not_author then 'not by authors' end,
    case when independent then 'independent' end));
end $$;
ALTER FUNCTION pggit.protect(pattern text, approvals integer, proof boolean, signed boolean, not_author boolean, independent boolean) OWNER TO postgres;
CREATE FUNCTION pggit.put_aside(kind text, name text, message text, content jsonb) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ insert into pggit.set_aside (kind, name, message, content) values (kind, name, message, content) $$;
ALTER FUNCTION pggit.put_aside(kind text, name text, message text, content jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.put_commit(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) RETURNS bytea
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION pggit.put_commit(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) OWNER TO postgres;
CREATE FUNCTION pggit.put_conflicts(number bigint, stopped_at jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.lock_repository();
  if not pggit.is_list_of(stopped_at, array['key', 'group_key', 'class', 'message']) or exists (
    select from jsonb_array_elements(stopped_at) as e
    cross join lateral jsonb_array_elements(case jsonb_typeof(e.value -> 'together') when 'array' then e.value -> 'together' else '[7]' end) as t
    where jsonb_typeof(t.value) <> 'array' or jsonb_array_length(t.value) <> 2 or jsonb_typeof(t.value -> 0) <> 'string' or jsonb_typeof(t.value -> 1) <> 'string')
     or exists (
    select from jsonb_array_elements(stopped_at) as e cross join lateral unnest(array[e.value -> 'base', e.value -> 'ours', e.value -> 'theirs']) as d(side)
    where d.side <> 'null' and pggit.definition_problem(d.side) is not null) then
    perform pggit.fail('PG002', 'these are not the conflicts of a merge');
  end if;
  delete from pggit.conflicts as c using pggit.merges as m where m.id = number and m.state = 'open' and c.merge = m.id and c.choice is null;
  insert into pggit.conflicts (merge, key, group_key, class, attributes, base, ours, theirs, together, message)
  select m.id, f.key, f.group_key, f.class, f.attributes, f.base, f.ours, f.theirs, f.together, f.message
  from jsonb_to_recordset(stopped_at) as f(key text, group_key text, class text, attributes text[], base jsonb, ours jsonb, theirs jsonb, together jsonb, message text)
  cross join pggit.merges as m where m.id = number and m.state = 'open'
  on conflict do nothing;
end $$;
ALTER FUNCTION pggit.put_conflicts(number bigint, stopped_at jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.put_groups(root bytea, groups jsonb) RETURNS bytea
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  name text;
  names text[];
  wrong record;
  top jsonb := coalesce((select t.entries from pggit.tree as t where t.hash = root), '{}');
  bucket_entries jsonb;
  made record;
  this record;
begin
  perform pggit.lock_repository();
  select o.key, p.problem into wrong
  from jsonb_each(groups) as g cross join lateral jsonb_each(case when g.value = 'null' then '{}' else g.value end) as o
  cross join lateral pggit.definition_problem(o.value) as p(problem)
  where p.problem is not null limit 1;
  if wrong.problem is not null then
    perform pggit.fail('PG006', format('the definition of %s cannot be stored: %s', left(wrong.key, 200), wrong.problem));
  end if;
  insert into pggit.blob (hash, meaning, definition)
  select distinct on (1) pggit.digest(o.value), pggit.digest(pggit.without_private(o.value)), o.value
  from jsonb_each(groups) as g cross join lateral jsonb_each(case when g.value = 'null' then '{}' else g.value end) as o
  on conflict do nothing;
  select array_agg(distinct left(encode(sha256(convert_to(g, 'UTF8')), 'hex'), 2)) into names from jsonb_object_keys(groups) as g;
  foreach name in array coalesce(names, '{}') loop
    bucket_entries := coalesce((select t.entries from pggit.tree as t where t.hash = decode(top ->> name, 'hex')), '{}');
    for this in select g.key, g.value from jsonb_each(groups) as g where left(encode(sha256(convert_to(g.key, 'UTF8')), 'hex'), 2) = name loop
      bucket_entries := bucket_entries - this.key;
      if this.value <> 'null' then
        select p.* into made from (
          select jsonb_object_agg(o.key, encode(pggit.digest(o.value), 'hex')) as entries,
            jsonb_object_agg(o.key, encode(pggit.digest(pggit.without_private(o.value)), 'hex')) as meanings
          from jsonb_each(this.value) as o) as x cross join lateral pggit.put_tree(x.entries, x.meanings) as p;
        bucket_entries := bucket_entries || jsonb_build_object(this.key, encode(made.hash, 'hex'));
      end if;
    end loop;
    top := top - name;
    if bucket_entries <> '{}' then
      select p.* into made from pggit.put_tree(bucket_entries, pggit.meanings_of(bucket_entries)) as p;
      top := top || jsonb_build_object(name, encode(made.hash, 'hex'));
    end if;
  end loop;
  return (pggit.put_tree(top, pggit.meanings_of(top))).hash;
end $$;
ALTER FUNCTION pggit.put_groups(root bytea, groups jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.put_revision(request bigint, target text, source text, groups jsonb, said jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $_$
declare
  asked pggit.request := pggit.open_request_row(request);
  ours bytea := decode(target, 'hex');
  theirs bytea := decode(source, 'hex');
  base bytea := (select c.tree from pggit.commit as c where c.hash = ours);
  outcome text := said ->> 'outcome';
  merged bytea;
  hash bytea;
  last pggit.request_revision;
begin
  if ours is distinct from (select r.commit from pggit.ref as r where r.name = 'heads/' || asked.target)
     or theirs is distinct from (select r.commit from pggit.ref as r where r.name = 'heads/' || asked.branch) then
    perform pggit.fail('PG006', format('%s or %s was moved meanwhile', asked.branch, asked.target), 'Run the command again.');
  end if;
  if outcome is null or outcome <> all (case when groups is null then array['conflicts', 'does not load'] else array['merged', 'fast-forward', 'findings'] end) then
    perform pggit.fail('PG002', format('a merge does not come to %s', coalesce(quote_literal(outcome), 'nothing')));
  end if;
  if not pggit.is_list_of(coalesce(said -> 'conflicts', '[]'), array['key', 'class']) or not pggit.is_list_of(coalesce(said -> 'findings', '[]'), array['rule', 'key', 'message'])
     or coalesce(jsonb_typeof(said -> 'plan'), 'null') not in ('null', 'object') or coalesce(said -> 'plan' -> 'statements', '[]') is distinct from '[]' and not pggit.is_list_of(said -> 'plan' -> 'statements', '{}')
     or exists (select from jsonb_path_query(said, 'strict $.conflicts[*].attributes', silent => true) as a where jsonb_typeof(a) <> 'array' or jsonb_path_exists(a, 'strict $[*] ? (@.type() != "string")')) then
    perform pggit.fail('PG002', 'that is not what a merge comes to');
  end if;
  if groups is not null then
    merged := pggit.put_groups(base, groups);
    perform pggit.require_root(merged, array[ours]);
    hash := pggit.change_hash(base, merged);
    if pggit.is_ancestor(ours, theirs) and hash <> pggit.change_hash(base, (select c.tree from pggit.commit as c where c.hash = theirs)) then
      perform pggit.fail('PG006', format('%s has all of %s, and merging them does not come to that', asked.branch, asked.target));
    end if;
    if outcome <> 'findings' then
      outcome := case when pggit.is_ancestor(ours, theirs) then 'fast-forward' else 'merged' end;
    end if;
  end if;
  select * into last from pggit.request_revision as v where v.request = asked.id order by v.revision desc limit 1;
  if last.source = theirs and last.target = ours and last.change_hash is not distinct from hash and last.outcome = outcome then
    return last.revision;
  end if;
  insert into pggit.request_revision (request, revision, source, target, outcome, change_hash, tree, changes, plan, hazards, conflicts, findings, refused)
  select asked.id, coalesce(last.revision, 0) + 1, theirs, ours, outcome, hash, merged,
    case when merged is not null then (
      select coalesce(jsonb_agg(jsonb_build_object('verb', x.change, 'group', x.group_key, 'key', x.key, 'old', x.old_definition, 'new', x.new_definition)
        order by x.group_key collate "C", x.key <> x.group_key, x.key collate "C"), '[]')
      from pggit.semantic_changes(base, merged) as x) end,
    nullif(said -> 'plan', 'null'),
    array(select distinct h.value ->> 'kind'
      from jsonb_array_elements(coalesce(said -> 'plan' -> 'statements', '[]')) as s cross join jsonb_array_elements(coalesce(s.value -> 'hazards', '[]')) as h
      order by 1),
    coalesce(said -> 'conflicts', '[]'), coalesce(said -> 'findings', '[]'), said ->> 'refused';
  update pggit.request as q set updated_at = clock_timestamp() where q.id = asked.id;
  return coalesce(last.revision, 0) + 1;
end $_$;
ALTER FUNCTION pggit.put_revision(request bigint, target text, source text, groups jsonb, said jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.put_signatures(commits bytea[], tags text[], signers text[], armored text[], times timestamp with time zone[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  added bigint;
begin
  perform pggit.lock_repository();
  perform pggit.require_form('signature of', g.commit, 'it is not an SSH signature by its key')
  from unnest(commits, signers, put_signatures.armored) as g(commit, signer, armored)
  where not pggit.is_signature(g.armored, g.signer, 'pggit');
  perform pggit.require_form('signature of', g.commit, 'its time is not between the years 1 and 9999')
  from unnest(commits, times) as g(commit, signed_at)
  where g.signed_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00' is not true;
  insert into pggit.signature (hash, commit, tag, signer, armored, signed_at)
  select sha256(g.commit || convert_to(format(E'%s\n%s', g.tag, g.armored), 'UTF8')), g.commit, g.tag, g.signer, g.armored, g.signed_at
  from unnest(commits, tags, signers, put_signatures.armored, times) as g(commit, tag, signer, armored, signed_at)
  where exists (select from pggit.commit as c where c.hash = g.commit)
    and (g.tag = '' or exists (select from pggit.ref as r where r.name = 'tags/' || g.tag and r.commit = g.commit))
  on conflict do nothing;
  get diagnostics added = row_count;
  return added;
end $$;
ALTER FUNCTION pggit.put_signatures(commits bytea[], tags text[], signers text[], armored text[], times timestamp with time zone[]) OWNER TO postgres;
CREATE FUNCTION pggit.put_tree(entries jsonb, meanings jsonb, OUT hash bytea, OUT meaning bytea) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  hash := pggit.digest(entries);
  meaning := pggit.digest(meanings);
  insert into pggit.tree values (put_tree.hash, put_tree.meaning, put_tree.entries) on conflict do nothing;
end $$;
ALTER FUNCTION pggit.put_tree(entries jsonb, meanings jsonb, OUT hash bytea, OUT meaning bytea) OWNER TO postgres;
CREATE FUNCTION pggit.read_again(catalogs oid[], addresses oid[], xid xid8, at timestamp with time zone, tag text, statement bytea, sources jsonb DEFAULT NULL::jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  groups pggit.group_row[];
  renamed record;
  rounds integer := 0;
begin
  while catalogs is not null and rounds < 20 loop
    select array_agg(g) into groups from pggit.read_groups(catalogs, addresses) as g;
    select array_agg(a.catalog) as catalogs, array_agg(a.address) as addresses into renamed
    from pggit.apply_groups(groups, xid, at, tag, statement, true, sources) as a;
    select array_agg(d.catalog), array_agg(d.address) into catalogs, addresses
    from pggit.dependents(renamed.catalogs, renamed.addresses) as d
    where renamed.catalogs is not null;
    rounds := rounds + 1;
  end loop;
end $$;
ALTER FUNCTION pggit.read_again(catalogs oid[], addresses oid[], xid xid8, at timestamp with time zone, tag text, statement bytea, sources jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.read_everything(cause text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
  every record;
begin
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into every
  from (select m.catalog, m.address from pggit.all_members() as m
        union select w.catalog, w.address from pggit.working as w) as x;
  return pggit.record_drift(every.catalogs, every.addresses, cause);
end $$;
ALTER FUNCTION pggit.read_everything(cause text) OWNER TO postgres;
CREATE FUNCTION pggit.read_groups(catalogs oid[], addresses oid[]) RETURNS SETOF pggit.group_row
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  ignored_groups text;
  ignored_kinds text[];
begin
  if exists (select from pggit.setting) then
    ignored_groups := (select s.value from pggit.setting as s where s.name = 'ignore');
    ignored_kinds := (select string_to_array(s.value, ',') from pggit.setting as s where s.name = 'ignore_kinds');
  end if;
  return query
  with
  wanted as (
    select w.catalog, array_agg(w.address) as addresses
    from unnest(catalogs, addresses) as w(catalog, address) group by w.catalog
  ),
  member as (
    select w.catalog, m.address
    from wanted as w cross join lateral pggit.members(w.catalog, w.addresses) as m(address)
  ),
  row as materialized (
    select m.catalog, r.*, r.kind || ' ' || r.identity as key
    from (select catalog, array_agg(address) as addresses from member group by catalog) as m
    cross join lateral pggit.read_objects(m.catalog, m.addresses) as r
  ),
  -- as in kinds/reading.sql; laterals, because what hangs on one group is found by index
  object as (
    select catalog, address, objid, objsubid = 0 as whole, kind, key, case when private is null then definition else definition || private end as definition from row
    union all
    select catalog, address, null, false, 'owner', 'owner ' || key, jsonb_build_object('role', quote_ident(pg_get_userbyid(owner)))
    from row where owner is not null
    union all
    select catalog, address, null, false, 'comment', 'comment ' || key, jsonb_build_object('text', d.description)
    from row cross join lateral (
      select d.description from pg_description as d
      where d.objoid = row.objid and d.classoid = row.class and d.objsubid = row.objsubid offset 0) as d
    union all
    select catalog, address, null, false, 'security label', 'security label ' || quote_ident(l.provider) || ' on ' || key, jsonb_build_object('label', l.label)
    from row cross join lateral (
      select l.provider, l.label from pg_seclabel as l
      where l.objoid = row.objid and l.classoid = row.class and l.objsubid = row.objsubid offset 0) as l
    where exists (select from pg_seclabel)
    union all
    select catalog, address, null, false, 'acl', 'acl ' || g.grantee || ' on ' || key, g.definition
    from row cross join lateral pggit.acl_objects(row.acl, row.acl_default) as g
    where row.acl is not null
  ),
  grouped as (
    select o.catalog, o.address,
      max(o.key) filter (where o.objid = o.address and o.whole) as key,
      jsonb_object_agg(o.key, o.definition) filter (where ignored_kinds is null or o.kind <> all (ignored_kinds)) as objects,
      coalesce(array_agg(distinct o.objid) filter (where o.objid <> o.address), '{}') as parts
    from object as o group by o.catalog, o.address
  )
  select w.catalog, w.address, g.key, g.objects, coalesce(g.parts, '{}'),
    coalesce((select array_agg(i.inhparent) from pg_inherits as i where i.inhrelid = w.address and w.catalog = 'pg_class'::regclass), '{}')
  from unnest(catalogs, addresses) as w(catalog, address)
  left join grouped as g
    on g.catalog = w.catalog and g.address = w.address and g.objects is not null and (ignored_groups is null or g.key !~ ignored_groups);
end $$;
ALTER FUNCTION pggit.read_groups(catalogs oid[], addresses oid[]) OWNER TO postgres;
CREATE FUNCTION pggit.read_objects(which oid, addresses oid[]) RETURNS SETOF pggit.read_row
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare
  has_column boolean;
  has_view_remarks boolean;
  has_identity_remarks boolean;
  has_constraint boolean;
  has_foreign_key boolean;
  has_exclusion boolean;
  has_default boolean;
  has_foreign_table boolean;
  has_index boolean;
  has_materialized_view boolean;
  has_policy boolean;
  has_rule boolean;
  has_sequence boolean;
  has_statistics boolean;
  has_table boolean;
  has_trigger boolean;
  has_view boolean;
begin
  if which = 'pg_am'::regclass then
    return query
select
  a.oid as address, 'pg_am'::regclass::oid as class, a.oid as objid, 0 as objsubid,
  'access method' as kind, quote_ident(a.amname) as identity,
  jsonb_build_object('type', case a.amtype when 'i' then 'index' when 't' then 'table' end, 'handler', a.amhandler::text) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_am as a
where a.oid = any (addresses);
    return;
  end if;
  if which = 'pg_extension'::regclass then
    return query
select
  member.refobjid as address, member.classid as class, member.objid, -- objsubid of an object that is itself a comment, a grant or a label: nothing that hangs on it is to be found by this number
(-1 - privileged.objsubid)::integer as objsubid,
  'acl' as kind, format('%s on %s %s', g.grantee, -- What pg_identify_object calls an object (target.type) -> our kind.
case target.type when 'table column' then 'column' when 'foreign-data wrapper' then 'foreign data wrapper' else target.type end, -- as our kinds spell it: pg_identify_object qualifies the types of arguments
case when target.type in ('function', 'procedure', 'aggregate') then (
  select format('%I.%I(%s)', fn.nspname, f.proname, (
    select string_agg(format_type(argument.type, null), ',' order by argument.n)
    from unnest(f.proargtypes) with ordinality as argument(type, n)))
  from pg_proc as f join pg_namespace as fn on fn.oid = f.pronamespace where f.oid = member.objid)
else target.identity end) as identity,
  g.definition, null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_depend as member
cross join lateral (
  select x.* from (-- The grants on one object, as in privileged; each branch by index.
select 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid, c.relacl as acl, c.relowner as owner,
  (case c.relkind when 'S' then 's' else 'r' end)::"char" as type
from pg_class as c where member.classid = 'pg_class'::regclass and c.oid = member.objid and c.relacl is not null
union all
select 'pg_class'::regclass::oid, a.attrelid, a.attnum, a.attacl, c.relowner, 'c'
from pg_attribute as a join pg_class as c on c.oid = a.attrelid
where member.classid = 'pg_class'::regclass and a.attrelid = member.objid and a.attacl is not null and not a.attisdropped
union all
select 'pg_proc'::regclass::oid, p.oid, 0, p.proacl, p.proowner, 'f' from pg_proc as p
where member.classid = 'pg_proc'::regclass and p.oid = member.objid and p.proacl is not null
union all
select 'pg_type'::regclass::oid, t.oid, 0, t.typacl, t.typowner, 'T' from pg_type as t
where member.classid = 'pg_type'::regclass and t.oid = member.objid and t.typacl is not null
union all
select 'pg_language'::regclass::oid, l.oid, 0, l.lanacl, l.lanowner, 'l' from pg_language as l
where member.classid = 'pg_language'::regclass and l.oid = member.objid and l.lanacl is not null
union all
select 'pg_namespace'::regclass::oid, n.oid, 0, n.nspacl, n.nspowner, 'n' from pg_namespace as n
where member.classid = 'pg_namespace'::regclass and n.oid = member.objid and n.nspacl is not null
union all
select 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwacl, w.fdwowner, 'F' from pg_foreign_data_wrapper as w
where member.classid = 'pg_foreign_data_wrapper'::regclass and w.oid = member.objid and w.fdwacl is not null
union all
select 'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvacl, s.srvowner, 'S' from pg_foreign_server as s
where member.classid = 'pg_foreign_server'::regclass and s.oid = member.objid and s.srvacl is not null) as x
) as privileged
left join pg_init_privs as initial
  on initial.classoid = privileged.class and initial.objoid = privileged.objid and initial.objsubid = privileged.objsubid
cross join lateral (select coalesce(initial.initprivs, acldefault(privileged.type, privileged.owner)) as acl) as default_of
cross join lateral (-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(privileged.acl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(default_of.acl) group by grantee
) as initial using (grantee)
where privileged.acl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)) as g
cross join lateral pg_identify_object(privileged.class, privileged.objid, privileged.objsubid) as target
where privileged.acl is distinct from initial.initprivs
  and member.refclassid = 'pg_extension'::regclass and member.deptype = 'e' and member.refobjid = any (addresses);
    return query
select
  e.oid as address,
  case when e.extname = 'plpgsql' and obj_description(e.oid, 'pg_extension') = 'PL/pgSQL procedural language' then 0::oid
    else 'pg_extension'::regclass::oid end as class,
  e.oid as objid, 0 as objsubid,
  'extension' as kind, quote_ident(e.extname) as identity,
  jsonb_build_object('schema', quote_ident(n.nspname), 'version', e.extversion) as definition,
  -- whether ALTER EXTENSION ... SET SCHEMA is refused
  case when not e.extrelocatable and e.oid >= 16384 then jsonb_build_object('_fixed', true) end as private,
  null::oid as owner,
  null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_extension as e
join pg_namespace as n on n.oid = e.extnamespace
where e.oid = any (addresses);
    return;
  end if;
  if which = 'pg_init_privs'::regclass then
    return query
select
  'pg_init_privs'::regclass::oid as address, p.class, p.objid, -- objsubid of an object that is itself a comment, a grant or a label: nothing that hangs on it is to be found by this number
(-1 - p.objsubid)::integer as objsubid,
  'acl' as kind, format('%s on %s %s', p.grantee, -- What pg_identify_object calls an object (target.type) -> our kind.
case target.type when 'table column' then 'column' when 'foreign-data wrapper' then 'foreign data wrapper' else target.type end, -- as our kinds spell it: pg_identify_object qualifies the types of arguments
case when target.type in ('function', 'procedure', 'aggregate') then (
  select format('%I.%I(%s)', fn.nspname, f.proname, (
    select string_agg(format_type(argument.type, null), ',' order by argument.n)
    from unnest(f.proargtypes) with ordinality as argument(type, n)))
  from pg_proc as f join pg_namespace as fn on fn.oid = f.pronamespace where f.oid = p.objid)
else target.identity end) as identity,
  p.definition, null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from (select privileged.class, privileged.objid, privileged.objsubid, g.grantee, g.definition
from (-- Everything in this database that has grants. type is what acldefault wants.
select 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid, c.relacl as acl, c.relowner as owner,
  (case c.relkind when 'S' then 's' else 'r' end)::"char" as type
from pg_class as c where c.relacl is not null
union all
select 'pg_class'::regclass::oid, a.attrelid, a.attnum, a.attacl, c.relowner, 'c'
from pg_attribute as a join pg_class as c on c.oid = a.attrelid where a.attacl is not null and not a.attisdropped
union all select 'pg_proc'::regclass::oid, p.oid, 0, p.proacl, p.proowner, 'f' from pg_proc as p where p.proacl is not null
union all select 'pg_type'::regclass::oid, t.oid, 0, t.typacl, t.typowner, 'T' from pg_type as t where t.typacl is not null
union all select 'pg_language'::regclass::oid, l.oid, 0, l.lanacl, l.lanowner, 'l' from pg_language as l where l.lanacl is not null
union all select 'pg_namespace'::regclass::oid, n.oid, 0, n.nspacl, n.nspowner, 'n' from pg_namespace as n where n.nspacl is not null
union all
select 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwacl, w.fdwowner, 'F' from pg_foreign_data_wrapper as w where w.fdwacl is not null
union all
select 'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvacl, s.srvowner, 'S' from pg_foreign_server as s where s.srvacl is not null) as privileged
left join pg_init_privs as initial
  on initial.classoid = privileged.class and initial.objoid = privileged.objid and initial.objsubid = privileged.objsubid
cross join lateral (select coalesce(initial.initprivs, acldefault(privileged.type, privileged.owner)) as acl) as default_of
cross join lateral (-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(privileged.acl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(default_of.acl) group by grantee
) as initial using (grantee)
where privileged.acl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)) as g
where privileged.objid < 16384 and privileged.acl is distinct from initial.initprivs
  and not (privileged.class = 'pg_namespace'::regclass and privileged.objid <> 'pg_catalog'::regnamespace)
  and not exists (
    -- grants of information_schema are in no pg_init_privs; pg_dump leaves them alone as well
    select from pg_depend as dep
    where dep.classid = privileged.class and dep.objid = privileged.objid and dep.refclassid = 'pg_namespace'::regclass
      and dep.refobjid = to_regnamespace('information_schema'))) as p
cross join lateral pg_identify_object(p.class, p.objid, p.objsubid) as target
where 'pg_init_privs'::regclass::oid = any (addresses);
    return query
select
  'pg_init_privs'::regclass::oid as address, 'pg_class'::regclass::oid as class, 'pg_init_privs'::regclass::oid as objid, 0 as objsubid,
  'system catalog' as kind, 'privileges' as identity, '{}'::jsonb as definition, null::jsonb as private,
  null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
where 'pg_init_privs'::regclass::oid = any (addresses);
    return;
  end if;
  if which = 'pg_proc'::regclass then
    return query
select
  p.oid as address, 'pg_proc'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'aggregate' as kind, p.oid::regprocedure::text as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'arguments', case when p.pronargs > 0 then -- The arguments of pg_proc p, in order; mode is left out for IN.
(select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'name', nullif(p.proargnames[arg.n], ''),
    'mode', case p.proargmodes[arg.n]
      when 'o' then 'out' when 'b' then 'inout' when 'v' then 'variadic' when 't' then 'table' end,
    'type', format_type(arg.type, null),
    'default', case when p.pronargdefaults > 0 then pg_get_function_arg_default(p.oid, arg.n::integer) end
  )) order by arg.n)
 from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as arg(type, n)) end,
    'kind', case a.aggkind when 'o' then 'ordered-set' when 'h' then 'hypothetical' end,
    'direct_arguments', case when a.aggkind <> 'n' then a.aggnumdirectargs end,
    'sfunc', a.aggtransfn::text,
    'stype', format_type(a.aggtranstype, null),
    'sspace', nullif(a.aggtransspace, 0),
    'finalfunc', -- regproc -> name, nothing for 0
case when a.aggfinalfn <> 0 then a.aggfinalfn::text end,
    'finalfunc_extra', nullif(a.aggfinalextra, false),
    'finalfunc_modify', case when a.aggfinalmodify <> usual.modify then case a.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable' when 'w' then 'read_write' end end,
    'combinefunc', -- regproc -> name, nothing for 0
case when a.aggcombinefn <> 0 then a.aggcombinefn::text end,
    'serialfunc', -- regproc -> name, nothing for 0
case when a.aggserialfn <> 0 then a.aggserialfn::text end,
    'deserialfunc', -- regproc -> name, nothing for 0
case when a.aggdeserialfn <> 0 then a.aggdeserialfn::text end,
    'initcond', a.agginitval,
    'msfunc', -- regproc -> name, nothing for 0
case when a.aggmtransfn <> 0 then a.aggmtransfn::text end,
    'minvfunc', -- regproc -> name, nothing for 0
case when a.aggminvtransfn <> 0 then a.aggminvtransfn::text end,
    'mstype', case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end,
    'msspace', nullif(a.aggmtransspace, 0),
    'mfinalfunc', -- regproc -> name, nothing for 0
case when a.aggmfinalfn <> 0 then a.aggmfinalfn::text end,
    'mfinalfunc_extra', nullif(a.aggmfinalextra, false),
    'mfinalfunc_modify', case when a.aggmfinalmodify <> usual.modify then case a.aggmfinalmodify when 'r' then 'read_only' when 's' then 'shareable' when 'w' then 'read_write' end end,
    'minitcond', a.aggminitval,
    'sortop', case when a.aggsortop <> 0 then (select format('%I.%s', opn.nspname, op.oprname) from pg_operator as op join pg_namespace as opn on opn.oid = op.oprnamespace
 where op.oid = a.aggsortop) end,
    'parallel', case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end
  )) as definition,
  null::jsonb as private, p.proowner as owner, p.proacl as acl, case when p.proacl is not null then acldefault('f', p.proowner) end as acl_default
from pg_proc as p
join pg_aggregate as a on a.aggfnoid = p.oid
cross join lateral (select case a.aggkind when 'n' then 'r' else 'w' end as modify) as usual
where p.prokind = 'a' and p.oid = any (addresses);
    return query
select
  p.oid as address, 'pg_proc'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  case p.prokind when 'p' then 'procedure' else 'function' end as kind, p.oid::regprocedure::text as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'language', quote_ident(l.lanname),
    'arguments', case when p.pronargs > 0 or p.proallargtypes is not null then -- The arguments of pg_proc p, in order; mode is left out for IN.
(select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'name', nullif(p.proargnames[arg.n], ''),
    'mode', case p.proargmodes[arg.n]
      when 'o' then 'out' when 'b' then 'inout' when 'v' then 'variadic' when 't' then 'table' end,
    'type', format_type(arg.type, null),
    'default', case when p.pronargdefaults > 0 then pg_get_function_arg_default(p.oid, arg.n::integer) end
  )) order by arg.n)
 from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as arg(type, n)) end,
    'returns', case when p.prokind <> 'p' and (p.proargmodes is null or not p.proargmodes && '{o,b,t}')
      then format_type(p.prorettype, null) end,
    'set', case when p.proretset and (p.proargmodes is null or not p.proargmodes && '{t}') then true end,
    'window', case p.prokind when 'w' then true end,
    'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' end,
    'strict', nullif(p.proisstrict, false),
    'security_definer', nullif(p.prosecdef, false),
    'leakproof', nullif(p.proleakproof, false),
    'parallel', case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end,
    'cost', case when p.procost <> case when l.lanname in ('c', 'internal') then 1 else 100 end then -- a real as an integer where it is one, else as text
case when p.procost = trunc(p.procost) and abs(p.procost) < 1e15 then to_jsonb(p.procost::float8::numeric) else to_jsonb(p.procost::text) end end,
    'rows', case when p.prorows <> case when p.proretset then 1000 else 0 end then -- a real as an integer where it is one, else as text
case when p.prorows = trunc(p.prorows) and abs(p.prorows) < 1e15 then to_jsonb(p.prorows::float8::numeric) else to_jsonb(p.prorows::text) end end,
    'config', case when p.proconfig is not null then -- like options; what is a secret by its name or form (core/credentials.py) becomes a placeholder
(select jsonb_object_agg(o.name, case when o.name ~* '^(?!(?:password_encryption|password_required|scram_iterations|use_scram_passthrough|authors?|auth_delay|authentication_timeout)$).*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key|scram_|(?:^|[^a-z])(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig)(?:[^a-z]|$)|auth|private)' then '{secret}' else -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(o.value collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi') end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(p.proconfig) as pair(text)) as o) end,
    'support', case when p.prosupport <> 0 then p.prosupport::text end,
    'transforms', case when p.protrftypes is not null then (
      select jsonb_agg(x.type order by x.type collate "C")
      from unnest(p.protrftypes) as t(oid) cross join lateral (select format_type(t.oid, null) as type) as x) end,
    'body', case when p.prosqlbody is null then p.prosrc end,
    'sql_body', case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end,
    'library', p.probin,
    'depends_on_extensions', -- ALTER ... DEPENDS ON EXTENSION
(select jsonb_agg(quote_ident(ext.extname) order by ext.extname collate "C")
 from pg_depend as dep join pg_extension as ext on ext.oid = dep.refobjid
 where dep.classid = 'pg_proc'::regclass and dep.objid = p.oid and dep.deptype = 'x'
   and dep.refclassid = 'pg_extension'::regclass)
  )) as definition,
  null::jsonb as private, p.proowner as owner, p.proacl as acl, case when p.proacl is not null then acldefault('f', p.proowner) end as acl_default
from pg_proc as p
join pg_language as l on l.oid = p.prolang
where p.prokind in ('f', 'w', 'p') and p.oid = any (addresses);
    return;
  end if;
  if which = 'pg_type'::regclass then
    return query
select
  t.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, a.attnum::integer as objsubid,
  'attribute' as kind, format('%I.%I.%I', n.nspname, t.typname, a.attname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'collation', case when a.attcollation <> at.typcollation then (select format('%I.%I', cn.nspname, co.collname) from pg_collation as co join pg_namespace as cn on cn.oid = co.collnamespace
 where co.oid = a.attcollation) end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_class as c on c.oid = t.typrelid
join pg_attribute as a on a.attrelid = c.oid
join pg_type as at on at.oid = a.atttypid
where t.typtype = 'c' and c.relkind = 'c' and a.attnum > 0 and not a.attisdropped and t.oid = any (addresses);
    return query
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  case when t.typisdefined then 'base type' else 'shell type' end as kind, format('%I.%I', n.nspname, t.typname) as identity,
  case when not t.typisdefined then '{}' else jsonb_strip_nulls(jsonb_build_object(
    'input', t.typinput::text,
    'output', t.typoutput::text,
    'receive', -- regproc -> name, nothing for 0
case when t.typreceive <> 0 then t.typreceive::text end,
    'send', -- regproc -> name, nothing for 0
case when t.typsend <> 0 then t.typsend::text end,
    'typmod_in', -- regproc -> name, nothing for 0
case when t.typmodin <> 0 then t.typmodin::text end,
    'typmod_out', -- regproc -> name, nothing for 0
case when t.typmodout <> 0 then t.typmodout::text end,
    'analyze', -- regproc -> name, nothing for 0
case when t.typanalyze <> 0 then t.typanalyze::text end,
    'subscript', -- regproc -> name, nothing for 0
case when t.typsubscript <> 0 then t.typsubscript::text end,
    'length', case when t.typlen >= 0 then t.typlen end,
    'passed_by_value', nullif(t.typbyval, false),
    'alignment', case t.typalign when 'c' then 'char' when 's' then 'int2' when 'd' then 'double' end,
    'storage', case t.typstorage when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end,
    'category', case when t.typcategory <> 'U' then t.typcategory end,
    'preferred', nullif(t.typispreferred, false),
    'default', t.typdefault,
    'element', case when t.typelem <> 0 then format_type(t.typelem, null) end,
    'delimiter', case when t.typdelim <> ',' then t.typdelim end,
    'collatable', case when t.typcollation <> 0 then true end
  )) end as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
where t.typtype in ('b', 'p') and t.oid = any (addresses);
    return query
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'composite' as kind, format('%I.%I', n.nspname, t.typname) as identity,
  '{}'::jsonb as definition,
  jsonb_build_object('_attributes', coalesce((
    select jsonb_agg(a.attname order by a.attnum) from pg_attribute as a
    where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '[]')) as private,
  t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_class as c on c.oid = t.typrelid
where t.typtype = 'c' and c.relkind = 'c' and t.oid = any (addresses);
    return query
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'domain' as kind, format('%I.%I', n.nspname, t.typname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(t.typbasetype, t.typtypmod),
    'collation', case when t.typcollation <> base.typcollation then (select format('%I.%I', cn.nspname, co.collname) from pg_collation as co join pg_namespace as cn on cn.oid = co.collnamespace
 where co.oid = t.typcollation) end,
    'default', pg_get_expr(t.typdefaultbin, 0)
  )) as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_type as base on base.oid = t.typbasetype
where t.typtype = 'd' and t.oid = any (addresses);
    return query
select
  t.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'domain constraint' as kind, format('%I on %s', con.conname, format('%I.%I', n.nspname, t.typname)) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', case con.contype when 'c' then 'check' when 'n' then 'not null' end,
    'expression', case con.contype when 'c' then pg_get_expr(con.conbin, 0) end,
    'not_valid', nullif(not con.convalidated, false)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_type as t on t.oid = con.contypid
join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'd' and t.oid = any (addresses);
    return query
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'enum' as kind, format('%I.%I', n.nspname, t.typname) as identity,
  jsonb_build_object('labels', coalesce((
    select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum as e where e.enumtypid = t.oid), '[]')) as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'e' and t.oid = any (addresses);
    return query
select
  t.oid as address, 'pg_type'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'range' as kind, format('%I.%I', n.nspname, t.typname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'subtype', format_type(r.rngsubtype, null),
    'opclass', case when not opc.opcdefault or opc.opcintype <> r.rngsubtype and exists (
        select from pg_opclass as better
        where better.opcmethod = opc.opcmethod and better.opcintype = r.rngsubtype and better.opcdefault)
      then format('%I.%I', opn.nspname, opc.opcname) end,
    'collation', case when r.rngcollation <> st.typcollation then (select format('%I.%I', cn.nspname, co.collname) from pg_collation as co join pg_namespace as cn on cn.oid = co.collnamespace
 where co.oid = r.rngcollation) end,
    'canonical', -- regproc -> name, nothing for 0
case when r.rngcanonical <> 0 then r.rngcanonical::text end,
    'multirange', case when multi.typnamespace <> t.typnamespace or bytes.multi <> case strpos(t.typname, 'range')
        when 0 then substr(bytes.own, 1, 52) || '_multirange'::bytea
        else convert_to(overlay(t.typname placing 'multirange' from strpos(t.typname, 'range') for 5)::name, bytes.encoding) end
      then format('%I.%I', multin.nspname, multi.typname) end,
    'subtype_diff', -- regproc -> name, nothing for 0
case when r.rngsubdiff <> 0 then r.rngsubdiff::text end
  )) as definition,
  null::jsonb as private, t.typowner as owner, t.typacl as acl, case when t.typacl is not null then acldefault('T', t.typowner) end as acl_default
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
join pg_range as r on r.rngtypid = t.oid
join pg_type as st on st.oid = r.rngsubtype
join pg_opclass as opc on opc.oid = r.rngsubopc
join pg_namespace as opn on opn.oid = opc.opcnamespace
join pg_type as multi on multi.oid = r.rngmultitypid
join pg_namespace as multin on multin.oid = multi.typnamespace
cross join lateral (
  select convert_to(t.typname, e.encoding) as own, convert_to(multi.typname, e.encoding) as multi, e.encoding
  from (select getdatabaseencoding() as encoding) as e) as bytes
where t.typtype = 'r' and t.oid = any (addresses);
    return;
  end if;
  if which = 'pg_cast'::regclass then
    return query
select
  c.oid as address, 'pg_cast'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'cast' as kind, format('(%s AS %s)', format_type(c.castsource, null), format_type(c.casttarget, null)) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'method', case c.castmethod when 'f' then 'function' when 'i' then 'inout' when 'b' then 'binary' end,
    'function', case when c.castfunc <> 0 then c.castfunc::regprocedure::text end,
    'context', case c.castcontext when 'i' then 'implicit' when 'a' then 'assignment' end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_cast as c
where c.oid = any (addresses);
    return;
  end if;
  if which = 'pg_collation'::regclass then
    return query
select
  c.oid as address, 'pg_collation'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'collation' as kind, format('%I.%I', n.nspname, c.collname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'provider', case c.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' when 'd' then 'default' end,
    'locale', c.colllocale,
    'lc_collate', case c.collprovider when 'c' then c.collcollate end,
    'lc_ctype', case c.collprovider when 'c' then c.collctype end,
    'rules', c.collicurules,
    'deterministic', nullif(c.collisdeterministic, true)
  )) as definition,
  null::jsonb as private, c.collowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_collation as c
join pg_namespace as n on n.oid = c.collnamespace
where c.oid = any (addresses);
    return;
  end if;
  if which = 'pg_class'::regclass then
    select bool_or(c.relkind in ('r', 'p', 'f')), bool_or(c.relkind in ('v', 'm')), bool_or(c.relkind in ('r', 'p') and exists (
  select from pg_depend as dep join pg_class as s on s.oid = dep.objid
  where dep.refclassid = 'pg_class'::regclass and dep.refobjid = c.oid and dep.refobjsubid > 0
    and dep.classid = 'pg_class'::regclass and dep.deptype = 'i'
    and (s.relacl is not null
      or exists (select from pg_description as d where d.classoid = 'pg_class'::regclass and d.objoid = s.oid)
      or exists (select from pg_seclabel as l where l.classoid = 'pg_class'::regclass and l.objoid = s.oid)))), bool_or(c.relkind in ('r', 'p', 'f')), bool_or(exists (select from pg_constraint as x where x.conrelid = c.oid and x.contype = 'f')), bool_or(exists (select from pg_constraint as x where x.conrelid = c.oid and x.contype = 'x')), bool_or(exists (select from pg_attrdef as x where x.adrelid = c.oid)), bool_or(c.relkind = 'f'), bool_or(c.relkind in ('r', 'p', 'm') and c.relhasindex), bool_or(c.relkind = 'm'), bool_or(exists (select from pg_policy as x where x.polrelid = c.oid)), bool_or(c.relhasrules and (c.relkind <> 'v' or (select count(*) > 1 from pg_rewrite as r where r.ev_class = c.oid))), bool_or(c.relkind = 'S'), bool_or(exists (select from pg_statistic_ext as x where x.stxrelid = c.oid)), bool_or(c.relkind in ('r', 'p')), bool_or(c.relhastriggers), bool_or(c.relkind = 'v') into has_column, has_view_remarks, has_identity_remarks, has_constraint, has_foreign_key, has_exclusion, has_default, has_foreign_table, has_index, has_materialized_view, has_policy, has_rule, has_sequence, has_statistics, has_table, has_trigger, has_view from pg_class as c where c.oid = any (addresses);
    if has_column then
return query
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, a.attnum::integer as objsubid,
  'column' as kind, format('%I.%I.%I', n.nspname, c.relname, a.attname) as identity,
  -- most columns have nothing but a type and NOT NULL: they take the short way
  case when a.attidentity = '' and a.attgenerated = '' and a.attcollation = t.typcollation and a.attstorage = t.typstorage
    and a.attcompression = ''
    and coalesce(a.attstattarget, -1) = -1 and a.attoptions is null and a.attfdwoptions is null and a.attinhcount = 0
  then case when a.attnotnull then jsonb_build_object('type', format_type(a.atttypid, a.atttypmod), 'not_null', -- true: the table's own, named as PostgreSQL names it (makeObjectName), valid, inheritable. Otherwise an object that says
case
  when not a.attnotnull then null
  when nn.oid is null or nn.conislocal and nn.convalidated and not nn.connoinherit and nn.conname = c.relname || '_' || a.attname || '_not_null' then to_jsonb(true)
  else jsonb_strip_nulls(jsonb_build_object(
    'name', nn.conname, 'inherited', nullif(not nn.conislocal, false),
    'not_valid', nullif(not nn.convalidated, false), 'no_inherit', nullif(nn.connoinherit, false)))
end
)
    else jsonb_build_object('type', format_type(a.atttypid, a.atttypmod)) end
  else jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'collation', case when a.attcollation <> t.typcollation then (
      select format('%I.%I', cn.nspname, co.collname) from pg_collation as co join pg_namespace as cn on cn.oid = co.collnamespace
      where co.oid = a.attcollation) end,
    'not_null', -- true: the table's own, named as PostgreSQL names it (makeObjectName), valid, inheritable. Otherwise an object that says
case
  when not a.attnotnull then null
  when nn.oid is null or nn.conislocal and nn.convalidated and not nn.connoinherit and nn.conname = c.relname || '_' || a.attname || '_not_null' then to_jsonb(true)
  else jsonb_strip_nulls(jsonb_build_object(
    'name', nn.conname, 'inherited', nullif(not nn.conislocal, false),
    'not_valid', nullif(not nn.convalidated, false), 'no_inherit', nullif(nn.connoinherit, false)))
end
,
    'identity', case when a.attidentity <> '' then -- The options of the identity column's own sequence, told in full; its name only where it is not the usual one.
(select jsonb_strip_nulls(jsonb_build_object(
    'generated', case a.attidentity when 'a' then 'always' else 'by default' end,
    'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin, 'max', s.seqmax, 'cache', s.seqcache,
    'cycle', nullif(s.seqcycle, false),
    'persistence', case when sc.relpersistence <> c.relpersistence then case sc.relpersistence when 'u' then 'unlogged' else 'logged' end end,
    'sequence', case when sc.relname <> c.relname || '_' || a.attname || '_seq' or sc.relnamespace <> c.relnamespace
      then format('%I.%I', sn.nspname, sc.relname) end))
 from pg_depend as dep
 join pg_sequence as s on s.seqrelid = dep.objid
 join pg_class as sc on sc.oid = s.seqrelid
 join pg_namespace as sn on sn.oid = sc.relnamespace
 where dep.classid = 'pg_class'::regclass and dep.refclassid = 'pg_class'::regclass
   and dep.refobjid = c.oid and dep.refobjsubid = a.attnum and dep.deptype = 'i') end,
    'generated', case when a.attgenerated <> '' then (
      select jsonb_build_object('stored', a.attgenerated = 's', 'expression', pg_get_expr(d.adbin, d.adrelid))
      from pg_attrdef as d where d.adrelid = c.oid and d.adnum = a.attnum) end,
    'storage', case when a.attstorage <> t.typstorage then
      case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end end,
    'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
    'statistics', nullif(a.attstattarget, -1),
    'options', case when a.attoptions is not null then -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(a.attoptions) as o(option)) end,
    'fdw_options', case when a.attfdwoptions is not null then -- like options; what is a secret by its name or form (core/credentials.py) becomes a placeholder
(select jsonb_object_agg(o.name, case when o.name ~* '^(?!(?:password_encryption|password_required|scram_iterations|use_scram_passthrough|authors?|auth_delay|authentication_timeout)$).*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key|scram_|(?:^|[^a-z])(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig)(?:[^a-z]|$)|auth|private)' then '{secret}' else -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(o.value collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi') end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(a.attfdwoptions) as pair(text)) as o) end,
    'inherited', nullif(a.attinhcount > 0, false),
    'local', nullif(a.attinhcount > 0 and a.attislocal, false)
  )) end as definition,
  null::jsonb as private, null::oid as owner,
  a.attacl as acl, case when a.attacl is not null then acldefault('c', c.relowner) end as acl_default
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_type as t on t.oid = a.atttypid
left join pg_constraint as nn on nn.conrelid = c.oid and nn.contype = 'n' and nn.conkey = array[a.attnum] and a.attnotnull
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f') and c.oid = any (addresses);
    end if;
    if has_view_remarks then
return query
with view_column as (
  select c.oid as address, a.attnum::integer as objsubid, a.attacl, acldefault('c', c.relowner) as acl_default,
     format('column %I.%I.%I', n.nspname, c.relname, a.attname) as key
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
  where c.relkind in ('v', 'm') and c.oid = any (addresses)
)
select
  v.address, 'pg_class'::regclass::oid as class, null::oid as objid, -- objsubid of an object that is itself a comment, a grant or a label: nothing that hangs on it is to be found by this number
(-1 - v.objsubid)::integer as objsubid, x.kind, x.identity, x.definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from view_column as v
cross join lateral (
  select 'comment' as kind, v.key as identity, jsonb_build_object('text', d.description) as definition
  from pg_description as d
  where d.classoid = 'pg_class'::regclass and d.objoid = v.address and d.objsubid = v.objsubid
  union all
  select 'security label', format('%I on %s', l.provider, v.key), jsonb_build_object('label', l.label)
  from pg_seclabel as l
  where l.classoid = 'pg_class'::regclass and l.objoid = v.address and l.objsubid = v.objsubid
  union all
  select 'acl', format('%s on %s', g.grantee, v.key), g.definition
  from (-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(v.attacl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(v.acl_default) group by grantee
) as initial using (grantee)
where v.attacl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)) as g
) as x;
    end if;
    if has_identity_remarks then
return query
with identity_sequence as (
  select c.oid as address, s.oid, s.relacl as acl, acldefault('s', s.relowner) as acl_default,
    format('sequence %I.%I', n.nspname, s.relname) as key
  from pg_class as c
  join pg_depend as dep on dep.refclassid = 'pg_class'::regclass and dep.refobjid = c.oid and dep.refobjsubid > 0
    and dep.classid = 'pg_class'::regclass and dep.deptype = 'i'
  join pg_class as s on s.oid = dep.objid and s.relkind = 'S'
  join pg_namespace as n on n.oid = s.relnamespace
  where c.relkind in ('r', 'p') and c.oid = any (addresses)
)
select
  q.address, 'pg_class'::regclass::oid as class, q.oid as objid, -- objsubid of an object that is itself a comment, a grant or a label: nothing that hangs on it is to be found by this number
(-1 - 0)::integer as objsubid, x.kind, x.identity, x.definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from identity_sequence as q
cross join lateral (
  select 'comment' as kind, q.key as identity, jsonb_build_object('text', d.description) as definition
  from pg_description as d where d.classoid = 'pg_class'::regclass and d.objoid = q.oid and d.objsubid = 0
  union all
  select 'security label', format('%I on %s', l.provider, q.key), jsonb_build_object('label', l.label)
  from pg_seclabel as l where l.classoid = 'pg_class'::regclass and l.objoid = q.oid and l.objsubid = 0
  union all
  select 'acl', format('%s on %s', g.grantee, q.key), g.definition
  from (-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(q.acl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(q.acl_default) group by grantee
) as initial using (grantee)
where q.acl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)) as g
) as x;
    end if;
    if has_constraint then
return query
select
  c.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'constraint' as kind, format('%I on %I.%I', con.conname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(case when con.contype = 'c' then jsonb_build_object(
    'type', 'check',
    'expression', pg_get_expr(con.conbin, con.conrelid),
    'not_valid', case when con.conenforced then nullif(not con.convalidated, false) end,
    'not_enforced', nullif(not con.conenforced, false),
    'no_inherit', nullif(con.connoinherit, false),
    'local', nullif(con.coninhcount > 0, false))
  else jsonb_build_object(
    'type', case con.contype when 'p' then 'primary key' else 'unique' end,
    'columns', -- attribute numbers, each at most once -> column names of relation, in order
(select jsonb_agg(att.attname order by array_position(con.conkey, att.attnum))
 from pg_attribute as att where att.attrelid = con.conrelid and att.attnum = any (con.conkey)),
    'include', case when i.indnatts > i.indnkeyatts then (select jsonb_agg(col.attname order by k.n)
 from unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
 join pg_attribute col on col.attrelid = i.indrelid and col.attnum = k.attnum
 where k.n > i.indnkeyatts) end,
    'nulls_not_distinct', nullif(i.indnullsnotdistinct, false),
    'without_overlaps', nullif(con.conperiod, false),
    'deferrable', nullif(con.condeferrable, false),
    'initially_deferred', nullif(con.condeferred, false),
    'options', case when ic.reloptions is not null then -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(ic.reloptions) as o(option)) end,
    'tablespace', case when ic.reltablespace <> 0 then (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = ic.reltablespace) end,
    'parent', case when con.conparentid <> 0 then (
      select format('%I on %s', parent.conname, parent.conrelid::regclass) from pg_constraint as parent where parent.oid = con.conparentid) end)
  end) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_class as c on c.oid = con.conrelid
join pg_namespace as n on n.oid = c.relnamespace
left join pg_index as i on i.indexrelid = con.conindid and con.contype in ('p', 'u')
left join pg_class as ic on ic.oid = i.indexrelid
where (con.contype in ('p', 'u') or con.contype = 'c' and con.conislocal) and c.oid = any (addresses);
    end if;
    if has_foreign_key then
return query
select
  c.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'constraint' as kind, format('%I on %I.%I', con.conname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', 'foreign key',
    'columns', -- the same where a number may stand twice
(select jsonb_agg(att.attname order by k.n)
 from unnest(con.conkey) with ordinality as k(attnum, n)
 join pg_attribute as att on att.attrelid = con.conrelid and att.attnum = k.attnum),
    'references', con.confrelid::regclass::text,
    'referenced_columns', -- the same where a number may stand twice
(select jsonb_agg(att.attname order by k.n)
 from unnest(con.confkey) with ordinality as k(attnum, n)
 join pg_attribute as att on att.attrelid = con.confrelid and att.attnum = k.attnum),
    'match', case con.confmatchtype when 'f' then 'full' when 'p' then 'partial' end,
    'on_update', case con.confupdtype when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' end,
    'on_delete', case con.confdeltype when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' end,
    'on_delete_columns', -- attribute numbers, each at most once -> column names of relation, in order
(select jsonb_agg(att.attname order by array_position(con.confdelsetcols, att.attnum))
 from pg_attribute as att where att.attrelid = con.conrelid and att.attnum = any (con.confdelsetcols)),
    'deferrable', nullif(con.condeferrable, false),
    'initially_deferred', nullif(con.condeferred, false),
    'not_enforced', nullif(not con.conenforced, false),
    'period', nullif(con.conperiod, false),
    'not_valid', case when con.conenforced then nullif(not con.convalidated, false) end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_class as c on c.oid = con.conrelid
join pg_namespace as n on n.oid = c.relnamespace
where con.contype = 'f' and con.conparentid = 0 and c.oid = any (addresses);
    end if;
    if has_exclusion then
return query
select
  c.oid as address, 'pg_constraint'::regclass::oid as class, con.oid as objid, 0 as objsubid,
  'constraint' as kind, format('%I on %I.%I', con.conname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', 'exclude',
    'method', am.amname,
    'elements', -- The key columns of pg_index i, in order. An operator class or collation is told only where it is not the default.
(select jsonb_agg(case
  when k.attnum <> 0 and opc.opcdefault and opc.opcintype = part.atttypid and i.indoption[k.n - 1] = 0 and part.attoptions is null
    and i.indcollation[k.n - 1] in (0, col.attcollation) and exclusion.operators is null and coalesce(part.attstattarget, -1) = -1
  then jsonb_build_object('column', col.attname)  -- as most are
  else jsonb_strip_nulls(jsonb_build_object(
    'column', col.attname,
    'expression', case when k.attnum = 0 then pg_get_indexdef(i.indexrelid, k.n::integer, false) end,
    'collation', case when i.indcollation[k.n - 1] not in (0, coalesce(col.attcollation, 100))
      then (select format('%I.%I', cn.nspname, co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
            where co.oid = i.indcollation[k.n - 1]) end,
    'opclass', case when not opc.opcdefault or part.attoptions is not null or (opc.opcintype <> keyed.type and exists (
        select from pg_opclass better
        where better.opcmethod = opc.opcmethod and better.opcintype = keyed.type and better.opcdefault))
      then (select format('%I.%I', opn.nspname, opc.opcname) from pg_namespace opn where opn.oid = opc.opcnamespace) end,
    'opclass_options', -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(part.attoptions) as o(option)),
    'order', case when i.indoption[k.n - 1] & 1 = 1 then 'desc' end,
    'nulls', case i.indoption[k.n - 1] & 3 when 1 then 'last' when 2 then 'first' end,
    'operator', (exclusion.operators)[k.n],
    'statistics', nullif(part.attstattarget, -1)
  )) end order by k.n)
 from unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
 join pg_attribute part on part.attrelid = i.indexrelid and part.attnum = k.n
 join pg_opclass opc on opc.oid = i.indclass[k.n - 1]
 left join pg_attribute col on col.attrelid = i.indrelid and col.attnum = k.attnum and k.attnum <> 0
 -- what is indexed; what the index stores is of the operator class's own type, where it has one
 cross join lateral (select coalesce(col.atttypid, case when opc.opckeytype = 0 then part.atttypid end) as type) as keyed
 where k.n <= i.indnkeyatts),
    'where', pg_get_expr(i.indpred, i.indrelid),
    'include', case when i.indnatts > i.indnkeyatts then (select jsonb_agg(col.attname order by k.n)
 from unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
 join pg_attribute col on col.attrelid = i.indrelid and col.attnum = k.attnum
 where k.n > i.indnkeyatts) end,
    'deferrable', nullif(con.condeferrable, false),
    'initially_deferred', nullif(con.condeferred, false),
    'options', case when ic.reloptions is not null then -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(ic.reloptions) as o(option)) end,
    'tablespace', case when ic.reltablespace <> 0 then (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = ic.reltablespace) end,
    'parent', case when con.conparentid <> 0 then (
      select format('%I on %s', parent.conname, parent.conrelid::regclass) from pg_constraint as parent where parent.oid = con.conparentid) end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_constraint as con
join pg_class as c on c.oid = con.conrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_index as i on i.indexrelid = con.conindid
join pg_class as ic on ic.oid = i.indexrelid
join pg_am as am on am.oid = ic.relam
cross join lateral (
  select array_agg(format('OPERATOR(%I.%s)', opn.nspname, op.oprname) order by k.n) as operators
  from unnest(con.conexclop) with ordinality as k(op, n)
  join pg_operator as op on op.oid = k.op join pg_namespace as opn on opn.oid = op.oprnamespace
) as exclusion
where con.contype = 'x' and c.oid = any (addresses);
    end if;
    if has_default then
return query
select
  c.oid as address, 'pg_attrdef'::regclass::oid as class, d.oid as objid, 0 as objsubid,
  'default' as kind, format('%I.%I.%I', n.nspname, c.relname, a.attname) as identity,
  jsonb_build_object('expression', pg_get_expr(d.adbin, 0)) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_attrdef as d
join pg_class as c on c.oid = d.adrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.adnum
where a.attgenerated = '' and c.oid = any (addresses);
    end if;
    if has_foreign_table then
return query
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'foreign table' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'server', quote_ident(s.srvname),
    'options', -- like options; what is a secret by its name or form (core/credentials.py) becomes a placeholder
(select jsonb_object_agg(o.name, case when o.name ~* '^(?!(?:password_encryption|password_required|scram_iterations|use_scram_passthrough|authors?|auth_delay|authentication_timeout)$).*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key|scram_|(?:^|[^a-z])(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig)(?:[^a-z]|$)|auth|private)' then '{secret}' else -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(o.value collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi') end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(f.ftoptions) as pair(text)) as o),
    'inherits', case when not c.relispartition then (
      select jsonb_agg(i.inhparent::regclass::text order by i.inhseqno) from pg_inherits as i where i.inhrelid = c.oid) end,
    'partition_of', case when c.relispartition then (
      select i.inhparent::regclass::text from pg_inherits as i where i.inhrelid = c.oid) end,
    'bound', case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end
  )) as definition,
  jsonb_build_object('_columns', coalesce((
    select jsonb_agg(a.attname order by a.attnum) from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]')) as private,
  c.relowner as owner, c.relacl as acl, acldefault('r', c.relowner) as acl_default
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_foreign_table as f on f.ftrelid = c.oid
join pg_foreign_server as s on s.oid = f.ftserver
where c.relkind = 'f' and c.oid = any (addresses);
    end if;
    if has_index then
return query
select
  c.oid as address, 'pg_class'::regclass::oid as class, ic.oid as objid, 0 as objsubid,
  'index' as kind, format('%I.%I', icn.nspname, ic.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'method', am.amname,
    'unique', nullif(i.indisunique, false),
    'nulls_not_distinct', nullif(i.indnullsnotdistinct, false),
    'columns', -- The key columns of pg_index i, in order. An operator class or collation is told only where it is not the default.
(select jsonb_agg(case
  when k.attnum <> 0 and opc.opcdefault and opc.opcintype = part.atttypid and i.indoption[k.n - 1] = 0 and part.attoptions is null
    and i.indcollation[k.n - 1] in (0, col.attcollation) and null::text[] is null and coalesce(part.attstattarget, -1) = -1
  then jsonb_build_object('column', col.attname)  -- as most are
  else jsonb_strip_nulls(jsonb_build_object(
    'column', col.attname,
    'expression', case when k.attnum = 0 then pg_get_indexdef(i.indexrelid, k.n::integer, false) end,
    'collation', case when i.indcollation[k.n - 1] not in (0, coalesce(col.attcollation, 100))
      then (select format('%I.%I', cn.nspname, co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
            where co.oid = i.indcollation[k.n - 1]) end,
    'opclass', case when not opc.opcdefault or part.attoptions is not null or (opc.opcintype <> keyed.type and exists (
        select from pg_opclass better
        where better.opcmethod = opc.opcmethod and better.opcintype = keyed.type and better.opcdefault))
      then (select format('%I.%I', opn.nspname, opc.opcname) from pg_namespace opn where opn.oid = opc.opcnamespace) end,
    'opclass_options', -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(part.attoptions) as o(option)),
    'order', case when i.indoption[k.n - 1] & 1 = 1 then 'desc' end,
    'nulls', case i.indoption[k.n - 1] & 3 when 1 then 'last' when 2 then 'first' end,
    'operator', (null::text[])[k.n],
    'statistics', nullif(part.attstattarget, -1)
  )) end order by k.n)
 from unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
 join pg_attribute part on part.attrelid = i.indexrelid and part.attnum = k.n
 join pg_opclass opc on opc.oid = i.indclass[k.n - 1]
 left join pg_attribute col on col.attrelid = i.indrelid and col.attnum = k.attnum and k.attnum <> 0
 -- what is indexed; what the index stores is of the operator class's own type, where it has one
 cross join lateral (select coalesce(col.atttypid, case when opc.opckeytype = 0 then part.atttypid end) as type) as keyed
 where k.n <= i.indnkeyatts),
    'include', case when i.indnatts > i.indnkeyatts then (select jsonb_agg(col.attname order by k.n)
 from unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
 join pg_attribute col on col.attrelid = i.indrelid and col.attnum = k.attnum
 where k.n > i.indnkeyatts) end,
    'where', pg_get_expr(i.indpred, i.indrelid),
    'options', case when ic.reloptions is not null then -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(ic.reloptions) as o(option)) end,
    'tablespace', case when ic.reltablespace <> 0 then (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = ic.reltablespace) end,
    'parent', case when ic.relispartition then (select inh.inhparent::regclass::text from pg_inherits as inh where inh.inhrelid = ic.oid) end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_index as i
join pg_class as c on c.oid = i.indrelid
join pg_class as ic on ic.oid = i.indexrelid
join pg_namespace as icn on icn.oid = ic.relnamespace
join pg_am as am on am.oid = ic.relam
where c.relkind in ('r', 'p', 'm') and c.oid = any (addresses)
  and not exists (
    select from pg_constraint as con
    where con.conrelid = i.indrelid and con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x'));
    end if;
    if has_materialized_view then
return query
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'materialized view' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'query', rtrim(pg_get_viewdef(c.oid), ';'),
    'columns', (
      select jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0),
    'access_method', (select quote_ident(am.amname) from pg_am as am where am.oid = c.relam and am.amname <> 'heap'),
    'tablespace', (select quote_ident(s.spcname) from pg_tablespace as s where s.oid = c.reltablespace),
    'options', -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(c.reloptions) as o(option)),
    'toast_options', case when c.reltoastrelid <> 0 then (
      select -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(t.reloptions) as o(option)) from pg_class as t where t.oid = c.reltoastrelid and t.reloptions is not null) end,
    'cluster_on', (
      select ic.relname from pg_index as i join pg_class as ic on ic.oid = i.indexrelid
      where i.indrelid = c.oid and i.indisclustered),
    'column_settings', (
      select jsonb_object_agg(a.attname, x.settings)
      from pg_attribute as a
      join pg_type as t on t.oid = a.atttypid
      cross join lateral (select jsonb_strip_nulls(jsonb_build_object(
        'statistics', nullif(a.attstattarget, -1),
        'storage', case when a.attstorage <> t.typstorage then
          case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end end,
        'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
        'options', case when a.attoptions is not null then -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(a.attoptions) as o(option)) end)) as settings) as x
      where a.attrelid = c.oid and a.attnum > 0 and x.settings <> '{}')
  )) as definition,
  null::jsonb as private, c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('r', c.relowner) end as acl_default
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'm' and c.oid = any (addresses);
    end if;
    if has_policy then
return query
select
  c.oid as address, 'pg_policy'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'policy' as kind, format('%I on %I.%I', p.polname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    'restrictive', nullif(not p.polpermissive, false),
    'roles', case when p.polroles <> '{0}' then (
      select jsonb_agg(quote_ident(r.rolname) order by r.rolname collate "C") from pg_roles as r where r.oid = any (p.polroles)) end,
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_policy as p
join pg_class as c on c.oid = p.polrelid
join pg_namespace as n on n.oid = c.relnamespace
where c.oid = any (addresses);
    end if;
    if has_rule then
return query
select
  c.oid as address, 'pg_rewrite'::regclass::oid as class, r.oid as objid, 0 as objsubid,
  'rule' as kind, format('%I on %I.%I', r.rulename, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'event', case r.ev_type when '1' then 'select' when '2' then 'update' when '3' then 'insert' when '4' then 'delete' end,
    'body', btrim(substr(rtrim(text.ruledef, ';'), strpos(text.ruledef, head.text) + length(head.text)), E' \n'),
    'enabled', case r.ev_enabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_rewrite as r
join pg_class as c on c.oid = r.ev_class
join pg_namespace as n on n.oid = c.relnamespace
cross join lateral (select pg_get_ruledef(r.oid) as ruledef) as text
cross join lateral (select format(' TO %I.%I', n.nspname, c.relname) as text) as head
where r.rulename <> '_RETURN' and c.relkind in ('r', 'p', 'v') and c.oid = any (addresses);
    end if;
    if has_sequence then
return query
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'sequence' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(s.seqtypid, null),
    'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin, 'max', s.seqmax, 'cache', s.seqcache,
    'cycle', nullif(s.seqcycle, false),
    'persistence', case c.relpersistence when 'u' then 'unlogged' end,
    'owned_by', (
      select format('%s.%I', dep.refobjid::regclass, a.attname)
      from pg_depend as dep join pg_attribute as a on a.attrelid = dep.refobjid and a.attnum = dep.refobjsubid
      where dep.classid = 'pg_class'::regclass and dep.objid = c.oid and dep.refclassid = 'pg_class'::regclass and dep.deptype = 'a')
  )) as definition,
  null::jsonb as private, c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('s', c.relowner) end as acl_default
from pg_sequence as s
join pg_class as c on c.oid = s.seqrelid
join pg_namespace as n on n.oid = c.relnamespace
where c.oid = any (addresses);
    end if;
    if has_statistics then
return query
select
  c.oid as address, 'pg_statistic_ext'::regclass::oid as class, s.oid as objid, 0 as objsubid,
  'statistics' as kind, format('%I.%I', sn.nspname, s.stxname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'kinds', (
      select jsonb_agg(x.name order by x.name collate "C")
      from unnest(s.stxkind) as k(code)
      cross join lateral (select case k.code when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' end as name) as x
      where x.name is not null),
    'columns', -- the same where a number may stand twice
(select jsonb_agg(att.attname order by k.n)
 from unnest(s.stxkeys::int2[]) with ordinality as k(attnum, n)
 join pg_attribute as att on att.attrelid = s.stxrelid and att.attnum = k.attnum),
    'expressions', to_jsonb(pg_get_statisticsobjdef_expressions(s.oid)),
    'target', nullif(s.stxstattarget, -1)
  )) as definition,
  null::jsonb as private, s.stxowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_statistic_ext as s
join pg_class as c on c.oid = s.stxrelid
join pg_namespace as sn on sn.oid = s.stxnamespace
where c.relkind in ('r', 'p', 'm', 'f') and c.oid = any (addresses);
    end if;
    if has_table then
return query
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'table' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'persistence', case c.relpersistence when 'u' then 'unlogged' end,
    'access_method', case when c.relam not in (0, 2) then (select quote_ident(am.amname) from pg_am as am where am.oid = c.relam) end,
    'tablespace', case when c.reltablespace <> 0 then (
      select quote_ident(s.spcname) from pg_tablespace as s where s.oid = c.reltablespace) end,
    'options', case when c.reloptions is not null then -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(c.reloptions) as o(option)) end,
    'toast_options', case when c.reltoastrelid <> 0 then (
      select -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(t.reloptions) as o(option)) from pg_class as t where t.oid = c.reltoastrelid and t.reloptions is not null) end,
    'type', case when c.reloftype <> 0 then format_type(c.reloftype, null) end,
    'inherits', case when not c.relispartition then (
      select jsonb_agg(i.inhparent::regclass::text order by i.inhseqno) from pg_inherits as i where i.inhrelid = c.oid) end,
    'partition_of', case when c.relispartition then (
      select i.inhparent::regclass::text from pg_inherits as i where i.inhrelid = c.oid) end,
    'bound', case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end,
    'partition_key', case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
    'row_security', nullif(c.relrowsecurity, false),
    'force_row_security', nullif(c.relforcerowsecurity, false),
    'replica_identity', case c.relreplident
      when 'f' then to_jsonb('full'::text) when 'n' then to_jsonb('nothing'::text)
      when 'i' then (select jsonb_build_object('index', ic.relname) from pg_index as i join pg_class as ic on ic.oid = i.indexrelid
                     where i.indrelid = c.oid and i.indisreplident) end,
    'cluster_on', case when c.relhasindex then (
      select ic.relname from pg_index as i join pg_class as ic on ic.oid = i.indexrelid
      where i.indrelid = c.oid and i.indisclustered) end
  )) as definition,
  jsonb_build_object('_columns', array(
    select a.attname from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum)) as private,
  c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('r', c.relowner) end as acl_default
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.oid = any (addresses)
offset 0;
    end if;
    if has_trigger then
return query
select
  c.oid as address, 'pg_trigger'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'trigger' as kind, format('%I on %I.%I', t.tgname, n.nspname, c.relname) as identity,
  case when t.tgparentid <> 0 then jsonb_strip_nulls(jsonb_build_object('inherited', true, 'enabled', case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end)) else
  jsonb_strip_nulls(jsonb_build_object(
    'timing', case when t.tgtype & 2 = 2 then 'before' when t.tgtype & 64 = 64 then 'instead of' else 'after' end,
    'events', to_jsonb(array_remove(array[
      case when t.tgtype & 4 = 4 then 'insert' end, case when t.tgtype & 8 = 8 then 'delete' end,
      case when t.tgtype & 16 = 16 then 'update' end, case when t.tgtype & 32 = 32 then 'truncate' end], null)),
    'update_columns', -- the same where a number may stand twice
(select jsonb_agg(att.attname order by k.n)
 from unnest(t.tgattr::int2[]) with ordinality as k(attnum, n)
 join pg_attribute as att on att.attrelid = t.tgrelid and att.attnum = k.attnum),
    'level', case when t.tgtype & 1 = 1 then 'row' else 'statement' end,
    'when', case when t.tgqual is not null then (
      -- pg_get_expr cannot print what speaks of OLD and NEW: cut it out of pg_get_triggerdef by what stands around it
      select left(substr(def.text, strpos(def.text, head.text) + length(head.text)), -length(tail.text))
      from (select pg_get_triggerdef(t.oid) as text) as def
      cross join (select case when t.tgtype & 1 = 1 then ' FOR EACH ROW WHEN (' else ' FOR EACH STATEMENT WHEN (' end as text) as head
      cross join lateral (select format(') EXECUTE FUNCTION %s(%s)', t.tgfoid::regproc, (
        select string_agg(quote_literal(argument.value), ', ' order by argument.n) from -- pg_trigger.tgargs holds the arguments, each ended by a zero byte
(select convert_from(decode(part.hex, 'hex'), getdatabaseencoding()) as value, part.n
 from (select string_agg(case when pair.hex = '00' then '|' else pair.hex end, '' order by pair.n) as text
       from regexp_matches(encode(t.tgargs, 'hex'), '..', 'g') with ordinality as pair_of(match, n)
       cross join lateral (select pair_of.match[1] as hex, pair_of.n) as pair) as joined
 cross join lateral unnest(string_to_array(joined.text, '|')) with ordinality as part(hex, n)
 where part.n <= t.tgnargs) as argument)) as text) as tail) end,
    'function', t.tgfoid::regproc::text,
    'arguments', (select jsonb_agg(argument.value order by argument.n) from -- pg_trigger.tgargs holds the arguments, each ended by a zero byte
(select convert_from(decode(part.hex, 'hex'), getdatabaseencoding()) as value, part.n
 from (select string_agg(case when pair.hex = '00' then '|' else pair.hex end, '' order by pair.n) as text
       from regexp_matches(encode(t.tgargs, 'hex'), '..', 'g') with ordinality as pair_of(match, n)
       cross join lateral (select pair_of.match[1] as hex, pair_of.n) as pair) as joined
 cross join lateral unnest(string_to_array(joined.text, '|')) with ordinality as part(hex, n)
 where part.n <= t.tgnargs) as argument),
    'constraint', nullif(t.tgconstraint <> 0, false),
    'deferrable', nullif(t.tgdeferrable, false),
    'initially_deferred', nullif(t.tginitdeferred, false),
    'from', case when t.tgconstrrelid <> 0 then t.tgconstrrelid::regclass::text end,
    'old_table', t.tgoldtable,
    'new_table', t.tgnewtable,
    'enabled', case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end
  )) end as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_trigger as t
join pg_class as c on c.oid = t.tgrelid
join pg_namespace as n on n.oid = c.relnamespace
where c.oid = any (addresses)
  and not t.tgisinternal
  and (t.tgparentid = 0 or t.tgenabled <> (select parent.tgenabled from pg_trigger as parent where parent.oid = t.tgparentid));
    end if;
    if has_view then
return query
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'view' as kind, format('%I.%I', n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'query', rtrim(pg_get_viewdef(c.oid), ';'),
    'columns', (
      select jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0),
    'options', -- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(c.reloptions) as o(option))
  )) as definition,
  null::jsonb as private, c.relowner as owner, c.relacl as acl, case when c.relacl is not null then acldefault('r', c.relowner) end as acl_default
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and c.oid = any (addresses);
    end if;
    return;
  end if;
  if which = 'pg_conversion'::regclass then
    return query
select
  c.oid as address, 'pg_conversion'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'conversion' as kind, format('%I.%I', n.nspname, c.conname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'from', pg_encoding_to_char(c.conforencoding),
    'to', pg_encoding_to_char(c.contoencoding),
    'function', c.conproc::text,
    'default', nullif(c.condefault, false)
  )) as definition,
  null::jsonb as private, c.conowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_conversion as c
join pg_namespace as n on n.oid = c.connamespace
where c.oid = any (addresses);
    return;
  end if;
  if which = 'pg_default_acl'::regclass then
    return query
select
  d.oid as address, 'pg_default_acl'::regclass::oid as class, d.oid as objid, 0 as objsubid,
  'default acl' as kind, target.identity,
  jsonb_build_object('grants', (
    select coalesce(jsonb_object_agg(g.grantee, g.definition), '{}')
    from (-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(d.defaclacl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(default_of.acl) group by grantee
) as initial using (grantee)
where d.defaclacl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)) as g)) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_default_acl as d
cross join lateral pg_identify_object('pg_default_acl'::regclass, d.oid, 0) as target
cross join lateral (
  select case when d.defaclnamespace = 0
    then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) end as acl) as default_of
where d.oid = any (addresses);
    return;
  end if;
  if which = 'pg_event_trigger'::regclass then
    return query
select
  e.oid as address, 'pg_event_trigger'::regclass::oid as class, e.oid as objid, 0 as objsubid,
  'event trigger' as kind, quote_ident(e.evtname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'event', e.evtevent,
    'tags', case when e.evttags is not null then (select jsonb_agg(distinct t.tag order by t.tag) from unnest(e.evttags) as t(tag)) end,
    'function', e.evtfoid::regproc::text,
    'enabled', case e.evtenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end
  )) as definition,
  -- the order in which they were given, which pg_dump keeps
  case when e.evttags is not null then jsonb_build_object('_tags', to_jsonb(e.evttags)) end as private, e.evtowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_event_trigger as e
where e.oid = any (addresses);
    return;
  end if;
  if which = 'pg_foreign_data_wrapper'::regclass then
    return query
select
  w.oid as address, 'pg_foreign_data_wrapper'::regclass::oid as class, w.oid as objid, 0 as objsubid,
  'foreign data wrapper' as kind, quote_ident(w.fdwname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'handler', case when w.fdwhandler <> 0 then w.fdwhandler::regproc::text end,
    'validator', case when w.fdwvalidator <> 0 then w.fdwvalidator::regproc::text end,
    'options', -- like options; what is a secret by its name or form (core/credentials.py) becomes a placeholder
(select jsonb_object_agg(o.name, case when o.name ~* '^(?!(?:password_encryption|password_required|scram_iterations|use_scram_passthrough|authors?|auth_delay|authentication_timeout)$).*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key|scram_|(?:^|[^a-z])(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig)(?:[^a-z]|$)|auth|private)' then '{secret}' else -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(o.value collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi') end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(w.fdwoptions) as pair(text)) as o)
  )) as definition,
  null::jsonb as private, w.fdwowner as owner, w.fdwacl as acl, acldefault('F', w.fdwowner) as acl_default
from pg_foreign_data_wrapper as w
where w.oid = any (addresses);
    return;
  end if;
  if which = 'pg_language'::regclass then
    return query
select
  l.oid as address, 'pg_language'::regclass::oid as class, l.oid as objid, 0 as objsubid,
  'language' as kind, quote_ident(l.lanname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'handler', l.lanplcallfoid::regproc::text,
    'inline', case when l.laninline <> 0 then l.laninline::regproc::text end,
    'validator', case when l.lanvalidator <> 0 then l.lanvalidator::regproc::text end,
    'trusted', nullif(l.lanpltrusted, false)
  )) as definition,
  null::jsonb as private, l.lanowner as owner, l.lanacl as acl, case when l.lanacl is not null then acldefault('l', l.lanowner) end as acl_default
from pg_language as l
where l.oid = any (addresses);
    return;
  end if;
  if which = 'pg_operator'::regclass then
    return query
select
  o.oid as address, 'pg_operator'::regclass::oid as class, o.oid as objid, 0 as objsubid,
  'operator' as kind, o.oid::regoperator::text as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'function', o.oprcode::text,
    'commutator', case when o.oprcom <> 0 then (select format('%I.%s', opn.nspname, op.oprname) from pg_operator as op join pg_namespace as opn on opn.oid = op.oprnamespace
 where op.oid = o.oprcom) end,
    'negator', case when o.oprnegate <> 0 then (select format('%I.%s', opn.nspname, op.oprname) from pg_operator as op join pg_namespace as opn on opn.oid = op.oprnamespace
 where op.oid = o.oprnegate) end,
    'restrict', -- regproc -> name, nothing for 0
case when o.oprrest <> 0 then o.oprrest::text end,
    'join', -- regproc -> name, nothing for 0
case when o.oprjoin <> 0 then o.oprjoin::text end,
    'hashes', nullif(o.oprcanhash, false),
    'merges', nullif(o.oprcanmerge, false)
  )) as definition,
  null::jsonb as private, o.oprowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_operator as o
where o.oprcode <> 0 and o.oid = any (addresses);
    return;
  end if;
  if which = 'pg_opclass'::regclass then
    return query
select
  o.oid as address, 'pg_opclass'::regclass::oid as class, o.oid as objid, 0 as objsubid,
  'operator class' as kind, format('%I.%I USING %I', n.nspname, o.opcname, am.amname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(o.opcintype, null),
    'family', case when f.opfname <> o.opcname or f.opfnamespace <> o.opcnamespace then format('%I.%I', fn.nspname, f.opfname) end,
    'default', nullif(o.opcdefault, false),
    'storage', case when o.opckeytype <> 0 then format_type(o.opckeytype, null) end,
    'operators', -- The operators that depend on an operator class, or loosely on an operator family.
(select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'strategy', amop.amopstrategy, 'operator', amop.amopopr::regoperator::text,
    'order_by', case when amop.amoppurpose = 'o' then (
      select format('%I.%I', sfn.nspname, sf.opfname) from pg_opfamily as sf join pg_namespace as sfn on sfn.oid = sf.opfnamespace
      where sf.oid = amop.amopsortfamily) end
  )) order by amop.amopstrategy, amop.amopopr::regoperator::text collate "C")
 from pg_depend as dep join pg_amop as amop on amop.oid = dep.objid
 where dep.refclassid = 'pg_opclass'::regclass and dep.refobjid = o.oid and dep.classid = 'pg_amop'::regclass),
    'functions', -- The support functions that depend on an operator class, or loosely on an operator family.
(select jsonb_agg(jsonb_build_object(
    'number', amproc.amprocnum, 'function', amproc.amproc::regprocedure::text,
    'types', jsonb_build_array(format_type(amproc.amproclefttype, null), format_type(amproc.amprocrighttype, null))
  ) order by amproc.amprocnum, format_type(amproc.amproclefttype, null) collate "C", format_type(amproc.amprocrighttype, null) collate "C")
 from pg_depend as dep join pg_amproc as amproc on amproc.oid = dep.objid
 where dep.refclassid = 'pg_opclass'::regclass and dep.refobjid = o.oid and dep.classid = 'pg_amproc'::regclass)
  )) as definition,
  null::jsonb as private, o.opcowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_opclass as o
join pg_namespace as n on n.oid = o.opcnamespace
join pg_am as am on am.oid = o.opcmethod
join pg_opfamily as f on f.oid = o.opcfamily
join pg_namespace as fn on fn.oid = f.opfnamespace
where o.oid = any (addresses);
    return;
  end if;
  if which = 'pg_opfamily'::regclass then
    return query
select
  o.oid as address, 'pg_opfamily'::regclass::oid as class, o.oid as objid, 0 as objsubid,
  'operator family' as kind, format('%I.%I USING %I', n.nspname, o.opfname, am.amname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'operators', -- The operators that depend on an operator class, or loosely on an operator family.
(select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'strategy', amop.amopstrategy, 'operator', amop.amopopr::regoperator::text,
    'order_by', case when amop.amoppurpose = 'o' then (
      select format('%I.%I', sfn.nspname, sf.opfname) from pg_opfamily as sf join pg_namespace as sfn on sfn.oid = sf.opfnamespace
      where sf.oid = amop.amopsortfamily) end
  )) order by amop.amopstrategy, amop.amopopr::regoperator::text collate "C")
 from pg_depend as dep join pg_amop as amop on amop.oid = dep.objid
 where dep.refclassid = 'pg_opfamily'::regclass and dep.refobjid = o.oid and dep.classid = 'pg_amop'::regclass),
    'functions', -- The support functions that depend on an operator class, or loosely on an operator family.
(select jsonb_agg(jsonb_build_object(
    'number', amproc.amprocnum, 'function', amproc.amproc::regprocedure::text,
    'types', jsonb_build_array(format_type(amproc.amproclefttype, null), format_type(amproc.amprocrighttype, null))
  ) order by amproc.amprocnum, format_type(amproc.amproclefttype, null) collate "C", format_type(amproc.amprocrighttype, null) collate "C")
 from pg_depend as dep join pg_amproc as amproc on amproc.oid = dep.objid
 where dep.refclassid = 'pg_opfamily'::regclass and dep.refobjid = o.oid and dep.classid = 'pg_amproc'::regclass)
  )) as definition,
  null::jsonb as private, o.opfowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_opfamily as o
join pg_namespace as n on n.oid = o.opfnamespace
join pg_am as am on am.oid = o.opfmethod
where o.oid = any (addresses);
    return;
  end if;
  if which = 'pg_publication'::regclass then
    return query
select
  p.oid as address, 'pg_publication'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'publication' as kind, quote_ident(p.pubname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'publish', case when not (p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate) then to_jsonb(array_remove(array[
      case when p.pubdelete then 'delete' end, case when p.pubinsert then 'insert' end,
      case when p.pubtruncate then 'truncate' end, case when p.pubupdate then 'update' end], null)) end,
    'all_tables', nullif(p.puballtables, false),
    'generated_columns', case p.pubgencols when 's' then 'stored' end,
    'via_partition_root', nullif(p.pubviaroot, false)
  )) as definition,
  null::jsonb as private, p.pubowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_publication as p
where p.oid = any (addresses);
    return query
select
  p.oid as address, 'pg_publication_rel'::regclass::oid as class, r.oid as objid, 0 as objsubid,
  'publication table' as kind, format('%I.%I in publication %I', n.nspname, c.relname, p.pubname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'columns', (select jsonb_agg(a.attname order by a.attname collate "C")
      from pg_attribute as a where a.attrelid = c.oid and a.attnum = any (r.prattrs::int2[])),
    'where', pg_get_expr(r.prqual, r.prrelid)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_publication_rel as r
join pg_publication as p on p.oid = r.prpubid
join pg_class as c on c.oid = r.prrelid
join pg_namespace as n on n.oid = c.relnamespace
where p.oid = any (addresses);
    return query
select
  p.oid as address,
  'pg_publication_namespace'::regclass::oid as class, r.oid as objid, 0 as objsubid,
  'publication schema' as kind,
  format('%I in publication %I', n.nspname, p.pubname) as identity,
  '{}'::jsonb as definition, null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_publication as p
join pg_publication_namespace as r on r.pnpubid = p.oid
join pg_namespace as n on n.oid = r.pnnspid
where p.oid = any (addresses)
;
    return;
  end if;
  if which = 'pg_authid'::regclass then
    if pggit.includes('role') then
return query
select
  r.oid as address, 'pg_authid'::regclass::oid as class, r.oid as objid, 0 as objsubid,
  'role' as kind, quote_ident(r.rolname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'superuser', nullif(r.rolsuper, false),
    'inherit', nullif(r.rolinherit, true),
    'create_role', nullif(r.rolcreaterole, false),
    'create_database', nullif(r.rolcreatedb, false),
    'login', nullif(r.rolcanlogin, false),
    'replication', nullif(r.rolreplication, false),
    'bypass_row_security', nullif(r.rolbypassrls, false),
    'connection_limit', nullif(r.rolconnlimit, -1),
    'valid_until', nullif(r.rolvaliduntil, 'infinity')::text
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_roles as r
where r.oid = any (addresses);
    end if;
    if pggit.includes('role') then
return query
select
  d.objoid as address, d.classoid as class, null::oid as objid, -- objsubid of an object that is itself a comment, a grant or a label: nothing that hangs on it is to be found by this number
(-1 - 0)::integer as objsubid,
  'comment' as kind, format('role %I', r.rolname) as identity, jsonb_build_object('text', d.description) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_shdescription as d
join pg_roles as r on r.oid = d.objoid
where d.classoid = 'pg_authid'::regclass and d.objoid = any (addresses)
union all
select
  l.objoid, l.classoid, null, -- objsubid of an object that is itself a comment, a grant or a label: nothing that hangs on it is to be found by this number
(-1 - 0)::integer,
  'security label', format('%I on role %I', l.provider, r.rolname), jsonb_build_object('label', l.label),
  null, null, null, null
from pg_shseclabel as l
join pg_roles as r on r.oid = l.objoid
where l.classoid = 'pg_authid'::regclass and l.objoid = any (addresses);
    end if;
    if pggit.includes('role membership') then
return query
select
  m.member as address, 'pg_auth_members'::regclass::oid as class, m.member as objid, 0 as objsubid,
  'role membership' as kind,
  format('%I in %I', member.rolname, grp.rolname)
    || case when m.grantor <> 10 then format(' granted by %I', grantor.rolname) else '' end
    as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'inherit', m.inherit_option,
    'set', nullif(m.set_option, true),
    'admin', nullif(m.admin_option, false)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_auth_members as m
join pg_roles as member on member.oid = m.member
join pg_roles as grp on grp.oid = m.roleid
join pg_roles as grantor on grantor.oid = m.grantor
where m.member = any (addresses);
    end if;
    return;
  end if;
  if which = 'pg_db_role_setting'::regclass then
    if pggit.includes('role setting') then
return query
select
  s.setrole as address, 'pg_db_role_setting'::regclass::oid as class, s.setrole as objid, 0 as objsubid,
  'role setting' as kind,
  case s.setrole when 0 then 'all' else quote_ident(pg_get_userbyid(s.setrole)) end
    || case when s.setdatabase <> 0 then ' in this database' else '' end as identity,
  jsonb_build_object('settings', -- like options; what is a secret by its name or form (core/credentials.py) becomes a placeholder
(select jsonb_object_agg(o.name, case when o.name ~* '^(?!(?:password_encryption|password_required|scram_iterations|use_scram_passthrough|authors?|auth_delay|authentication_timeout)$).*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key|scram_|(?:^|[^a-z])(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig)(?:[^a-z]|$)|auth|private)' then '{secret}' else -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(o.value collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi') end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(s.setconfig) as pair(text)) as o)) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_db_role_setting as s
where s.setdatabase in (0, (select d.oid from pg_database as d where d.datname = current_database()))
  and s.setrole = any (addresses);
    end if;
    return;
  end if;
  if which = 'pg_namespace'::regclass then
    return query
select
  n.oid as address,
  case when n.nspname = 'public' and obj_description(n.oid, 'pg_namespace') = 'standard public schema' then 0::oid
    else 'pg_namespace'::regclass::oid end as class,
  n.oid as objid, 0 as objsubid,
  'schema' as kind, quote_ident(n.nspname) as identity,
  '{}'::jsonb as definition, null::jsonb as private,
  case when not (n.nspname = 'public' and n.nspowner in (10, 6171)) then n.nspowner end as owner,
  n.nspacl as acl,
  case when n.nspname = 'public' and n.nspowner in (10, 6171)
    then coalesce((select p.initprivs from pg_init_privs as p where p.objoid = n.oid and p.classoid = 'pg_namespace'::regclass), n.nspacl)
    else acldefault('n', n.nspowner) end as acl_default
from pg_namespace as n
where n.oid = any (addresses);
    return;
  end if;
  if which = 'pg_foreign_server'::regclass then
    return query
select
  s.oid as address, 'pg_foreign_server'::regclass::oid as class, s.oid as objid, 0 as objsubid,
  'server' as kind, quote_ident(s.srvname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'wrapper', quote_ident(w.fdwname),
    'type', s.srvtype,
    'version', s.srvversion,
    'options', -- like options; what is a secret by its name or form (core/credentials.py) becomes a placeholder
(select jsonb_object_agg(o.name, case when o.name ~* '^(?!(?:password_encryption|password_required|scram_iterations|use_scram_passthrough|authors?|auth_delay|authentication_timeout)$).*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key|scram_|(?:^|[^a-z])(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig)(?:[^a-z]|$)|auth|private)' then '{secret}' else -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(o.value collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi') end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(s.srvoptions) as pair(text)) as o)
  )) as definition,
  null::jsonb as private, s.srvowner as owner, s.srvacl as acl, acldefault('S', s.srvowner) as acl_default
from pg_foreign_server as s
join pg_foreign_data_wrapper as w on w.oid = s.srvfdw
where s.oid = any (addresses);
    return query
select
  m.srvid as address, 'pg_user_mapping'::regclass::oid as class, m.umid as objid, 0 as objsubid,
  'user mapping' as kind,
  format('%s on server %I', case m.umuser when 0 then 'public' else quote_ident(m.usename) end, m.srvname) as identity,
  jsonb_strip_nulls(jsonb_build_object('options', -- like options, of which only the name of the user is kept
(select jsonb_object_agg(o.name, case when lower(o.name) in ('user', 'username') then -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(o.value collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi') else '{secret}' end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(m.umoptions) as pair(text)) as o))) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_user_mappings as m
where m.srvid = any (addresses);
    return;
  end if;
  if which = 'pg_subscription'::regclass then
    if pggit.includes('subscription') then
return query
select
  s.oid as address, 'pg_subscription'::regclass::oid as class, s.oid as objid, 0 as objsubid,
  'subscription' as kind, quote_ident(s.subname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'connection', -- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(s.subconninfo collate "C",
  '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1{secret}@', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*")(?:[^"\\]|\\.)*', '\1{secret}', 'gi'), '((?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key)[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig))[''\"]?\s*[=:]\s*)(?:''(?:[^''\\]|\\.)*''?|\{[^}]*\}?|(?:[^\s&;,''\"\\{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)', '\1{secret}', 'gi'),
  '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '{secret}', 'gi'),
    'publications', (select jsonb_agg(p.name order by p.name collate "C") from unnest(s.subpublications) as p(name)),
    'slot', case when s.subslotname is null then 'none' when s.subslotname <> s.subname then s.subslotname end,
    'synchronous_commit', case when s.subsynccommit <> 'off' then s.subsynccommit end,
    'streaming', case to_jsonb(s) ->> 'substream'
      when 'p' then 'parallel' when 't' then 'on' when 'true' then 'on' else 'off' end,
    'binary', nullif(s.subbinary, false),
    'two_phase', nullif(s.subtwophasestate <> 'd', false),
    'disable_on_error', nullif(s.subdisableonerr, false),
    'password_required', nullif(s.subpasswordrequired, true),
    'run_as_owner', nullif(s.subrunasowner, false),
    'origin', nullif(s.suborigin, 'any'),
    'failover', nullif(s.subfailover, false),
    'enabled', nullif(s.subenabled, true)
  )) as definition,
  null::jsonb as private, s.subowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_subscription as s
where s.oid = any (addresses);
    end if;
    return;
  end if;
  if which = 'pg_ts_config'::regclass then
    return query
select
  c.oid as address, 'pg_ts_config'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'text search configuration' as kind, format('%I.%I', n.nspname, c.cfgname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'parser', format('%I.%I', pn.nspname, p.prsname),
    'mappings', (
      select jsonb_object_agg(m.token, m.dictionaries)
      from (
        select token.alias as token, jsonb_agg(format('%I.%I', dn.nspname, d.dictname) order by map.mapseqno) as dictionaries
        from pg_ts_config_map as map
        join ts_token_type(c.cfgparser) as token on token.tokid = map.maptokentype
        join pg_ts_dict as d on d.oid = map.mapdict
        join pg_namespace as dn on dn.oid = d.dictnamespace
        where map.mapcfg = c.oid
        group by token.alias) as m)
  )) as definition,
  null::jsonb as private, c.cfgowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_config as c
join pg_namespace as n on n.oid = c.cfgnamespace
join pg_ts_parser as p on p.oid = c.cfgparser
join pg_namespace as pn on pn.oid = p.prsnamespace
where c.oid = any (addresses);
    return;
  end if;
  if which = 'pg_ts_dict'::regclass then
    return query
select
  d.oid as address, 'pg_ts_dict'::regclass::oid as class, d.oid as objid, 0 as objsubid,
  'text search dictionary' as kind, format('%I.%I', n.nspname, d.dictname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'template', format('%I.%I', tn.nspname, t.tmplname),
    'options', case when d.dictinitoption is not null then (
      select jsonb_object_agg(
        case when o.pair[1] ~ '^"' then replace(btrim(o.pair[1], '"'), '""', '"') else o.pair[1] end, rtrim(o.pair[2]))
      from regexp_matches(d.dictinitoption, '("(?:[^"]|"")*"|[^\s=,]+)\s*=\s*(E?''(?:[^'']|'''')*''|[^,]+)', 'g') as o(pair)) end
  )) as definition,
  null::jsonb as private, d.dictowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_dict as d
join pg_namespace as n on n.oid = d.dictnamespace
join pg_ts_template as t on t.oid = d.dicttemplate
join pg_namespace as tn on tn.oid = t.tmplnamespace
where d.oid = any (addresses);
    return;
  end if;
  if which = 'pg_ts_parser'::regclass then
    return query
select
  p.oid as address, 'pg_ts_parser'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'text search parser' as kind, format('%I.%I', n.nspname, p.prsname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'start', p.prsstart::text, 'gettoken', p.prstoken::text, 'end', p.prsend::text, 'lextypes', p.prslextype::text,
    'headline', -- regproc -> name, nothing for 0
case when p.prsheadline <> 0 then p.prsheadline::text end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_parser as p
join pg_namespace as n on n.oid = p.prsnamespace
where p.oid = any (addresses);
    return;
  end if;
  if which = 'pg_ts_template'::regclass then
    return query
select
  t.oid as address, 'pg_ts_template'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'text search template' as kind, format('%I.%I', n.nspname, t.tmplname) as identity,
  jsonb_strip_nulls(jsonb_build_object('lexize', t.tmpllexize::text, 'init', -- regproc -> name, nothing for 0
case when t.tmplinit <> 0 then t.tmplinit::text end)) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_template as t
join pg_namespace as n on n.oid = t.tmplnamespace
where t.oid = any (addresses);
    return;
  end if;
  if which = 'pg_transform'::regclass then
    return query
select
  t.oid as address, 'pg_transform'::regclass::oid as class, t.oid as objid, 0 as objsubid,
  'transform' as kind, format('for %s language %I', format_type(t.trftype, null), l.lanname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'from_sql', case when t.trffromsql <> 0 then t.trffromsql::regprocedure::text end,
    'to_sql', case when t.trftosql <> 0 then t.trftosql::regprocedure::text end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_transform as t
join pg_language as l on l.oid = t.trflang
where t.oid = any (addresses);
    return;
  end if;
end $_$;
ALTER FUNCTION pggit.read_objects(which oid, addresses oid[]) OWNER TO postgres;
CREATE FUNCTION pggit.read_rippled(catalogs oid[], addresses oid[]) RETURNS SETOF pggit.group_row
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  found pggit.group_row[];
  rounds integer := 0;
  seen_catalogs oid[] := '{}';
  seen_addresses oid[] := '{}';
begin
  while catalogs is not null and rounds < 20 loop
    select array_agg(g) into found from pggit.read_groups(catalogs, addresses) as g;
    return query select * from unnest(found);
    seen_catalogs := seen_catalogs || catalogs;
    seen_addresses := seen_addresses || addresses;
    select array_agg(x.catalog), array_agg(x.address) into catalogs, addresses
    from (
      select d.catalog, d.address
      from (select array_agg(r.catalog) as catalogs, array_agg(r.address) as addresses from pggit.renaming(found) as r) as r
      cross join lateral pggit.dependents(r.catalogs, r.addresses) as d
      where r.catalogs is not null
      except select u.catalog, u.address from unnest(seen_catalogs, seen_addresses) as u(catalog, address)) as x;
    rounds := rounds + 1;
  end loop;
end $$;
ALTER FUNCTION pggit.read_rippled(catalogs oid[], addresses oid[]) OWNER TO postgres;
CREATE FUNCTION pggit.read_signature(armored text) RETURNS TABLE(public bytea, namespace text)
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  lines text[] := regexp_match(armored, '^-----BEGIN SSH SIGNATURE-----\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)-----END SSH SIGNATURE-----(?:\r?\n)?$');
  rest bytea;
  fields bytea[] := '{}';
  size bigint;
begin
  if lines is null or octet_length(armored) > 65536 then
    return;
  end if;
  begin
    rest := decode(regexp_replace(lines[1], '[\r\n]', '', 'g'), 'base64');
    if substr(rest, 1, 10) is distinct from convert_to('SSHSIG', 'UTF8') || '\x00000001'::bytea then
      return;
    end if;
    rest := substr(rest, 11);
    while octet_length(rest) >= 4 and cardinality(fields) < 5 loop  -- key, namespace, reserved, hash, signature
      size := get_byte(rest, 0)::bigint << 24 | get_byte(rest, 1) << 16 | get_byte(rest, 2) << 8 | get_byte(rest, 3);
      if size > octet_length(rest) - 4 then
        return;
      end if;
      fields := fields || substr(rest, 5, size::integer);
      rest := substr(rest, 5 + size::integer);
    end loop;
    if cardinality(fields) <> 5 or octet_length(rest) > 0 or octet_length(fields[1]) < 8 or octet_length(fields[5]) < 8
       or fields[4] not in (convert_to('sha256', 'UTF8'), convert_to('sha512', 'UTF8')) then
      return;
    end if;
    return query select fields[1], convert_from(fields[2], 'UTF8');
  exception when data_exception then
    return;
  end;
end $_$;
ALTER FUNCTION pggit.read_signature(armored text) OWNER TO postgres;
CREATE FUNCTION pggit.read_touched() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '10ms'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET quote_all_identifiers TO 'off'
    SET standard_conforming_strings TO 'on'
    SET bytea_output TO 'hex'
    SET lc_monetary TO 'C'
    SET jit TO 'off'
    AS $$
declare
  started timestamptz := clock_timestamp();
  touched_catalogs oid[];
  touched_objids oid[];
  dropped_objids oid[];
  catalogs oid[];
  addresses oid[];
begin
  perform set_config('pggit.queued', '', true);
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    return null;
  end if;
  touched_catalogs := new.catalogs;
  touched_objids := new.objids;
  dropped_objids := new.dropped_objids;
  if exists (select from pggit.capture as c where c.xid = new.xid and c.id > new.id) then
    select array_agg(t.catalog), array_agg(t.objid) into touched_catalogs, touched_objids
    from pggit.capture as c cross join lateral unnest(c.catalogs, c.objids) as t(catalog, objid)
    where c.xid = new.xid and c.id >= new.id;
    select array_agg(d.objid) into dropped_objids
    from pggit.capture as c cross join lateral unnest(c.dropped_objids) as d(objid)
    where c.xid = new.xid and c.id >= new.id;
  end if;
  if touched_objids <> '{}' then
    select array_agg(o.catalog), array_agg(o.address) into catalogs, addresses from pggit.owners(touched_catalogs, touched_objids) as o;
  end if;
  if dropped_objids <> '{}' then
    -- where only children were dropped, their groups are read again; dropped groups come back empty
    select array_agg(x.catalog), array_agg(x.address) into catalogs, addresses
    from (select u.catalog, u.address from unnest(catalogs, addresses) as u(catalog, address)
          union
          select w.catalog, w.address from pggit.working as w where w.parts && dropped_objids) as x;
  end if;
  if catalogs is null then
    return null;
  end if;
  -- a few at a time: nested loops over all that a large transaction touched would take the square of its time
  for i in 1 .. cardinality(addresses) by 32 loop
    insert into pggit.reading (xid, snapshot, catalog, address, key, objects, parts, parents)
    select new.xid, pg_current_snapshot(), g.catalog, g.address, g.key, g.objects, g.parts, g.parents
    from pggit.read_groups(catalogs[i : i + 31], addresses[i : i + 31]) as g;
  end loop;
  if random() < 0.05 then
    insert into pggit.performance_metrics (metric_type, metric_value)
    values ('ddl_tracking_ms', extract(epoch from clock_timestamp() - started) * 1000);
  end if;
  return null;
exception
  when lock_not_available or deadlock_detected then
    return null;  -- another transaction holds it: dirty, read by the next status
  when others then
    perform pggit.capture_failed(new.tag, sqlstate, sqlerrm);
    return null;
end $$;
ALTER FUNCTION pggit.read_touched() OWNER TO postgres;
CREATE FUNCTION pggit.rebase_abort() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.lock_repository();
  if not exists (select from pggit.sequence) then
    perform pggit.fail('PG006', 'no rebase is open');
  end if;
  perform pggit.end_rebase((select s.branch from pggit.sequence as s), 'rebase: aborted');
end $$;
ALTER FUNCTION pggit.rebase_abort() OWNER TO postgres;
CREATE FUNCTION pggit.rebase_finish(branch text, original text, tip text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.lock_repository();
  perform pggit.check_rebased(branch, original);
  if pggit.current_branch() is distinct from 'heads/' || branch and not exists (select from pggit.sequence as s where s.branch = rebase_finish.branch) then
    perform pggit.fail('PG006', format('%s is not the branch that is rebased', branch));
  end if;
  perform pggit.move_ref('heads/' || branch, decode(tip, 'hex'), 'rebase: finished');
  perform pggit.end_rebase(branch, 'rebase: finished');
end $$;
ALTER FUNCTION pggit.rebase_finish(branch text, original text, tip text) OWNER TO postgres;
CREATE FUNCTION pggit.rebase_stop(sequence jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  tip bytea := decode(sequence ->> 'tip', 'hex');
begin
  perform pggit.lock_repository();
  perform pggit.check_rebased(sequence ->> 'branch', sequence ->> 'original');
  if pggit.current_branch() is distinct from 'heads/' || (sequence ->> 'branch')
     and not exists (select from pggit.sequence as s where s.branch = sequence ->> 'branch') then
    perform pggit.fail('PG006', format('%s is not the branch that is rebased', sequence ->> 'branch'));
  end if;
  perform pggit.require_commit(decode(e.value, 'hex')) from jsonb_array_elements_text(sequence -> 'todo') as e(value);
  if not found then
    perform pggit.fail('PG002', 'a rebase that stops names the commit that stopped it');
  end if;
  delete from pggit.sequence;
  insert into pggit.sequence (branch, original, onto, tip, todo, conflicts)
  select sequence ->> 'branch', decode(sequence ->> 'original', 'hex'), sequence ->> 'onto', tip,
    array(select decode(e.value, 'hex') from jsonb_array_elements_text(sequence -> 'todo') with ordinality as e(value, n) order by e.n),
    array(select e.value from jsonb_array_elements_text(sequence -> 'conflicts') as e(value));
  update pggit.ref as r set target = null where r.name = 'HEAD';
  perform pggit.move_ref('HEAD', tip, 'rebase: stopped');
end $$;
ALTER FUNCTION pggit.rebase_stop(sequence jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.receive_blobs(hashes bytea[], definitions text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.receive_blobs(hashes bytea[], definitions text[]) OWNER TO postgres;
CREATE FUNCTION pggit.receive_commits(hashes bytea[], trees bytea[], parents text[], authors text[], times timestamp with time zone[], messages text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.receive_commits(hashes bytea[], trees bytea[], parents text[], authors text[], times timestamp with time zone[], messages text[]) OWNER TO postgres;
CREATE FUNCTION pggit.receive_trees(hashes bytea[], entries text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
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
ALTER FUNCTION pggit.receive_trees(hashes bytea[], entries text[]) OWNER TO postgres;
CREATE FUNCTION pggit.record_commit(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) RETURNS bytea
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  new_hash bytea := pggit.put_commit(tree, parents, author, authored_at, message);
  branch text := pggit.current_branch();
begin
  perform pggit.move_ref(coalesce(branch, 'HEAD'), new_hash, case when parents = '{}' then 'commit (initial): ' else 'commit: ' end || message);
  return new_hash;
end $$;
ALTER FUNCTION pggit.record_commit(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) OWNER TO postgres;
CREATE FUNCTION pggit.record_drift(catalogs oid[], addresses oid[], cause text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  before_id bigint := (select r.change_id from pggit.repository as r);
  after_id bigint;
begin
  perform pggit.read_again(catalogs, addresses, pg_current_xact_id(), clock_timestamp(), cause, null);
  select r.change_id into after_id from pggit.repository as r;
  if after_id > before_id and not exists (select from pggit.transaction as t where t.xid = pg_current_xact_id() and t.cause = record_drift.cause) then
    insert into pggit.transaction (xid, at, session_user_name, current_user_name, application, client, cause)
    values (pg_current_xact_id(), clock_timestamp(), session_user, current_user, current_setting('application_name'), inet_client_addr(), cause);
  end if;
  return after_id - before_id;
end $$;
ALTER FUNCTION pggit.record_drift(catalogs oid[], addresses oid[], cause text) OWNER TO postgres;
CREATE FUNCTION pggit.record_kept(kept text, about jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
begin
  if jsonb_typeof(about -> 'key') is distinct from 'string' or not exists (
    select from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = 'pggit_stash' and pg_get_userbyid(n.nspowner) = current_user and c.relname = kept and c.relkind in ('r', 'S')
      and kept ~ '^kept_\d{1,9}$' and pg_has_role(session_user, c.relowner, 'member')) then
    perform pggit.fail('PG006', format('%s is not a relation of this role in schema pggit_stash', kept));
  end if;
  delete from pggit.stash as s where s.name = kept and to_regclass(format('pggit_stash.%I', s.name)) is null;
  insert into pggit.stash (name, about) values (kept, record_kept.about);
end $_$;
ALTER FUNCTION pggit.record_kept(kept text, about jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.record_merge(ours text, theirs text, groups jsonb, message text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  both_parents bytea[] := array[decode(ours, 'hex'), decode(theirs, 'hex')];
  new_tree bytea;
begin
  perform pggit.require_commit(both_parents[1]), pggit.require_commit(both_parents[2]);
  new_tree := pggit.put_groups((select c.tree from pggit.commit as c where c.hash = both_parents[1]), groups);
  perform pggit.require_root(new_tree, both_parents);
  return encode(pggit.put_commit(new_tree, both_parents, pggit.author(), clock_timestamp(), message), 'hex');
end $$;
ALTER FUNCTION pggit.record_merge(ours text, theirs text, groups jsonb, message text) OWNER TO postgres;
CREATE FUNCTION pggit.record_proof(request bigint, revision integer, proof jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  asked pggit.request := pggit.open_request_row(request);
begin
  perform pggit.require_own_code();
  if jsonb_typeof(proof -> 'proven') is distinct from 'boolean' or proof ? 'checks' and not pggit.is_list_of(proof -> 'checks', array['name', 'status', 'message']) then
    perform pggit.fail('PG002', 'that is not a proof');
  end if;
  update pggit.request_revision as v
  set proof = record_proof.proof, proven = (record_proof.proof ->> 'proven')::boolean, proved_at = clock_timestamp(), proved_by = session_user
  where v.request = asked.id and v.revision = record_proof.revision;
  if not found then
    perform pggit.fail('PG003', format('request %s has no revision %s', request, revision));
  end if;
  update pggit.request as q set updated_at = clock_timestamp() where q.id = asked.id;
end $$;
ALTER FUNCTION pggit.record_proof(request bigint, revision integer, proof jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.record_stash(message text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $_$
declare
  head_commit bytea := pggit.head();
  author text := pggit.author();
  moment timestamptz := clock_timestamp();
  new_tree bytea;
  new_hash bytea;
  last record;
begin
  perform pggit.lock_repository();
  perform pggit.fold();
  new_tree := pggit.write_tree();
  select r.name, substr(r.name, 7)::integer as number, c.tree, c.parents into last
  from pggit.ref as r join pggit.commit as c on c.hash = r.commit
  where r.name ~ '^stash/\d+$' order by 2 desc limit 1;
  if last.tree = new_tree and last.parents = array[head_commit] then
    return last.name;
  end if;
  new_hash := pggit.put_commit(new_tree, array[head_commit], author, moment, message);
  perform pggit.move_ref('stash/' || coalesce(last.number, 0) + 1, new_hash, 'stash: ' || record_stash.message);
  return 'stash/' || coalesce(last.number, 0) + 1;
end $_$;
ALTER FUNCTION pggit.record_stash(message text) OWNER TO postgres;
CREATE FUNCTION pggit.redact(query text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    longest constant integer := 65536;
    cut boolean := length(query) > longest;
    kinds text[];
    parts text[];
    n integer;
    suspicious boolean := pggit.redact_suspicious(left(query, longest));
    bare text collate "C" := '';
    raw text := '';
    parentheses integer := 0;
    atomic boolean := query collate "C" ~* '\matomic\M';
    blocks integer := 0;
    statements text[] := '{}';
    levels integer[] := '{}';
    result text collate "C" := '';
    worst integer := 0;
begin
    select l.kinds, l.parts into kinds, parts from pggit.redact_lex(left(query, longest)) as l;
    n := cardinality(kinds);
    for i in 1 .. n loop
        raw := raw || parts[i];
        bare := bare || case kinds[i]
            when 'code' then parts[i]
            when 'name' then parts[i]
            when 'end' then ''
            when 'comment' then ' '
            else '''***'''
        end;
        if kinds[i] = 'code' then
            parentheses := parentheses + length(translate(parts[i], ')', '')) - length(translate(parts[i], '(', ''));
        end if;
        if kinds[i] = 'end' or i = n then
            if atomic and bare ~* '^\s*create\s[^;]*\m(function|procedure)\M.*\mbegin\s+atomic\M' then
                select count(*) filter (where m[1] !~* 'end') - count(*) filter (where m[1] ~* 'end') into blocks
                from regexp_matches(bare, '\m(begin|case|end)\M', 'gi') as m;
            end if;
            -- a ; within the parentheses of a rule or within begin atomic ... end ends no statement
            continue when i < n and (blocks > 0 or parentheses > 0);
            statements := statements || raw;
            levels := levels || case
                when i = n and (cut or blocks > 0 or kinds[i] = 'broken') then 2
                else pggit.redact_level(bare, raw, suspicious)
            end;
            worst := greatest(worst, levels[cardinality(levels)]);
            parentheses := 0;
            blocks := 0;
            raw := '';
            bare := '';
        end if;
    end loop;
    for i in 1 .. cardinality(statements) loop
        result := result || case
            when worst = 0 then statements[i]
            when levels[i] > 0 then pggit.redact_masked(statements[i], levels[i])
            else pggit.redact_uncommented(statements[i])
        end;
    end loop;
    result := regexp_replace(result, '(://[^\s:/?#@''\"]*:)[^\s''\"]*@', '\1***@', 'gi');
    result := regexp_replace(result, '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*', '***', 'gi');
    return result || case when cut then ' /* cut */' else '' end;
end
$$;
ALTER FUNCTION pggit.redact(query text) OWNER TO postgres;
CREATE FUNCTION pggit.redact_level(bare text, raw text, suspicious boolean) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    select case
        when code !~ (
            '^\s*($|(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|do)\M'
            '|(grant|revoke|drop|cluster|reindex|truncate|refresh\s+materialized\s+view|comment\s+on|security\s+label)\M'
            '|(create|alter)\s+((or\s+replace|global|local|temp|temporary|unlogged|recursive|unique|constraint|trusted'
            '|procedural|default)\s+)*'
            '(table|view|materialized\s+view|index|sequence|type|domain|function|procedure|routine|aggregate|trigger'
            '|policy|rule|schema|extension|operator|collation|cast|conversion|statistics|text\s+search|publication'
            '|event\s+trigger|language|access\s+method|transform|privileges)\M)'
        ) then 2
        -- rows in a query text: not DDL, though it begins so
        when code ~ '^\s*create\s+(\w+\s+)*table\M' and code ~ '\mas[\s(]+(select|with|values|table|execute)\M' then 2
        when code ~ '^\s*do\M' then 1
        when suspicious then pggit.redact_suspicious(raw)::integer
        else 0
    end
    from lower(bare collate "C") as code
$_$;
ALTER FUNCTION pggit.redact_level(bare text, raw text, suspicious boolean) OWNER TO postgres;
CREATE FUNCTION pggit.redact_lex(query text, OUT kinds text[], OUT parts text[]) RETURNS record
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    pieces text[] := array(
        select m[1] from regexp_matches(query collate "C", $re$--|[\n\r]+|['"$\\;/*-]|[^'"$\\;/*\n\r-]+$re$, 'g') as m
    );
    n integer := cardinality(pieces);
    i integer := 1;
    tokens integer := 0;
    code text collate "C" := '';
    kind text;
    part text;
    piece text;
    following text;
    tag text collate "C";
    word text collate "C";
    last_dollar integer := -1;
    depth integer;
    escapes boolean;
    closed boolean;
begin
    kinds := '{}';
    parts := '{}';
    while i <= n loop
        piece := pieces[i];
        kind := 'code';
        if piece = '''' or piece = '"' then
            kind := case piece when '"' then 'name' else 'string' end;
            -- E'...', unless the e is the end of a longer word
            escapes := kind = 'string' and right(code, 1) in ('e', 'E')
                and right(code, 2) !~ '^([A-Za-z0-9_$]|[^\x01-\x7f])[eE]$';
            part := piece;
            closed := false;
            i := i + 1;
            while i <= n and not closed loop
                following := pieces[i];
                if following = piece and pieces[i + 1] = piece then
                    part := part || piece || piece;
                    i := i + 2;
                elsif following = '\' and kind = 'string' and pieces[i + 1] in ('''', '\') and escapes then
                    part := part || following || pieces[i + 1];
                    i := i + 2;
                else
                    -- \' ends a plain string or not, as standard_conforming_strings was when it was parsed
                    exit when following = '\' and kind = 'string' and not escapes and pieces[i + 1] = '''';
                    part := part || following;
                    closed := following = piece;
                    i := i + 1;
                end if;
            end loop;
        elsif piece = '--' then
            kind := 'comment';
            closed := true;
            part := '';
            while i <= n and pieces[i] !~ '^[\n\r]' loop
                part := part || pieces[i];
                i := i + 1;
            end loop;
        elsif piece = '/' and pieces[i + 1] = '*' then
            kind := 'comment';
            part := '/*';
            depth := 1;
            i := i + 2;
            while i <= n and depth > 0 loop
                following := pieces[i] || coalesce(pieces[i + 1], '');
                if following in ('*/', '/*') then
                    depth := depth + case following when '*/' then -1 else 1 end;
                    part := part || following;
                    i := i + 2;
                else
                    part := part || pieces[i];
                    i := i + 1;
                end if;
            end loop;
            closed := depth = 0;
        elsif piece = '$' then
            tag := case
                when pieces[i + 1] = '$' then '$$'
                when pieces[i + 2] = '$' and pieces[i + 1] ~ '^([A-Za-z_]|[^\x01-\x7f])([A-Za-z0-9_]|[^\x01-\x7f])*$'
                    then '$' || pieces[i + 1] || '$'
            end;
            -- a$b$ is a name: what does the word begin with that this stands in, if it does?
            part := case
                when code = '' then null
                when last_dollar = i - 1 then word
                when last_dollar = i - 2 and pieces[i - 1] ~ '^([A-Za-z0-9_]|[^\x01-\x7f])+$' then word
                else left(substring(pieces[i - 1] from '(?:[A-Za-z0-9_]|[^\x01-\x7f])+$'), 1)
            end;
            last_dollar := i;
            word := coalesce(part, '$');
            if tag is not null and part is null then
                kind := 'body';
                part := tag;
                depth := case tag when '$$' then 2 else 3 end;
                closed := false;
                i := i + depth;
                while i <= n and not closed loop
                    piece := pieces[i];
                    if piece = '$' and pieces[i + depth - 1] = '$'
                            and (depth = 2 or '$' || pieces[i + 1] || '$' = tag) then
                        part := part || tag;
                        closed := true;
                        i := i + depth;
                    else
                        part := part || piece;
                        i := i + 1;
                    end if;
                end loop;
            elsif tag is not null and part ~ '^[0-9$]' then
                kind := 'body';     -- 1$a$: versions differ
                part := '';
                closed := false;
            end if;
        elsif piece = ';' then
            kind := 'end';
            part := piece;
            closed := true;
            i := i + 1;
        end if;
        if kind = 'code' then
            code := code || piece;
            i := i + 1;
            continue;
        end if;
        if code <> '' then
            tokens := tokens + 1;
            kinds[tokens] := 'code';
            parts[tokens] := code;
            code := '';
        end if;
        tokens := tokens + 1;
        kinds[tokens] := case when closed then kind else 'broken' end;
        parts[tokens] := case when closed then part else part || array_to_string(pieces[i:n], '') end;
        exit when not closed;
    end loop;
    if code <> '' then
        kinds[tokens + 1] := 'code';
        parts[tokens + 1] := code;
    end if;
end
$_$;
ALTER FUNCTION pggit.redact_lex(query text, OUT kinds text[], OUT parts text[]) OWNER TO postgres;
CREATE FUNCTION pggit.redact_masked(statement text, level integer, nested boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    kinds text[];
    parts text[];
    result text collate "C" := '';
    part text collate "C";
    tag text;
    sets boolean := statement collate "C" ~* '\mset\M';
    readable boolean := not nested and statement collate "C" !~* '\mlanguage\M(?!\s+"?(sql|plpgsql)\M)';
begin
    select l.kinds, l.parts into kinds, parts from pggit.redact_lex(statement) as l;
    for i in 1 .. cardinality(kinds) loop
        part := parts[i];
        case kinds[i]
            when 'end' then
                result := result || part;
            when 'code' then
                if level = 2 then
                    part := regexp_replace(part, '(^|[^A-Za-z0-9_$\x80-\xff])[0-9][A-Za-z0-9_.]*', '\1***', 'g');
                end if;
                result := result || part;
            when 'name' then
                result := result || case when sets then '"***"' else part end;
            when 'comment' then
                result := result || ' ';
            when 'body' then
                tag := substring(part from '^\$[^$]*\$');
                if readable and result ~* '(^\s*do|\mas)(\s+language\s+\w+)?\s*$' then
                    part := substr(part, length(tag) + 1, length(part) - 2 * length(tag));
                    result := result || tag || pggit.redact_masked(part, 1, true) || tag;
                else
                    result := result || '''***''';
                end if;
            else
                result := result || '''***''';
        end case;
    end loop;
    if sets then
        result := regexp_replace(result, '(\mset\M[^;=]*[."][^;=]*(=|\mto\M))[^;]*', '\1 ***', 'gi');
    end if;
    return result;
end
$_$;
ALTER FUNCTION pggit.redact_masked(statement text, level integer, nested boolean) OWNER TO postgres;
CREATE FUNCTION pggit.redact_suspicious(raw text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    -- (which words and forms mean a secret is said in core/credentials.py)
    select raw collate "C" ~* 'passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key|scram_|(?:^|[^a-z])(?:pw|pass|pin|sas|jwt|otp|pat|hmac|sig)(?:[^a-z]|$)' or raw collate "C" ~* '-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*' or raw collate "C" ~* (
        'connect|conninfo|dblink|://[^\s/]*@|pwd?([^a-z]|$)|user\s*mapping|u&["'']|(^|[^a-z0-9_])e''[^'']*\\([0-7]|x|u)'
    )
$_$;
ALTER FUNCTION pggit.redact_suspicious(raw text) OWNER TO postgres;
CREATE FUNCTION pggit.redact_uncommented(statement text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select string_agg(case t.kind when 'comment' then ' ' else t.part end, '' order by t.position)
    from pggit.redact_lex(statement) as l, unnest(l.kinds, l.parts) with ordinality as t(kind, part, position)
$$;
ALTER FUNCTION pggit.redact_uncommented(statement text) OWNER TO postgres;
CREATE FUNCTION pggit.ref_problems() RETURNS TABLE(problem text, object text, message text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.ref_problems() OWNER TO postgres;
CREATE FUNCTION pggit.refresh(wait boolean DEFAULT true) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET quote_all_identifiers TO 'off'
    SET standard_conforming_strings TO 'on'
    SET bytea_output TO 'hex'
    SET lc_monetary TO 'C'
    SET jit TO 'off'
    AS $$
declare
  started timestamptz := clock_timestamp();
  repository pggit.repository;
  suspect record;
  found bigint;
begin
  if not pggit.lock_repository(wait) then
    return null;
  end if;
  select * into strict repository from pggit.repository;
  if repository.database <> pggit.database_oid() and pggit.is_file_copy(repository) then
    update pggit.repository set database = pggit.database_oid() returning * into strict repository;
  end if;
  if repository.database <> pggit.database_oid() or repository.system_identifier is distinct from pggit.system_identifier()
     or repository.server_version <> current_setting('server_version_num')::integer / 10000 then
    perform pggit.find_again();
    return 0;
  end if;
  perform pggit.fold();
  if (select r.full_read from pggit.repository as r) then
    found := pggit.read_everything('gap');
    update pggit.repository set full_read = false;
    return found;
  end if;
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses, array_agg(x.version) as versions into suspect
  from pggit.suspects() as x;
  if suspect.catalogs is null then
    return 0;
  end if;
  insert into pggit.performance_metrics (metric_type, metric_value)
  values ('version_query_ms', extract(epoch from clock_timestamp() - started) * 1000);
  found := pggit.record_drift(suspect.catalogs, suspect.addresses, 'drift');
  update pggit.working as w set version = s.version
  from unnest(suspect.catalogs, suspect.addresses, suspect.versions) as s(catalog, address, version)
  where w.catalog = s.catalog and w.address = s.address;
  return found;
end $$;
ALTER FUNCTION pggit.refresh(wait boolean) OWNER TO postgres;
CREATE FUNCTION pggit.rename_branch(old_name text, new_name text, force boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  tip bytea;
begin
  perform pggit.check_ref_name(new_name);
  perform pggit.lock_repository();
  select r.commit into tip from pggit.ref as r where r.name = 'heads/' || old_name;
  if not found then
    perform pggit.fail('PG003', format('there is no branch %s', old_name));
  end if;
  if old_name = new_name then
    return encode(tip, 'hex');
  end if;
  if exists (select from pggit.ref as r where r.name = 'heads/' || new_name) then
    if not force then
      perform pggit.fail('PG006', format('a branch named %s exists', new_name), '-M takes its place.');
    end if;
    perform pggit.delete_ref('heads/' || new_name);
  end if;
  update pggit.ref as r set name = 'heads/' || new_name where r.name = 'heads/' || old_name;
  update pggit.ref as r set target = 'heads/' || new_name where r.name = 'HEAD' and r.target = 'heads/' || old_name;
  update pggit.reflog as l set ref = 'heads/' || new_name, written = coalesce(l.written, l.ref) where l.ref = 'heads/' || old_name;
  insert into pggit.reflog (id, ref, old, new, message, renamed)
  select r.reflog_id + 1, 'heads/' || new_name, tip, tip, format('branch: renamed %s to %s', old_name, new_name), 'heads/' || old_name
  from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
  return encode(tip, 'hex');
end $$;
ALTER FUNCTION pggit.rename_branch(old_name text, new_name text, force boolean) OWNER TO postgres;
CREATE FUNCTION pggit.renaming(groups pggit.group_row[]) RETURNS TABLE(catalog oid, address oid)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select g.catalog, g.address
  from unnest(groups) as g left join pggit.working as w on w.catalog = g.catalog and w.address = g.address
  where w.address is null and g.key is not null
    or exists (
      select from pggit.tree as t cross join jsonb_each_text(t.entries) as e
      where t.hash = w.tree and (g.objects -> e.key is null
        or e.key ~ '^(enum|extension|schema|view|materialized view|base type) ' and encode(pggit.digest(g.objects -> e.key), 'hex') <> e.value))
$$;
ALTER FUNCTION pggit.renaming(groups pggit.group_row[]) OWNER TO postgres;
CREATE FUNCTION pggit.renew_lock(lock text, seen bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  present bigint;
begin
  select l.key into strict present from pggit.lock as l where l.name = lock for update;
  if present <> seen or exists (
    select from pg_locks as h left join pg_stat_activity as a using (pid)
    where h.locktype = 'advisory' and h.granted and h.objsubid = 1 and h.database = (select d.oid from pg_database as d where d.datname = current_database())
      and h.classid::bigint = (seen >> 32) & 4294967295 and h.objid::bigint = seen & 4294967295
      and coalesce(has_function_privilege(a.usesysid, 'pggit.lock_key(text)', 'execute'), true)) then
    return present;
  end if;
  present := ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16))::pg_catalog.bit(64)::bigint;
  update pggit.lock as l set key = present where l.name = lock;
  return present;
end $$;
ALTER FUNCTION pggit.renew_lock(lock text, seen bigint) OWNER TO postgres;
CREATE FUNCTION pggit.request_authors(request bigint, target bytea, source bytea) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select distinct coalesce(r.rolname::text, m.who)
  from pggit.request_makers(request_authors.request, request_authors.target, request_authors.source) as m left join pg_roles as r on r.oid = m.role
  order by 1
$$;
ALTER FUNCTION pggit.request_authors(request bigint, target bytea, source bytea) OWNER TO postgres;
CREATE FUNCTION pggit.request_makers(request bigint, target bytea, source bytea) RETURNS TABLE(role oid, who text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  with between as materialized (
    select c.hash from pggit.commits_between(array[request_makers.target], array[request_makers.source]) as c
  )
  select q.opened_role, q.opened_by from pggit.request as q where q.id = request_makers.request
  union
  select d.role, d.who from between as b join pggit.recorded as d on d.commit = b.hash
  union
  select m.role, m.who
  from pggit.request as q
  cross join lateral (
    select l.ref, l.role, l.who, row_number() over (partition by l.new order by l.id) as place
    from between as b join pggit.reflog as l on l.new = b.hash
    where not starts_with(l.ref, 'remotes/')) as m
  where q.id = request_makers.request and (m.place = 1 or m.ref = 'heads/' || q.branch)
  union
  select v.made_role, v.made_by
  from (
    select distinct on (x.change_hash) x.made_role, x.made_by
    from pggit.request_revision as x
    where x.request = request_makers.request and x.source = request_makers.source and x.change_hash is not null
    order by x.change_hash, x.revision) as v
$$;
ALTER FUNCTION pggit.request_makers(request bigint, target bytea, source bytea) OWNER TO postgres;
CREATE FUNCTION pggit.require_commit(wanted bytea) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if not exists (select from pggit.commit as c where c.hash = wanted) then
    perform pggit.fail('PG003', format('commit %s is not here', coalesce(pggit.short(wanted), 'null')));
  end if;
end $$;
ALTER FUNCTION pggit.require_commit(wanted bytea) OWNER TO postgres;
CREATE FUNCTION pggit.require_direct(branch text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if exists (select from pggit.rule_of(branch)) then
    perform pggit.fail('PG006', format('branch %s is protected: it moves only by merging a request', branch),
      'pggit switch -c NAME takes along what is not committed; commit there, then pggit request open.');
  end if;
end $$;
ALTER FUNCTION pggit.require_direct(branch text) OWNER TO postgres;
CREATE FUNCTION pggit.require_form(kind text, hash bytea, problem text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if problem is not null then
    perform pggit.fail('PG006', format('%s %s cannot be stored: %s', kind, coalesce(pggit.short(hash), 'null'), problem),
      'pggit fsck in the repository that it comes from names what is wrong there.');
  end if;
end $$;
ALTER FUNCTION pggit.require_form(kind text, hash bytea, problem text) OWNER TO postgres;
CREATE FUNCTION pggit.require_hash(kind text, expected bytea, actual bytea) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if expected is distinct from actual then
    perform pggit.fail('PG006', format('%s %s does not have its hash: its content is damaged', kind, pggit.short(expected)),
      'pggit fsck in the repository that it comes from names what is damaged.');
  end if;
end $$;
ALTER FUNCTION pggit.require_hash(kind text, expected bytea, actual bytea) OWNER TO postgres;
CREATE FUNCTION pggit.require_own_children(relation regclass) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  owner name := (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = relation);
  runner name := case when pggit.runs_as_caller(owner) then session_user else owner end;
  other record;
begin
  with recursive children(oid) as (
    select relation::oid
    union select i.inhrelid from children join pg_inherits as i on i.inhparent = children.oid)
  select c.oid::regclass as name, r.rolname into other
  from children join pg_class as c using (oid) join pg_roles as r on r.oid = c.relowner join pg_roles as me on me.rolname = runner
  where c.oid <> relation and not (r.rolsuper or pggit.holds(r.oid, me.oid))
  order by 1 limit 1;
  if found then
    raise exception using errcode = '42501',
      message = format('%s cannot be changed: %s belongs to role %I, whose code would run with the rights of %I', relation, other.name,
        other.rolname, runner),
      hint = format('Give %s to the owner of %s.', other.name, relation);
  end if;
end $$;
ALTER FUNCTION pggit.require_own_children(relation regclass) OWNER TO postgres;
CREATE FUNCTION pggit.require_own_code() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  unlisten pggit_own_code;
end $$;
ALTER FUNCTION pggit.require_own_code() OWNER TO postgres;
CREATE FUNCTION pggit.require_protected_start(branch text, commit bytea) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  if not exists (select from pggit.rule_of(branch))
     or has_function_privilege(session_user, 'pggit.protect(text,integer,boolean,boolean,boolean,boolean)', 'execute')
     or exists (
       select from pggit.ref as r cross join lateral pggit.rule_of(substr(r.name, 7)) as p
       where starts_with(r.name, 'heads/') and r.name <> 'heads/' || branch and pggit.is_ancestor(require_protected_start.commit, r.commit)) then
    return;
  end if;
  perform pggit.fail('PG006', format('branch %s is protected: it begins at a commit that another protected branch has', branch),
    'An admin can make it at any commit.');
end $$;
ALTER FUNCTION pggit.require_protected_start(branch text, commit bytea) OWNER TO postgres;
CREATE FUNCTION pggit.require_request(branch text, old_commit bytea, new_commit bytea) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  merged bytea;
  hash bytea;
  number bigint;
  wanting text;
begin
  if not exists (select from pggit.rule_of(branch)) then
    return;
  end if;
  select c.parents[2], pggit.change_hash(o.tree, c.tree) into merged, hash
  from pggit.commit as c join pggit.commit as o on o.hash = old_commit
  where c.hash = new_commit and c.parents = array[old_commit, c.parents[2]];
  select q.id, w.wanting into number, wanting
  from pggit.request as q
  cross join lateral (select string_agg(o.told, '; ') as wanting from pggit.obstacles(q.id, old_commit, merged, hash) as o) as w
  where q.state = 'open' and q.target = require_request.branch and merged = (
    select v.source from pggit.request_revision as v where v.request = q.id order by v.revision desc limit 1)
  order by w.wanting is not null, q.id limit 1;
  if number is null then
    perform pggit.require_direct(branch);
  end if;
  if wanting is not null then
    perform pggit.fail('PG006', format('request %s may not be merged into %s: %s', number, branch, wanting), format('pggit request show %s tells more.', number));
  end if;
end $$;
ALTER FUNCTION pggit.require_request(branch text, old_commit bytea, new_commit bytea) OWNER TO postgres;
CREATE FUNCTION pggit.require_root(root bytea, parents bytea[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  base bytea := (select c.tree from pggit.commit as c where c.hash = require_root.parents[1]);
  problem text := (select p.problem from pggit.root_problems(array[root], array[base]) as p limit 1);
begin
  if problem is not null then
    perform pggit.fail('PG006', format('tree %s cannot be that of a commit: %s', coalesce(pggit.short(root), 'null'), problem));
  end if;
end $$;
ALTER FUNCTION pggit.require_root(root bytea, parents bytea[]) OWNER TO postgres;
CREATE FUNCTION pggit.reread() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET quote_all_identifiers TO 'off'
    SET standard_conforming_strings TO 'on'
    SET bytea_output TO 'hex'
    SET lc_monetary TO 'C'
    SET jit TO 'off'
    AS $$
declare
  before_id bigint;
begin
  select r.change_id into before_id from pggit.repository as r;
  perform pggit.refresh();
  perform pggit.read_everything('drift');
  return before_id;
end $$;
ALTER FUNCTION pggit.reread() OWNER TO postgres;
CREATE FUNCTION pggit.reset_head(commit text, message text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  target bytea := pggit.resolve(commit);  -- by hand it may be any name; the plans of commands give the hash
begin
  perform pggit.lock_repository();
  if target is distinct from pggit.head() then
    perform pggit.move_ref(coalesce(pggit.current_branch(), 'HEAD'), target, reset_head.message);
  end if;
  return encode(target, 'hex');
end $$;
ALTER FUNCTION pggit.reset_head(commit text, message text) OWNER TO postgres;
CREATE FUNCTION pggit.resolve(expression text) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $_$
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
end $_$;
ALTER FUNCTION pggit.resolve(expression text) OWNER TO postgres;
CREATE FUNCTION pggit.resolve_at(name text, moment text) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;
ALTER FUNCTION pggit.resolve_at(name text, moment text) OWNER TO postgres;
CREATE FUNCTION pggit.resolve_conflicts(choices jsonb, reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.lock_repository();
  if exists (
    select from jsonb_to_recordset(choices) as x(key text, choice text, objects jsonb)
    where case when x.choice = 'sql' then pggit.is_objects(x.objects) is not true else coalesce(x.objects, 'null') <> 'null' end) then
    perform pggit.fail('PG002', 'that does not resolve a conflict');
  end if;
  update pggit.conflicts as c
  set choice = x.choice, objects = nullif(x.objects, 'null'), reason = case when x.choice is not null then resolve_conflicts.reason end,
    resolved_by = case when x.choice is not null then pggit.author() end, resolved_at = case when x.choice is not null then clock_timestamp() end
  from jsonb_to_recordset(choices) as x(key text, choice text, objects jsonb), pggit.merges as m
  where m.state = 'open' and c.merge = m.id and c.key = x.key;
end $$;
ALTER FUNCTION pggit.resolve_conflicts(choices jsonb, reason text) OWNER TO postgres;
CREATE FUNCTION pggit.resolve_name(name text) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;
ALTER FUNCTION pggit.resolve_name(name text) OWNER TO postgres;
CREATE FUNCTION pggit.return_place(kept text, sequence text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  source regclass := pggit.stashed(kept);
begin
  if source is null then
    return;
  end if;
  execute format('select setval(%L, last_value, is_called) from %s', sequence, source);
  execute format('drop sequence %s', source);
  perform pggit.forget_kept(kept);
end $$;
ALTER FUNCTION pggit.return_place(kept text, sequence text) OWNER TO postgres;
CREATE FUNCTION pggit.return_places(kept text, relation text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  source regclass := pggit.stashed(kept);
  place record;
begin
  if source is null then
    return;
  end if;
  for place in select p.key as "column", p.value from jsonb_each((select s.about -> 'places' from pggit.stash as s where s.name = kept)) as p loop
    perform setval(coalesce(pg_get_serial_sequence(relation, place."column")::regclass, (
        select q.oid from pg_class as q join pg_class as t on t.oid = relation::regclass and t.relowner = q.relowner
        where q.oid = to_regclass(place.value ->> 'sequence') and q.relkind = 'S')),
      (place.value ->> 'value')::bigint, (place.value ->> 'called')::boolean);
  end loop;
  execute format('drop table %s', source);
  perform pggit.forget_kept(kept);
end $$;
ALTER FUNCTION pggit.return_places(kept text, relation text) OWNER TO postgres;
CREATE FUNCTION pggit.return_rows(kept text, relation text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  source regclass := pggit.stashed(kept);
  owner name := (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = source);
  names text;
  "values" text;
begin
  if source is null then
    return 0;
  end if;
  if pggit.runs_as_caller(owner) then
    owner := (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = relation::regclass);
  else
    perform pggit.keep_schema(owner);
    execute format('alter table %s owner to %I', relation::regclass, owner);
  end if;
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum), string_agg(format('%I::%s', a.attname, format_type(b.atttypid, b.atttypmod)), ', ' order by a.attnum)
  into names, "values"
  from pg_attribute as a join pg_attribute as b on b.attrelid = relation::regclass and b.attname = a.attname
  where a.attrelid = source and a.attnum > 0 and not a.attisdropped;
  if names is null then  -- rows without columns
    return pggit.run_as_owner(owner, format('insert into %s select from %s', relation::regclass, source));
  end if;
  return pggit.run_as_owner(owner,
    format('insert into %s (%s) overriding system value select %s from %s', relation::regclass, names, "values", source));
end $$;
ALTER FUNCTION pggit.return_rows(kept text, relation text) OWNER TO postgres;
CREATE FUNCTION pggit.return_values(kept text, relation text, "column" text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  source regclass := pggit.stashed(kept);
  this regclass := relation::regclass;
  key text[] := array(select jsonb_array_elements_text(s.about -> 'key_columns') from pggit.stash as s where s.name = kept);
  owner name;
  off record;
  enabling text[] := '{}';
  again text;
  counted bigint;
begin
  if source is null then
    raise exception using errcode = 'PG003', message = format('nothing is kept as %s', kept), hint = 'pggit stash kept shows what is.';
  end if;
  owner := (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = this);
  perform pggit.require_own_children(this);
  if not pggit.runs_as_caller(owner) then
    perform pggit.keep_schema(owner);
    execute format('grant select on %s to %I', source, owner);
  end if;
  for off in select t.tgname, t.tgenabled from pg_trigger as t where t.tgrelid = this and not t.tgisinternal and t.tgenabled in ('O', 'A') loop
    execute format('alter table %s disable trigger %I', this, off.tgname);
    enabling := enabling || format('alter table %s enable %s trigger %I', this, case off.tgenabled when 'A' then 'always' else '' end, off.tgname);
  end loop;
  counted := pggit.run_as_owner(owner,
    format('update %s as t set %I = k.%I::%s from %s as k where %s', this, "column", "column",
    (select format_type(a.atttypid, a.atttypmod) from pg_attribute as a where a.attrelid = this and a.attname = "column"), source,
    (select string_agg(format('t.%1$I = k.%1$I::%2$s', n.name, format_type(a.atttypid, a.atttypmod)), ' and ')
     from unnest(key) as n(name) join pg_attribute as a on a.attrelid = this and a.attname = n.name)));
  foreach again in array enabling loop
    execute again;
  end loop;
  execute format('drop table %s', source);
  perform pggit.forget_kept(kept);
  return counted;
end $_$;
ALTER FUNCTION pggit.return_values(kept text, relation text, "column" text) OWNER TO postgres;
CREATE FUNCTION pggit.review_request(request bigint, revision integer, verdict text, note text DEFAULT NULL::text, signature text DEFAULT NULL::text, public_key text DEFAULT NULL::text, seen text DEFAULT NULL::text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  asked pggit.request := pggit.open_request_row(request);
  last pggit.request_revision;
  rule record;
  number bigint;
begin
  perform pggit.require_own_code();
  select * into last from pggit.request_revision as v where v.request = asked.id order by v.revision desc limit 1;
  if last.revision is distinct from review_request.revision
     or seen is not null and seen is distinct from encode(pggit.revision_hash(last.request, last.source, last.target, last.change_hash), 'hex')
     or not exists (select from pggit.ref as r where r.name = 'heads/' || asked.branch and r.commit = last.source) then
    perform pggit.fail('PG006', format('request %s is not what you saw any more', request), format('pggit request show %s shows what it is now.', request));
  end if;
  if verdict = 'approve' and last.change_hash is null then
    perform pggit.fail('PG006', format('request %s does not merge (%s): there is nothing to approve yet', request, last.outcome));
  end if;
  select * into rule from pggit.rule_of(asked.target);
  if verdict = 'approve' and rule.not_author
     and pggit.is_author(pggit.session_role(), session_user, asked.id, last.target, last.source, rule.independent) then
    perform pggit.fail('PG006', format('request %s is your own: somebody else must approve it', request), format('%s counts no approval of those who made what it asks for: %s.', asked.target,
      (select string_agg(n, ', ') from pggit.request_authors(asked.id, last.target, last.source) as n)));
  end if;
  number := 1 + coalesce((select max(a.id) from pggit.approval as a), 0);
  insert into pggit.approval (id, request, revision, source, change_hash, verdict, who, author, note, signature, public_key)
  values (number, asked.id, last.revision, last.source, last.change_hash, review_request.verdict, session_user, pggit.author(),
    pggit.clean_message(review_request.note), nullif(btrim(review_request.signature), ''), review_request.public_key);
  update pggit.request as q set updated_at = clock_timestamp() where q.id = asked.id;
  return number;
end $$;
ALTER FUNCTION pggit.review_request(request bigint, revision integer, verdict text, note text, signature text, public_key text, seen text) OWNER TO postgres;
CREATE FUNCTION pggit.revision_hash(request bigint, source bytea, target bytea, change_hash bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select pggit.digest(jsonb_build_object('request', request, 'source', encode(source, 'hex'), 'target', encode(target, 'hex'), 'changes', encode(change_hash, 'hex')))
$$;
ALTER FUNCTION pggit.revision_hash(request bigint, source bytea, target bytea, change_hash bytea) OWNER TO postgres;
CREATE FUNCTION pggit.revoke_access(role_name name) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  target oid := case role_name when 'public' then 0 else (select r.oid from pg_roles as r where r.rolname = role_name) end;
begin
  if exists (select from pg_namespace as n where n.nspname = 'pggit' and n.nspowner = target) then
    perform pggit.fail('PG006', format('%s owns schema pggit', quote_ident(role_name)), 'Access cannot be taken from its owner.');
  end if;
  perform pggit.lock_repository();
  if not exists (select from pggit.access as a where a.role = role_name or a.role_oid = target)
     and not exists (select from pggit.granted_rights() as g where g.role_oid = target) then
    perform pggit.fail(case when target is null then '42704' else 'PG003' end,
      case when target is null then format('role %s does not exist', quote_ident(role_name)) else format('%s has no access', quote_ident(role_name)) end);
  end if;
  if target is not null then
    perform pggit.take_rights(target);
  end if;
  perform pggit.note_change('access/' || role_name, 'revoke');
  delete from pggit.access as a where a.role_oid = target or a.role = role_name;
end $$;
ALTER FUNCTION pggit.revoke_access(role_name name) OWNER TO postgres;
CREATE FUNCTION pggit.rights(level text) RETURNS SETOF pggit.right_row
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  reading text[] := array['status()', 'log(text,text)', 'diff(text,text)', 'blame(text,text)', 'version()', 'health_check()', 'access_findings()',
    'resolve(text)', 'current_branch()', 'head()', 'short(bytea)', 'tree_of(text)', 'tree_objects(bytea)', 'ancestors(bytea)', 'names(text,text)', 'is_known(text)',
    'live_objects(bytea)', 'try_refresh()', 'try_fold()', 'try_work_tree()', 'may_fold()',
    'semantic_changes(bytea,bytea)', 'apart(bytea,bytea)', 'merge_bases(bytea,bytea)', 'merge_base(text,text)',
    'standing(text)', 'describe(text)',
    'is_ancestor(bytea,bytea)', 'commits_between(bytea[],bytea[])',
    'rule_of(text)', 'require_direct(text)', 'require_request(text,bytea,bytea)', 'request_makers(bigint,bytea,bytea)', 'revision_hash(bigint,bytea,bytea,bytea)', 'verdicts(bigint,bytea,bytea,bytea)', 'obstacles(bigint,bytea,bytea,bytea)', 'approval_text(bigint,integer,text)'];
  reading_tables text[] := array['branches', 'tags', 'rebase', 'sequence', 'objects', 'ref', 'commit', 'signature', 'performance_metrics', 'upgrade_log',
    'blob', 'tree', 'working', 'repository', 'setting', 'merges', 'conflicts',
    'protection', 'request', 'request_revision', 'approval', 'requests'];
  auditing text[] := array['get_history(text)', 'pending_history()', 'fsck()', 'store_problems()', 'unrecorded()'];
  writing text[] := array['refresh(boolean)', 'fold(boolean)', 'work_tree()', 'reread()',
    'commit(text,boolean,timestamptz)', 'create_branch(text,text)', 'rename_branch(text,text,boolean)', 'create_tag(text,text,text)', 'delete_ref(text)', 'switch_head(text)',
    'move_head(text,text)', 'reset_head(text,text)', 'record_stash(text)', 'settle_history()', 'keep_schema(name)', 'record_kept(text,jsonb)', 'forget_kept(text)', 'stashed(text)', 'lock_key(text)', 'renew_lock(text,bigint)',
    'put_groups(bytea,jsonb)', 'write_commit(bytea,text[],text,timestamptz,text)', 'hold_commit(text,text)',
    'rebase_stop(jsonb)', 'rebase_finish(text,text,text)', 'rebase_abort()',
    'keep_note(regclass,jsonb)', 'row_key(text,text)', 'strip_statements(regclass)', 'keep_table(text,text,jsonb)', 'keep_column(text,text,text,jsonb)',
    'keep_sequence(text,text,jsonb)', 'return_rows(text,text)', 'return_places(text,text)', 'return_values(text,text,text)', 'return_place(text,text)',
    'kept()', 'drop_kept(text)', 'runs_as_caller(name)', 'path_of(name)', 'holds(oid,oid)', 'outranks(name,name)', 'require_own_children(regclass)', 'run_as_owner(name,text)',
    'record_merge(text,text,jsonb,text)', 'start_merge(text,text,text,text,jsonb)', 'put_conflicts(bigint,jsonb)', 'resolve_conflicts(jsonb,text)',
    'abort_merge()', 'conclude_merge(text,text,text)',
    'receive_blobs(bytea[],text[])', 'receive_trees(bytea[],text[])', 'receive_commits(bytea[],bytea[],text[],text[],timestamptz[],text[])',
    'update_ref(text,bytea,bytea,boolean,text)', 'advance_head(text,text,text)',
    'open_request(text,text,text,text)', 'put_revision(bigint,text,text,jsonb,jsonb)', 'review_request(bigint,integer,text,text,text,text,text)',
    'record_proof(bigint,integer,jsonb)', 'close_request(bigint)',
    'put_signatures(bytea[],text[],text[],text[],timestamptz[])', 'annotate_tag(text,bytea,text,text,timestamptz)'];
  administering text[] := array['set(text,text)', 'set_remote(text,text)', 'pause_tracking(interval)', 'gc(interval)', 'protect(text,integer,boolean,boolean,boolean,boolean)', 'unprotect(text)'];
begin
  if level is null or level not in ('reader', 'auditor', 'writer', 'admin') then
    perform pggit.fail('PG002', format('there is no access %s', level), 'Access is reader, auditor, writer or admin.');
  end if;
  return query select 'pg_namespace'::regclass::oid, 'pggit'::regnamespace::oid, 'USAGE';
  return query
    select 'pg_proc'::regclass::oid, ('pggit.' || f.signature)::regprocedure::oid, 'EXECUTE'
    from unnest(reading
      || case when level <> 'reader' then auditing else '{}' end
      || case when level in ('writer', 'admin') then writing else '{}' end
      || case when level = 'admin' then administering else '{}' end) as f(signature);
  return query
    select 'pg_class'::regclass::oid, c.oid, 'SELECT'
    from pg_class as c
    where c.relnamespace = 'pggit'::regnamespace and c.relkind in ('r', 'v')
      and (c.relname = any (reading_tables) or level <> 'reader' and c.relname not in ('note_key', 'lock'));
end $$;
ALTER FUNCTION pggit.rights(level text) OWNER TO postgres;
CREATE FUNCTION pggit.root_problems(roots bytea[], bases bytea[]) RETURNS TABLE(root bytea, base bytea, problem text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    AS $_$
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
$_$;
ALTER FUNCTION pggit.root_problems(roots bytea[], bases bytea[]) OWNER TO postgres;
CREATE FUNCTION pggit.row_key(relation text, leaving text) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select k.columns
  from pg_index as i
  join pg_class as c on c.oid = i.indrelid
  cross join lateral (
    select array_agg(a.attname::text order by n.position) as columns, bool_and(a.attnotnull and a.attname <> leaving) as usable
    from unnest(i.indkey) with ordinality as n(attnum, position)
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = n.attnum
    where n.position <= i.indnkeyatts) as k
  where i.indrelid = to_regclass(relation) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null and k.usable
    and (c.relkind = 'p' or not exists (select from pg_inherits as h where h.inhparent = c.oid))
  order by not i.indisprimary, i.indexrelid limit 1
$$;
ALTER FUNCTION pggit.row_key(relation text, leaving text) OWNER TO postgres;
CREATE FUNCTION pggit.rule_of(branch text) RETURNS TABLE(patterns text[], approvals integer, proof boolean, signed boolean, not_author boolean, independent boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select array_agg(p.pattern order by p.pattern), max(p.approvals), bool_or(p.proof), bool_or(p.signed), bool_or(p.not_author), bool_or(p.independent)
  from pggit.protection as p where pggit.is_meant(branch, p.pattern)
  having count(*) > 0
$$;
ALTER FUNCTION pggit.rule_of(branch text) OWNER TO postgres;
CREATE FUNCTION pggit.run_as_owner(owner name, statement text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  schema text := 'pggit_run_' || md5(gen_random_uuid()::text);
  waiting text;
  changed bigint;
begin
  if pggit.runs_as_caller(owner) then
    perform set_config('search_path', pggit.path_of(session_user), true);
    execute statement;
    get diagnostics changed = row_count;
    return changed;
  end if;
  execute format('create schema %I', schema);
  execute format('create function %I.run() returns pg_catalog.int8 language plpgsql set search_path = %s as %L', schema, pggit.path_of(owner),
    format('declare changed pg_catalog.int8; begin execute %L; get diagnostics changed = row_count; return changed; end', statement));
  execute format('grant execute on function %I.run() to %I', schema, owner);
  execute format('create materialized view %1$I.rows as select %1$I.run() as changed with no data', schema);
  execute format('grant usage, create on schema %I to %I', schema, owner);
  execute format('alter materialized view %I.rows owner to %I', schema, owner);
  execute format('revoke create on schema %I from %I', schema, owner);
  select string_agg(distinct format('%I.%I', n.nspname, c.conname), ', ') into waiting
  from pg_constraint as c join pg_namespace as n on n.oid = c.connamespace where c.condeferred and has_schema_privilege(n.oid, 'usage');
  set constraints all immediate;  -- what waits for the end of the transaction would be outside
  execute format('refresh materialized view %I.rows', schema);
  if waiting is not null then
    execute format('set constraints %s deferred', waiting);
  end if;
  execute format('select changed from %I.rows', schema) into changed;
  execute format('drop materialized view %1$I.rows; drop function %1$I.run(); drop schema %1$I', schema);
  return changed;
end $_$;
ALTER FUNCTION pggit.run_as_owner(owner name, statement text) OWNER TO postgres;
CREATE FUNCTION pggit.runs_as_caller(owner name) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select r.rolsuper or r.rolname = session_user or pggit.holds(r.oid, me.oid) from pg_roles as r cross join pg_roles as me
  where r.rolname = owner and me.rolname = session_user
$$;
ALTER FUNCTION pggit.runs_as_caller(owner name) OWNER TO postgres;
CREATE FUNCTION pggit.safe_ref(name text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION pggit.safe_ref(name text) OWNER TO postgres;
CREATE FUNCTION pggit.said_problems() RETURNS TABLE(problem text, object text, message text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.said_problems() OWNER TO postgres;
CREATE FUNCTION pggit.semantic_changes(a bytea, b bytea) RETURNS TABLE(change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
  select case when d.old is null then 'create' when d.new is null then 'drop' else 'alter' end,
    d.group_key, d.key, old.definition, new.definition
  from pggit.diff_trees(a, b) as d
  left join pggit.blob as old on old.hash = d.old
  left join pggit.blob as new on new.hash = d.new
  where old.meaning is distinct from new.meaning
  order by d.group_key collate "C", d.key <> d.group_key, d.key collate "C"
$$;
ALTER FUNCTION pggit.semantic_changes(a bytea, b bytea) OWNER TO postgres;
CREATE FUNCTION pggit.set(name text, value text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  allowed text := case name
    when 'on_error' then '^(warn|block)$' when 'auto_commit' then '^(on|off)$'
    when 'ignore' then '.' when 'ignore_kinds' then '.'
    when 'include_kinds' then '^(role|role membership|role setting|subscription)(,(role|role membership|role setting|subscription))*$' when 'author' then '.' end;
begin
  perform pggit.lock_repository();
  if allowed is null then
    perform pggit.fail('PG002', format('there is no setting %s', name), 'Settings are on_error, auto_commit, ignore, ignore_kinds, include_kinds, author.');
  end if;
  if value is null or value = '' then
    delete from pggit.setting as s where s.name = "set".name;
    update pggit.repository set full_read = true where "set".name in ('ignore', 'ignore_kinds', 'include_kinds');
    perform pggit.note_change('setting/' || name, 'reset');
    return;
  end if;
  if value !~ allowed then
    perform pggit.fail('PG002', format('%s cannot be %s', name, quote_literal(value)));
  end if;
  if name = 'ignore' then
    perform '' ~ value;  -- a bad pattern fails here, not at the next DDL
  end if;
  insert into pggit.setting as s (name, value) values ("set".name, "set".value)
  on conflict on constraint setting_pkey do update set value = excluded.value;
  perform pggit.note_change('setting/' || name, 'set: ' || value);
  if name in ('ignore', 'ignore_kinds', 'include_kinds') then
    update pggit.repository set full_read = true;
  end if;
end $_$;
ALTER FUNCTION pggit.set(name text, value text) OWNER TO postgres;
CREATE FUNCTION pggit.set_aside_commits() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;
ALTER FUNCTION pggit.set_aside_commits() OWNER TO postgres;
CREATE FUNCTION pggit.set_aside_refs() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION pggit.set_aside_refs() OWNER TO postgres;
CREATE FUNCTION pggit.set_aside_said() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION pggit.set_aside_said() OWNER TO postgres;
CREATE FUNCTION pggit.set_remote(remote text, url text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION pggit.set_remote(remote text, url text) OWNER TO postgres;
CREATE FUNCTION pggit.settle_history() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  live bytea;
begin
  perform pggit.lock_repository();
  perform pggit.fold();
  live := pggit.write_tree();  -- a statement of its own: the next one sees a tree that is new
  if (select t.meaning from pggit.tree as t where t.hash = live)
     = (select t.meaning from pggit.commit as c join pggit.tree as t on t.hash = c.tree where c.hash = pggit.head()) then
    update pggit.change set commit = pggit.head() where commit is null;
  end if;
end $$;
ALTER FUNCTION pggit.settle_history() OWNER TO postgres;
CREATE FUNCTION pggit.short(hash bytea) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select left(encode(hash, 'hex'), 10) $$;
ALTER FUNCTION pggit.short(hash bytea) OWNER TO postgres;
CREATE FUNCTION pggit.standing(base text DEFAULT 'HEAD'::text) RETURNS TABLE(name text, ahead bigint, behind bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select substr(r.name, 7), x.ahead, x.behind
  from pggit.ref as r
  cross join (select pggit.resolve(base) as hash) as b
  cross join lateral (
    select count(*) filter (where a.sides = 1) as ahead, count(*) filter (where a.sides = 2) as behind from pggit.apart(r.commit, b.hash) as a
  ) as x
  where starts_with(r.name, 'heads/') and r.commit is not null
$$;
ALTER FUNCTION pggit.standing(base text) OWNER TO postgres;
CREATE FUNCTION pggit.start_merge(ours text, theirs text, name text, message text, stopped_at jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  number bigint;
begin
  perform pggit.lock_repository();
  perform pggit.require_commit(decode(ours, 'hex')), pggit.require_commit(decode(theirs, 'hex'));
  if exists (select from pggit.merges as m where m.state = 'open') then
    perform pggit.fail('PG006', 'a merge is open', 'pggit merge --continue ends it, pggit merge --abort gives it up.');
  end if;
  number := 1 + coalesce((select max(m.id) from pggit.merges as m), 0);
  insert into pggit.merges (id, ours, theirs, name, message, state, started_by)
  values (number, decode(ours, 'hex'), decode(theirs, 'hex'), start_merge.name, start_merge.message, 'open', pggit.author());
  perform pggit.put_conflicts(number, stopped_at);
  return number;
end $$;
ALTER FUNCTION pggit.start_merge(ours text, theirs text, name text, message text, stopped_at jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.stashed(kept text) RETURNS regclass
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  found regclass := (select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = 'pggit_stash' and c.relname = kept and c.relkind in ('r', 'S')
      and n.nspowner = (select e.nspowner from pg_namespace as e where e.nspname = 'pggit')
      and exists (select from pggit.stash as s where s.name = kept));
begin
  if found is null then
    return null;
  end if;
  if (select c.relkind from pg_class as c where c.oid = found) = 'r' then
    execute format('lock table only %s in access exclusive mode', found);
    if exists (select from pg_attribute as a join pg_type as t on t.oid = a.atttypid
        where a.attrelid = found and a.attnum > 0 and not a.attisdropped and (a.attgenerated <> '' or t.typnamespace <> 'pg_catalog'::regnamespace))
       or exists (select from pg_class as c where c.oid = found and (c.relrowsecurity or c.relhassubclass)) then
      raise exception using errcode = 'PG006', message = format('%s was altered after it was kept', found), hint = 'pggit stash kept shows what is kept.';
    end if;
  end if;
  return found;
end $$;
ALTER FUNCTION pggit.stashed(kept text) OWNER TO postgres;
CREATE FUNCTION pggit.status() RETURNS TABLE(change text, group_key text, key text, old_definition jsonb, new_definition jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  select x.* from (select pggit.head() as hash) as h left join pggit.commit as c on c.hash = h.hash cross join lateral pggit.live_changes(c.tree) as x
$$;
ALTER FUNCTION pggit.status() OWNER TO postgres;
CREATE FUNCTION pggit.store_problems() RETURNS TABLE(problem text, object text, message text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET jit TO 'off'
    AS $$
begin
  return query select * from pggit.content_problems();
  return query select * from pggit.commit_problems();
  return query select * from pggit.ref_problems();
  return query select * from pggit.said_problems();
end $$;
ALTER FUNCTION pggit.store_problems() OWNER TO postgres;
CREATE FUNCTION pggit.strip_statements(this regclass) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  select s.statement from (
    select 1, case when c.relispartition then format('alter table %s detach partition %s', i.inhparent::regclass, this)
      else format('alter table %s no inherit %s', this, i.inhparent::regclass) end
    from pg_inherits as i join pg_class as c on c.oid = i.inhrelid where i.inhrelid = this
    union all
    select 2, format('alter table %s not of', this) from pg_class as c where c.oid = this and c.reloftype <> 0
    union all
    select 3, format('drop trigger %I on %s', t.tgname, this) from pg_trigger as t
    where t.tgrelid = this and not t.tgisinternal and t.tgparentid = 0
    union all
    select 3, format('drop rule %I on %s', r.rulename, this) from pg_rewrite as r where r.ev_class = this
    union all
    select 3, format('drop policy %I on %s', p.polname, this) from pg_policy as p where p.polrelid = this
    union all
    select 3, format('alter table %s disable row level security, no force row level security', this)
    from pg_class as c where c.oid = this and (c.relrowsecurity or c.relforcerowsecurity)
    union all
    select 3, format('drop statistics %I.%I', n.nspname, s.stxname) from pg_statistic_ext as s join pg_namespace as n on n.oid = s.stxnamespace
    where s.stxrelid = this
    union all
    select 3, format('alter publication %I drop table %s', p.pubname, this) from pg_publication_rel as r join pg_publication as p on p.oid = r.prpubid
    where r.prrelid = this
    union all
    select 3, format('revoke all on table %s from %s', this, case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end)
    from (select distinct x.grantee from pg_class as c cross join lateral (
            select * from aclexplode(c.relacl)
            union all select e.* from pg_attribute as a cross join lateral aclexplode(a.attacl) as e where a.attrelid = c.oid) as x
          where c.oid = this and x.grantee <> c.relowner) as g
    union all
    select case c.contype when 'f' then 4 when 'n' then 9 else 5 end, format('alter table %s drop constraint %I', this, c.conname)
    from pg_constraint as c where c.conrelid = this and c.contype in ('f', 'c', 'x', 'u', 'p')
    union all
    select 6, format('drop index %s', i.indexrelid::regclass) from pg_index as i
    where i.indrelid = this and not exists (select from pg_constraint as c where c.conindid = i.indexrelid and c.conrelid = this)
    union all
    select 7, format('alter table %s drop column %I', this, a.attname) from pg_attribute as a
    where a.attrelid = this and a.attnum > 0 and not a.attisdropped and a.attgenerated <> ''
    union all
    select 8, format('alter table %s alter column %I drop %s', this, a.attname, case when a.attidentity <> '' then 'identity' else 'default' end)
    from pg_attribute as a
    where a.attrelid = this and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and (a.atthasdef or a.attidentity <> '')
    union all
    select 9, format('alter table %s alter column %I drop not null', this, a.attname) from pg_attribute as a
    where a.attrelid = this and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attnotnull
    union all
    select 10, format('alter table %s alter column %2$I type %3$s using %2$I::%3$s', this, a.attname, 'text collate pg_catalog."default"')
    from pg_attribute as a join pg_type as t on t.oid = a.atttypid left join pg_collation as l on l.oid = a.attcollation
    where a.attrelid = this and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and (t.typnamespace <> 'pg_catalog'::regnamespace or l.collnamespace <> 'pg_catalog'::regnamespace)
  ) as s(step, statement)
  order by s.step, s.statement
$_$;
ALTER FUNCTION pggit.strip_statements(this regclass) OWNER TO postgres;
CREATE FUNCTION pggit.suspects() RETURNS TABLE(catalog oid, address oid, version bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  with
  seen as materialized (select * from pggit.versions()),
  differing as (
    select coalesce(s.catalog, w.catalog) as catalog, coalesce(s.address, w.address) as address, s.version, w.address is null as is_new
    from seen as s full join pggit.working as w using (catalog, address)
    where s.version is distinct from w.version or s.address is null
  )
  select d.catalog, d.address, d.version from differing as d where not d.is_new
  union all
  select d.catalog, m.address, d.version
  from (select n.catalog, array_agg(n.address) as addresses from differing as n where n.is_new group by n.catalog) as n
  cross join lateral pggit.members(n.catalog, n.addresses) as m(address)
  join differing as d on d.catalog = n.catalog and d.address = m.address
  union
  -- optional kinds are shared by all databases, or for superusers only: they are few, and read every time
  select m.catalog, m.address, null
  from pggit.all_members() as m
  where m.catalog in ('pg_authid'::regclass, 'pg_db_role_setting'::regclass, 'pg_subscription'::regclass)
    and exists (select from pggit.setting as s where s.name = 'include_kinds')
$$;
ALTER FUNCTION pggit.suspects() OWNER TO postgres;
CREATE FUNCTION pggit.switch_head(branch text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.switch_head(branch text) OWNER TO postgres;
CREATE FUNCTION pggit.system_identifier() RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  return (select c.system_identifier from pg_control_system() as c);
exception when insufficient_privilege then
  return null;
end $$;
ALTER FUNCTION pggit.system_identifier() OWNER TO postgres;
CREATE FUNCTION pggit.take_rights(target oid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  grantee text := case target when 0 then 'public' else quote_ident(pg_get_userbyid(target)) end;
begin
  execute format('revoke all on schema pggit from %1$s cascade; revoke all on all functions in schema pggit from %1$s cascade; '
    'revoke all on all tables in schema pggit from %1$s cascade; revoke all on all sequences in schema pggit from %1$s cascade', grantee);
end $_$;
ALTER FUNCTION pggit.take_rights(target oid) OWNER TO postgres;
CREATE FUNCTION pggit.tree_objects(root bytea) RETURNS TABLE(group_key text, key text, hash bytea)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $_$
  select g.key, o.key, decode(o.value, 'hex')
  from pggit.tree as r
  cross join jsonb_each_text(r.entries) as b
  join pggit.tree as bt on bt.hash = decode(b.value, 'hex')
  cross join jsonb_each_text(bt.entries) as g
  join pggit.tree as gt on gt.hash = decode(g.value, 'hex')
  cross join jsonb_each_text(gt.entries) as o
  where r.hash = $1
$_$;
ALTER FUNCTION pggit.tree_objects(root bytea) OWNER TO postgres;
CREATE FUNCTION pggit.tree_of(expression text) RETURNS bytea
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  if expression = 'empty' then
    return null;
  end if;
  if expression = 'work' then
    return pggit.work_tree();
  end if;
  return (select c.tree from pggit.commit as c where c.hash = pggit.resolve(expression));
end $$;
ALTER FUNCTION pggit.tree_of(expression text) OWNER TO postgres;
CREATE FUNCTION pggit.try_fold() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if pggit.may_fold() then
    perform pggit.fold(false);
  end if;
end $$;
ALTER FUNCTION pggit.try_fold() OWNER TO postgres;
CREATE FUNCTION pggit.try_refresh() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if pggit.may_fold() then
    return pggit.refresh(false);
  end if;
  return null;
end $$;
ALTER FUNCTION pggit.try_refresh() OWNER TO postgres;
CREATE FUNCTION pggit.try_work_tree() RETURNS bytea
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if not pggit.may_fold() then
    return null;
  elsif pggit.fold(false) is null then
    return null;
  end if;
  return pggit.work_tree();
end $$;
ALTER FUNCTION pggit.try_work_tree() OWNER TO postgres;
CREATE FUNCTION pggit.unfolded() RETURNS TABLE(catalog oid, address oid)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select o.catalog, o.address from pggit.capture as c cross join lateral pggit.owners(c.catalogs, c.objids) as o
  union
  select w.catalog, w.address from pggit.capture as c join pggit.working as w on w.address = any (c.dropped_objids) or w.parts && c.dropped_objids
  union
  select g.catalog, g.address
  from pggit.capture as c cross join lateral pggit.granted(c.xid, c.grants) as g
  where c.grants <> '{}'
  union
  select 'pg_class'::regclass::oid, child.oid
  from pggit.descendants((
    select array_agg(o.address)
    from pggit.capture as c cross join lateral pggit.owners(c.catalogs, c.objids) as o
    where o.catalog = 'pg_class'::regclass)) as child(oid)
  union
  select coalesce(m.catalog, w.catalog), coalesce(m.address, w.address)
  from pggit.all_members() as m full join pggit.working as w on w.catalog = m.catalog and w.address = m.address
  where (m.address is null or w.address is null) and exists (select from pggit.capture as c where c.tag = 'ALTER EXTENSION')
$$;
ALTER FUNCTION pggit.unfolded() OWNER TO postgres;
CREATE FUNCTION pggit.unprotect(pattern text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  perform pggit.lock_repository();
  delete from pggit.protection as p where p.pattern = unprotect.pattern;
  if not found then
    perform pggit.fail('PG003', format('nothing protects %s', pattern), 'pggit protect lists what is protected.');
  end if;
  perform pggit.note_change('protection/' || pattern, 'protect: off');
end $$;
ALTER FUNCTION pggit.unprotect(pattern text) OWNER TO postgres;
CREATE FUNCTION pggit.unrecorded() RETURNS TABLE(problem text, object text, message text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET quote_all_identifiers TO 'off'
    SET standard_conforming_strings TO 'on'
    SET bytea_output TO 'hex'
    SET lc_monetary TO 'C'
    SET jit TO 'off'
    AS $$
declare
  every record;
  pending record;
begin
  select array_agg(u.catalog) as catalogs, array_agg(u.address) as addresses into pending from pggit.unfolded() as u;
  select array_agg(x.catalog) as catalogs, array_agg(x.address) as addresses into every
  from (
    (select m.catalog, m.address from pggit.all_members() as m union select w.catalog, w.address from pggit.working as w)
    except
    select g.catalog, g.address from pggit.read_rippled(pending.catalogs, pending.addresses) as g) as x;
  return query
    select 'drift', coalesce(o.key, n.key),
      case when o.key is null then 'created' when n.key is null then 'dropped' else 'altered' end || ' behind the event triggers; not recorded, as this role only looks'
    from (
      select w.catalog, w.address, e.key, e.value
      from pggit.working as w join pggit.tree as t on t.hash = w.tree cross join jsonb_each_text(t.entries) as e
      where (w.catalog, w.address) in (select * from unnest(every.catalogs, every.addresses))) as o
    full join (
      select g.catalog, g.address, e.key, encode(pggit.digest(e.value), 'hex') as value
      from pggit.read_groups(every.catalogs, every.addresses) as g cross join jsonb_each(g.objects) as e where g.key is not null) as n
    using (catalog, address, key)
    where o.value is distinct from n.value
    order by 2;
end $$;
ALTER FUNCTION pggit.unrecorded() OWNER TO postgres;
CREATE FUNCTION pggit.update_ref(ref_name text, seen bytea, target bytea, forced boolean, message text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
ALTER FUNCTION pggit.update_ref(ref_name text, seen bytea, target bytea, forced boolean, message text) OWNER TO postgres;
CREATE FUNCTION pggit.verdicts(request bigint, target bytea, source bytea, change_hash bytea) RETURNS TABLE(id bigint, who text, verdict text, is_stale boolean, counts boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  with recursive
  last as materialized (
    select a.id, a.role, a.who, a.verdict, s.stale, coalesce(r.independent, false) as independent,
      a.verdict = 'approve' and not s.stale
        and (a.signature is not null or not coalesce(r.signed, false))
        and exists (select from pg_roles as g where g.oid = a.role)
        and has_function_privilege(a.role, 'pggit.review_request(bigint,integer,text,text,text,text,text)', 'execute')
        and not (coalesce(r.not_author, false) and pggit.is_author(a.role, a.who, q.id, verdicts.target, verdicts.source, r.independent)) as is_good
    from pggit.request as q
    join (
      select distinct on (coalesce(x.role::text, x.who)) x.*
      from pggit.approval as x where x.request = verdicts.request order by coalesce(x.role::text, x.who), x.id desc) as a on a.request = q.id
    cross join lateral (
      select a.source <> verdicts.source or verdicts.change_hash is null or a.change_hash is distinct from verdicts.change_hash as stale) as s
    left join pggit.rule_of(q.target) as r on true
    where q.id = verdicts.request
  ),
  -- of roles that can become one another, by way of others too, the first approval counts
  same(id, first) as (
    select l.id, l.id from last as l where l.is_good and l.independent
    union
    select l.id, s.first
    from same as s join last as o on o.id = s.id
    join last as l on l.is_good and l.id <> o.id and (pggit.can_become(l.role, o.role) or pggit.can_become(o.role, l.role))
  )
  select l.id, l.who, l.verdict, l.stale, l.is_good and not exists (select from same as s where s.id = l.id and s.first < l.id)
  from last as l order by l.id
$$;
ALTER FUNCTION pggit.verdicts(request bigint, target bytea, source bytea, change_hash bytea) OWNER TO postgres;
CREATE FUNCTION pggit.version() RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select '…' $$;
ALTER FUNCTION pggit.version() OWNER TO postgres;
CREATE FUNCTION pggit.versions() RETURNS TABLE(catalog oid, address oid, version bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  with
  relation as (
    select c.oid, case c.relkind when 'c' then 'pg_type'::regclass::oid else 'pg_class'::regclass::oid end as catalog,
      case c.relkind when 'c' then c.reltype else c.oid end as address, c.xmin
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and c.relpersistence <> 't' and c.oid >= 16384 and n.nspname <> 'pggit'
  ),
  of_relation(relation, objid, xmin) as (
    select r.oid, r.oid, r.xmin from relation as r
    union all select a.attrelid, a.attnum::oid, a.xmin from pg_attribute as a where a.attrelid >= 16384 and a.attnum > 0
    union all select d.adrelid, d.oid, d.xmin from pg_attrdef as d
    union all select c.conrelid, c.oid, c.xmin from pg_constraint as c where c.conrelid >= 16384
    union all select i.indrelid, i.indexrelid, i.xmin from pg_index as i where i.indrelid >= 16384
    union all select i.indrelid, c.oid, c.xmin from pg_index as i join pg_class as c on c.oid = i.indexrelid where i.indrelid >= 16384
    union all select i.indrelid, a.attnum::oid, a.xmin from pg_index as i join pg_attribute as a on a.attrelid = i.indexrelid
      where i.indrelid >= 16384 and a.attstattarget >= 0
    union all select t.tgrelid, t.oid, t.xmin from pg_trigger as t
    union all select r.ev_class, r.oid, r.xmin from pg_rewrite as r where r.oid >= 16384
    union all select p.polrelid, p.oid, p.xmin from pg_policy as p
    union all select s.seqrelid, s.seqrelid, s.xmin from pg_sequence as s
    union all select dep.refobjid, s.seqrelid, s.xmin from pg_sequence as s
      join pg_depend as dep on dep.classid = 'pg_class'::regclass and dep.objid = s.seqrelid and dep.deptype = 'i' and dep.refclassid = 'pg_class'::regclass
    union all select s.stxrelid, s.oid, s.xmin from pg_statistic_ext as s
    union all select i.inhrelid, i.inhparent, i.xmin from pg_inherits as i
    union all select p.partrelid, p.partrelid, p.xmin from pg_partitioned_table as p
    union all select f.ftrelid, f.ftserver, f.xmin from pg_foreign_table as f
  ),
  of_other(catalog, address, objid, xmin) as (
    select 'pg_namespace'::regclass::oid, n.oid, n.oid, n.xmin from pg_namespace as n
    union all select 'pg_proc'::regclass::oid, p.oid, p.oid, p.xmin from pg_proc as p where p.oid >= 16384
    union all select 'pg_proc'::regclass::oid, a.aggfnoid, a.aggfnoid, a.xmin from pg_aggregate as a where a.aggfnoid >= 16384
    union all select 'pg_type'::regclass::oid, t.oid, t.oid, t.xmin from pg_type as t where t.oid >= 16384 and (t.typrelid = 0 or t.typtype <> 'c') and t.typelem = 0
    union all select 'pg_type'::regclass::oid, e.enumtypid, e.oid, e.xmin from pg_enum as e
    union all select 'pg_type'::regclass::oid, r.rngtypid, r.rngtypid, r.xmin from pg_range as r
    union all select 'pg_type'::regclass::oid, c.contypid, c.oid, c.xmin from pg_constraint as c where c.contypid >= 16384
    union all select 'pg_operator'::regclass::oid, o.oid, o.oid, o.xmin from pg_operator as o where o.oid >= 16384
    union all select 'pg_opclass'::regclass::oid, o.oid, o.oid, o.xmin from pg_opclass as o where o.oid >= 16384
    union all select 'pg_opfamily'::regclass::oid, o.oid, o.oid, o.xmin from pg_opfamily as o where o.oid >= 16384
    union all select 'pg_opfamily'::regclass::oid, a.amopfamily, a.oid, a.xmin from pg_amop as a where a.oid >= 16384
    union all select 'pg_opfamily'::regclass::oid, a.amprocfamily, a.oid, a.xmin from pg_amproc as a where a.oid >= 16384
    union all select 'pg_cast'::regclass::oid, c.oid, c.oid, c.xmin from pg_cast as c where c.oid >= 16384
    union all select 'pg_collation'::regclass::oid, c.oid, c.oid, c.xmin from pg_collation as c where c.oid >= 16384
    union all select 'pg_conversion'::regclass::oid, c.oid, c.oid, c.xmin from pg_conversion as c where c.oid >= 16384
    union all select 'pg_language'::regclass::oid, l.oid, l.oid, l.xmin from pg_language as l
    union all select 'pg_transform'::regclass::oid, t.oid, t.oid, t.xmin from pg_transform as t
    union all select 'pg_am'::regclass::oid, a.oid, a.oid, a.xmin from pg_am as a where a.oid >= 16384
    union all select 'pg_ts_config'::regclass::oid, c.oid, c.oid, c.xmin from pg_ts_config as c where c.oid >= 16384
    union all select 'pg_ts_config'::regclass::oid, m.mapcfg, m.mapdict, m.xmin from pg_ts_config_map as m where m.mapcfg >= 16384
    union all select 'pg_ts_dict'::regclass::oid, d.oid, d.oid, d.xmin from pg_ts_dict as d where d.oid >= 16384
    union all select 'pg_ts_parser'::regclass::oid, p.oid, p.oid, p.xmin from pg_ts_parser as p where p.oid >= 16384
    union all select 'pg_ts_template'::regclass::oid, t.oid, t.oid, t.xmin from pg_ts_template as t where t.oid >= 16384
    union all select 'pg_extension'::regclass::oid, e.oid, e.oid, e.xmin from pg_extension as e
    union all select 'pg_publication'::regclass::oid, p.oid, p.oid, p.xmin from pg_publication as p
    union all select 'pg_publication'::regclass::oid, p.prpubid, p.oid, p.xmin from pg_publication_rel as p
    union all select 'pg_publication'::regclass::oid, p.pnpubid, p.oid, p.xmin from pg_publication_namespace as p
    union all select 'pg_foreign_data_wrapper'::regclass::oid, f.oid, f.oid, f.xmin from pg_foreign_data_wrapper as f
    union all select 'pg_foreign_server'::regclass::oid, f.oid, f.oid, f.xmin from pg_foreign_server as f
    union all select 'pg_foreign_server'::regclass::oid, u.srvid, u.umid,
      (hashtext(coalesce(u.umoptions::text, ''))::bigint & 2147483647)::text::xid from pg_user_mappings as u
    union all select 'pg_event_trigger'::regclass::oid, e.oid, e.oid, e.xmin from pg_event_trigger as e
    union all select 'pg_default_acl'::regclass::oid, d.oid, d.oid, d.xmin from pg_default_acl as d
  ),
  row as (
    select r.catalog, r.address, o.objid, o.xmin from of_relation as o join relation as r on r.oid = o.relation
    union all
    select o.catalog, o.address, o.objid, o.xmin from of_other as o
    union all
    select o.catalog, o.address, d.objoid, d.xmin
    from pg_description as d
    cross join lateral (
      select r.catalog, r.address from relation as r where d.classoid = 'pg_class'::regclass and r.oid = d.objoid
      union all
      select d.classoid, d.objoid where d.classoid <> 'pg_class'::regclass) as o
    where d.objoid >= 16384
    union all
    select l.classoid, l.objoid, l.objsubid::oid, l.xmin from pg_seclabel as l
  )
  select row.catalog, row.address, sum(hashint8((row.objid::bigint << 32) | row.xmin::text::bigint)) from row group by row.catalog, row.address
$$;
ALTER FUNCTION pggit.versions() OWNER TO postgres;
CREATE FUNCTION pggit.without_controls(written text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select case when getdatabaseencoding() = 'UTF8' then regexp_replace(t.text, '[\u0080-\u009f]+', '', 'g') else t.text end
  from (select regexp_replace(replace(written, E'\r\n', E'\n'), '[\u0001-\u0008\u000b-\u001f\u007f]+', '', 'g')) as t(text)
$$;
ALTER FUNCTION pggit.without_controls(written text) OWNER TO postgres;
CREATE FUNCTION pggit.without_private(definition jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ select coalesce((select jsonb_object_agg(key, value) from jsonb_each(definition) where not starts_with(key, '_')), '{}') $$;
ALTER FUNCTION pggit.without_private(definition jsonb) OWNER TO postgres;
CREATE FUNCTION pggit.work_tree() RETURNS bytea
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
begin
  perform pggit.fold();
  return pggit.write_tree();
end $$;
ALTER FUNCTION pggit.work_tree() OWNER TO postgres;
CREATE FUNCTION pggit.write_commit(tree bytea, parents text[], author text, authored_at timestamp with time zone, message text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  wanted bytea[] := array(select decode(p.hash, 'hex') from unnest(parents) with ordinality as p(hash, n) order by p.n);
  gone bytea;
begin
  perform pggit.lock_repository();
  select p.hash into gone from unnest(wanted) as p(hash) where not exists (select from pggit.commit as c where c.hash = p.hash) limit 1;
  if gone is not null then
    perform pggit.fail('PG006', format('commit %s is not here any more', pggit.short(gone)), 'Run the command again: what was removed meanwhile is done anew.');
  end if;
  perform pggit.require_root(tree, wanted);
  return encode(pggit.put_commit(tree, wanted, author, authored_at, message), 'hex');
end $$;
ALTER FUNCTION pggit.write_commit(tree bytea, parents text[], author text, authored_at timestamp with time zone, message text) OWNER TO postgres;
CREATE FUNCTION pggit.write_tree() RETURNS bytea
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    AS $$
declare
  repository pggit.repository;
  new_root bytea;
begin
  perform pggit.lock_repository();
  select * into strict repository from pggit.repository;
  if repository.root is not null and repository.stale = '{}' then
    return repository.root;
  end if;
  with
  bucket as (
    select s.number, b.entries, pggit.digest(b.entries) as hash, pggit.digest(b.meanings) as meaning
    from unnest(repository.stale) as s(number)
    cross join lateral (
      select jsonb_object_agg(w.key, encode(w.tree, 'hex')) as entries, jsonb_object_agg(w.key, encode(w.meaning, 'hex')) as meanings
      from pggit.working as w
      where w.bucket = s.number
    ) as b
    where b.entries is not null
  ),
  stored as (
    insert into pggit.tree (hash, meaning, entries)
    select hash, meaning, entries from bucket
    on conflict do nothing
  ),
  name as (
    select number, lpad(to_hex(number::integer), 2, '0') as text from unnest(repository.stale) as s(number)
  ),
  kept as (
    select e.key as name, decode(e.value, 'hex') as hash
    from pggit.tree as t cross join jsonb_each_text(t.entries) as e
    where t.hash = repository.root and e.key not in (select text from name)
  ),
  complete as (
    select kept.name, kept.hash, (select t.meaning from pggit.tree as t where t.hash = kept.hash) as meaning from kept
    union all
    select name.text, bucket.hash, bucket.meaning from bucket join name using (number)
  )
  select (pggit.put_tree(
      coalesce(jsonb_object_agg(c.name, encode(c.hash, 'hex')), '{}'),
      coalesce(jsonb_object_agg(c.name, encode(c.meaning, 'hex')), '{}'))).hash
  into new_root
  from complete as c;
  update pggit.repository set root = new_root, stale = '{}';
  return new_root;
end $$;
ALTER FUNCTION pggit.write_tree() OWNER TO postgres;
CREATE TABLE pggit.access (
    role name NOT NULL,
    role_oid oid NOT NULL,
    level text NOT NULL,
    given_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    given_by text DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT access_level_check CHECK ((level = ANY (ARRAY['reader'::text, 'auditor'::text, 'writer'::text, 'admin'::text])))
);
ALTER TABLE pggit.access OWNER TO postgres;
CREATE TABLE pggit.approval (
    id bigint NOT NULL,
    request bigint NOT NULL,
    revision integer NOT NULL,
    source bytea NOT NULL,
    change_hash bytea,
    verdict text NOT NULL,
    who text NOT NULL,
    author text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    note text,
    signature text,
    public_key text,
    role oid DEFAULT pggit.session_role(),
    CONSTRAINT approval_verdict_check CHECK ((verdict = ANY (ARRAY['approve'::text, 'reject'::text])))
);
ALTER TABLE pggit.approval OWNER TO postgres;
COMMENT ON TABLE pggit.approval IS 'Verdicts on requests; of each role the last one stands';
COMMENT ON COLUMN pggit.approval.who IS 'The role of the session, by its name at that time';
COMMENT ON COLUMN pggit.approval.author IS 'As that role calls itself';
COMMENT ON COLUMN pggit.approval.signature IS 'Of what pggit.approval_text returns, by public_key';
COMMENT ON COLUMN pggit.approval.role IS 'The role of the session: by it approvers are told apart';
CREATE TABLE pggit.blob (
    hash bytea NOT NULL,
    meaning bytea NOT NULL,
    definition jsonb NOT NULL,
    CONSTRAINT blob_depth CHECK ((NOT jsonb_path_exists(definition, 'strict $.**{32}'::jsonpath)))
);
ALTER TABLE pggit.blob OWNER TO postgres;
COMMENT ON TABLE pggit.blob IS 'Definitions of objects under the SHA-256 of their canonical text';
CREATE TABLE pggit.ref (
    name text NOT NULL,
    commit bytea,
    target text,
    message text,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    tagger text,
    CONSTRAINT ref_name CHECK (pggit.is_ref(name)),
    CONSTRAINT ref_target CHECK (((target IS NULL) OR ((name = 'HEAD'::text) AND starts_with(target, 'heads/'::text) AND pggit.is_ref(target))))
);
ALTER TABLE pggit.ref OWNER TO postgres;
CREATE VIEW pggit.branches AS
 SELECT substr(r.name, 7) AS name,
    encode(r.commit, 'hex'::text) AS hash,
    (r.name = pggit.current_branch()) AS is_current,
    c.author,
    c.authored_at,
    c.message
   FROM (pggit.ref r
     LEFT JOIN pggit.commit c ON ((c.hash = r.commit)))
  WHERE starts_with(r.name, 'heads/'::text);
ALTER VIEW pggit.branches OWNER TO postgres;
CREATE SEQUENCE pggit.capture_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE pggit.capture_id OWNER TO postgres;
CREATE TABLE pggit.capture (
    id bigint DEFAULT nextval('pggit.capture_id'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    session_user_name text DEFAULT SESSION_USER NOT NULL,
    current_user_name text,
    application text,
    client inet,
    tag text,
    catalogs oid[] NOT NULL,
    objids oid[] NOT NULL,
    dropped_catalogs oid[] NOT NULL,
    dropped_objids oid[] NOT NULL,
    grants text[] NOT NULL,
    query_hash bytea,
    query text,
    error text,
    first boolean NOT NULL
);
ALTER TABLE ONLY pggit.capture REPLICA IDENTITY FULL;
ALTER TABLE pggit.capture OWNER TO postgres;
CREATE TABLE pggit.commit_change (
    commit bytea NOT NULL,
    group_key text NOT NULL,
    key text NOT NULL,
    old bytea,
    new bytea
);
ALTER TABLE ONLY pggit.commit_change REPLICA IDENTITY FULL;
ALTER TABLE pggit.commit_change OWNER TO postgres;
COMMENT ON TABLE pggit.commit_change IS 'What each commit changed against its first parent, exact hashes; derived, for log, blame and history';
CREATE TABLE pggit.conflicts (
    merge bigint NOT NULL,
    key text NOT NULL,
    group_key text NOT NULL,
    class text NOT NULL,
    attributes text[] NOT NULL,
    base jsonb,
    ours jsonb,
    theirs jsonb,
    together jsonb DEFAULT '[]'::jsonb NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    choice text,
    objects jsonb,
    reason text,
    resolved_at timestamp with time zone,
    resolved_by text,
    CONSTRAINT conflicts_choice_check CHECK ((choice = ANY (ARRAY['ours'::text, 'theirs'::text, 'base'::text, 'sql'::text])))
);
ALTER TABLE pggit.conflicts OWNER TO postgres;
CREATE TABLE pggit.lock (
    name text NOT NULL,
    key bigint NOT NULL
);
ALTER TABLE pggit.lock OWNER TO postgres;
CREATE TABLE pggit.merges (
    id bigint NOT NULL,
    ours bytea NOT NULL,
    theirs bytea NOT NULL,
    name text NOT NULL,
    message text NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    started_by text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text,
    commit bytea,
    CONSTRAINT merges_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'aborted'::text])))
);
ALTER TABLE pggit.merges OWNER TO postgres;
CREATE TABLE pggit.note_key (
    key uuid NOT NULL
);
ALTER TABLE pggit.note_key OWNER TO postgres;
CREATE TABLE pggit.tree (
    hash bytea NOT NULL,
    meaning bytea NOT NULL,
    entries jsonb NOT NULL
);
ALTER TABLE pggit.tree OWNER TO postgres;
COMMENT ON TABLE pggit.tree IS 'Nodes of the Merkle trie: names and the hashes of what they name';
CREATE TABLE pggit.working (
    catalog oid NOT NULL,
    address oid NOT NULL,
    key text NOT NULL,
    bucket smallint NOT NULL,
    tree bytea NOT NULL,
    meaning bytea NOT NULL,
    parts oid[] NOT NULL,
    parents oid[] NOT NULL,
    version bigint
);
ALTER TABLE pggit.working OWNER TO postgres;
CREATE VIEW pggit.objects AS
 SELECT w.key AS group_key,
    o.key,
    encode(b.hash, 'hex'::text) AS hash,
    b.definition
   FROM (((pggit.working w
     JOIN pggit.tree t ON ((t.hash = w.tree)))
     CROSS JOIN LATERAL jsonb_each_text(t.entries) o(key, value))
     JOIN pggit.blob b ON ((b.hash = decode(o.value, 'hex'::text))));
ALTER VIEW pggit.objects OWNER TO postgres;
CREATE TABLE pggit.performance_metrics (
    metric_type text NOT NULL,
    metric_value double precision NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY pggit.performance_metrics REPLICA IDENTITY FULL;
ALTER TABLE pggit.performance_metrics OWNER TO postgres;
CREATE TABLE pggit.protection (
    pattern text NOT NULL,
    approvals integer DEFAULT 0 NOT NULL,
    proof boolean DEFAULT false NOT NULL,
    signed boolean DEFAULT false NOT NULL,
    not_author boolean DEFAULT false NOT NULL,
    independent boolean DEFAULT false NOT NULL,
    set_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    set_by text DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT protection_approvals_check CHECK ((approvals >= 0))
);
ALTER TABLE pggit.protection OWNER TO postgres;
COMMENT ON TABLE pggit.protection IS 'Protected branches: what a request must have to be merged into them';
COMMENT ON COLUMN pggit.protection.approvals IS 'How many roles must have approved it';
COMMENT ON COLUMN pggit.protection.proof IS 'Whether its plan must be proven for the branch as it is now';
COMMENT ON COLUMN pggit.protection.signed IS 'Whether only signed approvals count';
COMMENT ON COLUMN pggit.protection.not_author IS 'Whether approvals of those who made it do not count';
COMMENT ON COLUMN pggit.protection.independent IS 'Whether roles of which one can SET ROLE to the other are one approver, or one author';
CREATE TABLE pggit.reading (
    id bigint DEFAULT nextval('pggit.capture_id'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    snapshot pg_snapshot NOT NULL,
    catalog oid NOT NULL,
    address oid NOT NULL,
    key text,
    objects jsonb,
    parts oid[],
    parents oid[]
);
ALTER TABLE ONLY pggit.reading REPLICA IDENTITY FULL;
ALTER TABLE pggit.reading OWNER TO postgres;
CREATE TABLE pggit.sequence (
    singleton boolean DEFAULT true NOT NULL,
    branch text NOT NULL,
    original bytea NOT NULL,
    onto text NOT NULL,
    tip bytea NOT NULL,
    todo bytea[] NOT NULL,
    conflicts text[] NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    who text DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT sequence_singleton_check CHECK (singleton)
);
ALTER TABLE pggit.sequence OWNER TO postgres;
CREATE VIEW pggit.rebase AS
 SELECT branch,
    encode(original, 'hex'::text) AS original,
    onto,
    encode(tip, 'hex'::text) AS tip,
    ARRAY( SELECT encode(t.hash, 'hex'::text) AS encode
           FROM unnest(s.todo) WITH ORDINALITY t(hash, n)
          ORDER BY t.n) AS todo,
    conflicts,
    at,
    who
   FROM pggit.sequence s;
ALTER VIEW pggit.rebase OWNER TO postgres;
CREATE TABLE pggit.recorded (
    commit bytea NOT NULL,
    role oid DEFAULT pggit.session_role() NOT NULL,
    who text DEFAULT SESSION_USER NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE pggit.recorded OWNER TO postgres;
COMMENT ON TABLE pggit.recorded IS 'The role that brought each commit into this database; it counts as an author when requests are approved';
CREATE TABLE pggit.reflog (
    id bigint NOT NULL,
    ref text NOT NULL,
    old bytea,
    new bytea,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    who text DEFAULT SESSION_USER NOT NULL,
    message text NOT NULL,
    role oid DEFAULT pggit.session_role(),
    written text,
    renamed text
);
ALTER TABLE pggit.reflog OWNER TO postgres;
CREATE TABLE pggit.request_revision (
    request bigint NOT NULL,
    revision integer NOT NULL,
    source bytea NOT NULL,
    target bytea NOT NULL,
    outcome text NOT NULL,
    change_hash bytea,
    changes jsonb,
    plan jsonb,
    hazards text[] NOT NULL,
    conflicts jsonb NOT NULL,
    findings jsonb NOT NULL,
    refused text,
    proof jsonb,
    proven boolean DEFAULT false NOT NULL,
    proved_at timestamp with time zone,
    proved_by text,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    made_by text DEFAULT SESSION_USER NOT NULL,
    made_role oid DEFAULT pggit.session_role(),
    tree bytea
);
ALTER TABLE pggit.request_revision OWNER TO postgres;
COMMENT ON TABLE pggit.request_revision IS 'What merging a request came to, each time its branch or the target had moved';
COMMENT ON COLUMN pggit.request_revision.source IS 'The commit of the branch';
COMMENT ON COLUMN pggit.request_revision.target IS 'The commit of the target';
COMMENT ON COLUMN pggit.request_revision.outcome IS 'merged, fast-forward, conflicts, does not load, findings';
COMMENT ON COLUMN pggit.request_revision.change_hash IS 'What approvals are for, with source: the hash of groups, keys and definitions that the merge changes in the target';
COMMENT ON COLUMN pggit.request_revision.changes IS 'The objects that the merge changes in the target, with definitions before and after';
COMMENT ON COLUMN pggit.request_revision.plan IS 'The statements from the target to the merge, as the file of a plan; as the client of made_by says';
COMMENT ON COLUMN pggit.request_revision.proof IS 'How the proof of the plan went';
COMMENT ON COLUMN pggit.request_revision.tree IS 'The tree of the merge: approvals are for what it changes in the target';
CREATE VIEW pggit.requests AS
 SELECT q.id,
    q.state,
    q.branch,
    q.target,
    q.title,
    q.opened_by,
    q.opened_at,
    v.revision,
    encode(v.source, 'hex'::text) AS source,
    encode(v.target, 'hex'::text) AS onto,
    v.outcome,
    v.hazards,
    v.proven,
    ( SELECT count(*) AS count
           FROM pggit.verdicts(q.id, v.target, v.source, v.change_hash) x(id, who, verdict, is_stale, counts)
          WHERE x.counts) AS approvals,
    COALESCE(( SELECT r.approvals
           FROM pggit.rule_of(q.target) r(patterns, approvals, proof, signed, not_author, independent)), 0) AS needed,
    encode(q.commit, 'hex'::text) AS commit,
    q.ended_at,
    q.ended_by
   FROM (pggit.request q
     LEFT JOIN LATERAL ( SELECT x.request,
            x.revision,
            x.source,
            x.target,
            x.outcome,
            x.change_hash,
            x.changes,
            x.plan,
            x.hazards,
            x.conflicts,
            x.findings,
            x.refused,
            x.proof,
            x.proven,
            x.proved_at,
            x.proved_by,
            x.made_at,
            x.made_by,
            x.made_role,
            x.tree
           FROM pggit.request_revision x
          WHERE (x.request = q.id)
          ORDER BY x.revision DESC
         LIMIT 1) v ON (true));
ALTER VIEW pggit.requests OWNER TO postgres;
CREATE TABLE pggit.set_aside (
    at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    message text NOT NULL,
    content jsonb
);
ALTER TABLE ONLY pggit.set_aside REPLICA IDENTITY FULL;
ALTER TABLE pggit.set_aside OWNER TO postgres;
COMMENT ON TABLE pggit.set_aside IS 'What an upgrade removed from the store or renamed there, and why';
CREATE TABLE pggit.setting (
    name text NOT NULL,
    value text NOT NULL
);
ALTER TABLE pggit.setting OWNER TO postgres;
CREATE TABLE pggit.signature (
    hash bytea NOT NULL,
    commit bytea NOT NULL,
    tag text NOT NULL,
    signer text NOT NULL,
    armored text NOT NULL,
    signed_at timestamp with time zone NOT NULL
);
ALTER TABLE pggit.signature OWNER TO postgres;
CREATE TABLE pggit.stash (
    name text NOT NULL,
    about jsonb NOT NULL,
    kept_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE pggit.stash OWNER TO postgres;
CREATE VIEW pggit.tags AS
 SELECT substr(name, 6) AS name,
    encode(commit, 'hex'::text) AS hash,
    message,
    updated_at AS tagged_at,
    tagger
   FROM pggit.ref r
  WHERE starts_with(name, 'tags/'::text);
ALTER VIEW pggit.tags OWNER TO postgres;
ALTER TABLE pggit.transaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME pggit.transaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE pggit.upgrade_log (
    version integer NOT NULL,
    action text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    who text DEFAULT SESSION_USER NOT NULL
);
ALTER TABLE ONLY pggit.upgrade_log REPLICA IDENTITY FULL;
ALTER TABLE pggit.upgrade_log OWNER TO postgres;
ALTER TABLE ONLY pggit.access
    ADD CONSTRAINT access_pkey PRIMARY KEY (role);
ALTER TABLE ONLY pggit.approval
    ADD CONSTRAINT approval_pkey PRIMARY KEY (id);
ALTER TABLE ONLY pggit.blob
    ADD CONSTRAINT blob_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY pggit.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY pggit.commit
    ADD CONSTRAINT commit_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY pggit.conflicts
    ADD CONSTRAINT conflicts_pkey PRIMARY KEY (merge, key);
ALTER TABLE ONLY pggit.lock
    ADD CONSTRAINT lock_pkey PRIMARY KEY (name);
ALTER TABLE ONLY pggit.merges
    ADD CONSTRAINT merges_pkey PRIMARY KEY (id);
ALTER TABLE ONLY pggit.protection
    ADD CONSTRAINT protection_pkey PRIMARY KEY (pattern);
ALTER TABLE ONLY pggit.recorded
    ADD CONSTRAINT recorded_pkey PRIMARY KEY (commit);
ALTER TABLE ONLY pggit.ref
    ADD CONSTRAINT ref_pkey PRIMARY KEY (name);
ALTER TABLE ONLY pggit.reflog
    ADD CONSTRAINT reflog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY pggit.repository
    ADD CONSTRAINT repository_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY pggit.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY pggit.request_revision
    ADD CONSTRAINT request_revision_pkey PRIMARY KEY (request, revision);
ALTER TABLE ONLY pggit.sequence
    ADD CONSTRAINT sequence_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY pggit.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (name);
ALTER TABLE ONLY pggit.signature
    ADD CONSTRAINT signature_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY pggit.stash
    ADD CONSTRAINT stash_pkey PRIMARY KEY (name);
ALTER TABLE ONLY pggit.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY pggit.tree
    ADD CONSTRAINT tree_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY pggit.working
    ADD CONSTRAINT working_pkey PRIMARY KEY (catalog, address);
CREATE INDEX capture_xid ON pggit.capture USING btree (xid);
CREATE INDEX change_key ON pggit.change USING btree (key);
CREATE INDEX change_open ON pggit.change USING btree (id) WHERE (commit IS NULL);
CREATE INDEX commit_change_commit ON pggit.commit_change USING btree (commit);
CREATE INDEX commit_change_key ON pggit.commit_change USING btree (key);
CREATE INDEX reading_xid ON pggit.reading USING btree (xid);
CREATE INDEX signature_commit ON pggit.signature USING btree (commit);
CREATE INDEX transaction_xid ON pggit.transaction USING btree (xid);
CREATE INDEX working_bucket ON pggit.working USING btree (bucket);
CREATE INDEX working_key ON pggit.working USING btree (key);
CREATE INDEX working_parents ON pggit.working USING gin (parents) WITH (fastupdate=off);
CREATE INDEX working_parts ON pggit.working USING gin (parts) WITH (fastupdate=off);
CREATE TRIGGER guard_branch BEFORE DELETE OR UPDATE ON pggit.ref FOR EACH ROW WHEN (starts_with(old.name, 'heads/'::text)) EXECUTE FUNCTION pggit.guard_branch();
CREATE TRIGGER guard_commit AFTER INSERT ON pggit.commit FOR EACH ROW EXECUTE FUNCTION pggit.guard_commit();
CREATE TRIGGER guard_new_branch BEFORE INSERT ON pggit.ref FOR EACH ROW WHEN (starts_with(new.name, 'heads/'::text)) EXECUTE FUNCTION pggit.guard_new_branch();
CREATE TRIGGER guard_new_name BEFORE INSERT OR UPDATE OF name ON pggit.ref FOR EACH ROW WHEN ((new.name ~ '^(heads|tags)/'::text)) EXECUTE FUNCTION pggit.guard_new_name();
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.access FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.access ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.approval FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.approval ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.blob FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.blob ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.capture FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.capture ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.change FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.change ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.commit FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.commit ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.commit_change FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.commit_change ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.conflicts FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.conflicts ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.lock FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.lock ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.merges FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.merges ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.note_key FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.note_key ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.performance_metrics FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.performance_metrics ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.protection FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.protection ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.reading FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.reading ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.recorded FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.recorded ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.ref FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.ref ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.reflog FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.reflog ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.repository FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.repository ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.request FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.request ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.request_revision FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.request_revision ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.sequence FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.sequence ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.set_aside FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.set_aside ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.setting FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.setting ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.signature FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.signature ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.stash FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.stash ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.statement FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.statement ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.transaction FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.transaction ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.tree FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.tree ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.upgrade_log FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.upgrade_log ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR DELETE OR UPDATE ON pggit.working FOR EACH ROW EXECUTE FUNCTION pggit.leave_out_replicated();
ALTER TABLE pggit.working ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE CONSTRAINT TRIGGER read_touched AFTER INSERT ON pggit.capture DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.first) EXECUTE FUNCTION pggit.read_touched();
ALTER TABLE pggit.capture ENABLE ALWAYS TRIGGER read_touched;
REVOKE ALL ON FUNCTION pggit.abort_merge() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.access_findings() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.access_roles() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.acl_objects(acl aclitem[], acl_default aclitem[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.advance_head(old_commit text, new_commit text, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.all_members() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_parents(parents bytea[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.ancestors(start bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.annotate_tag(name text, target bytea, message text, tagger text, tagged_at timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.apart(a bytea, b bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.append_capture(tag text, catalogs oid[], objids oid[], dropped_catalogs oid[], dropped_objids oid[], grants text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.apply_groups(groups pggit.group_row[], xid xid8, at timestamp with time zone, tag text, statement bytea, record boolean, sources jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.approval_text(request bigint, revision integer, verdict text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.are_trees_readable() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.author() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.blame(object text, at text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.can_become(role oid, other oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.capture_failed(tag text, code text, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.change_hash(a bytea, b bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.check_rebased(branch text, original text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.check_ref_name(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.clean_author(author text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.clean_line(line text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.clean_message(message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.close_request(request bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.commit(message text, allow_empty boolean, authored_at timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.commit_hash(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.commit_problem(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.commit_problems() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.commit_transaction(this xid8) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.commits_between(there bytea[], wanted bytea[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.conclude_merge(commit text, expected text, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.content_problems() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.create_branch(name text, start text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.create_tag(name text, target text, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.current_branch() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.database_oid() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.definition_problem(definition jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.delete_ref(ref_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.dependents(catalogs oid[], addresses oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.descendants(tables oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.describe(target text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.diff(a text, b text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.diff_pairs(olds bytea[], news bytea[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.diff_trees(a bytea, b bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.digest(value jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.drop_kept(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.end_rebase(branch text, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.fail(code text, message text, hint text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.fill_working() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.find_again() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.find_roles() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.fold(wait boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.fold_transaction(this xid8) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.forget_kept(kept text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.fsck() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.gc(keep_metrics interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.get_history(object text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.give_rights(target oid, wanted pggit.right_row[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.grant_access(level text, role_name name) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.granted(since xid8, object_types text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.granted_rights() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.group_changes(root bytea, keys text[], objects jsonb[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.guard_branch() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.guard_commit() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.guard_new_branch() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.guard_new_name() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.head() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.health_check() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.hold_commit(ref_name text, commit text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.holds(role oid, other oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.in_schema(schema oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.includes(kind text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.initialize(tracked_by text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_ancestor(older bytea, newer bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_author(role oid, who text, request bigint, target bytea, source bytea, independent boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_file_copy(repository pggit.repository) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_known(object text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_list_of(value jsonb, texts text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_meant(branch text, pattern text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_objects(value jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_ref(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_ref_name(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.is_signature(armored text, signer text, wanted text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.keep_column(relation text, "column" text, kept text, about jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.keep_note(relation regclass, about jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.keep_schema(keeper name) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.keep_sequence(sequence text, kept text, about jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.keep_table(relation text, kept text, about jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.kept() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.leave_out_replicated() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.live_changes(root bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.live_groups(root bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.live_objects(root bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.lock_holder() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.lock_key(lock text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.lock_repository(wait boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.log(start text, object text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.may_fold() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.meanings_of(entries jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.members(which oid, addresses oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.merge_base(a text, b text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.merge_bases(a bytea, b bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.move_head(branch text, commit text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.move_ref(ref_name text, new_commit bytea, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.names(key text, object text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.note_change(subject text, message text, at bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.note_seal(hash text, query text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.note_user() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.obstacles(request bigint, target bytea, source bytea, change_hash bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.on_ddl_command_end() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.on_sql_drop() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.open_request(branch text, target text, title text, body text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.session_role() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.open_request_row(request bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.outranks(role name, other name) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit."overlaps"(a xid8, a_snapshot pg_snapshot, b xid8, b_snapshot pg_snapshot) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.owners(catalogs oid[], objids oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.path_of(owner name) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.pause_tracking(duration interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.pending_history() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.protect(pattern text, approvals integer, proof boolean, signed boolean, not_author boolean, independent boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.put_aside(kind text, name text, message text, content jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.put_commit(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.put_conflicts(number bigint, stopped_at jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.put_groups(root bytea, groups jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.put_revision(request bigint, target text, source text, groups jsonb, said jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.put_signatures(commits bytea[], tags text[], signers text[], armored text[], times timestamp with time zone[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.put_tree(entries jsonb, meanings jsonb, OUT hash bytea, OUT meaning bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.read_again(catalogs oid[], addresses oid[], xid xid8, at timestamp with time zone, tag text, statement bytea, sources jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.read_everything(cause text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.read_groups(catalogs oid[], addresses oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.read_objects(which oid, addresses oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.read_rippled(catalogs oid[], addresses oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.read_signature(armored text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.read_touched() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.rebase_abort() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.rebase_finish(branch text, original text, tip text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.rebase_stop(sequence jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.receive_blobs(hashes bytea[], definitions text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.receive_commits(hashes bytea[], trees bytea[], parents text[], authors text[], times timestamp with time zone[], messages text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.receive_trees(hashes bytea[], entries text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.record_commit(tree bytea, parents bytea[], author text, authored_at timestamp with time zone, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.record_drift(catalogs oid[], addresses oid[], cause text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.record_kept(kept text, about jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.record_merge(ours text, theirs text, groups jsonb, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.record_proof(request bigint, revision integer, proof jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.record_stash(message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.redact(query text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.redact_level(bare text, raw text, suspicious boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.redact_lex(query text, OUT kinds text[], OUT parts text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.redact_masked(statement text, level integer, nested boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.redact_suspicious(raw text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.redact_uncommented(statement text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.ref_problems() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.refresh(wait boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.rename_branch(old_name text, new_name text, force boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.renaming(groups pggit.group_row[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.renew_lock(lock text, seen bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.request_authors(request bigint, target bytea, source bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.request_makers(request bigint, target bytea, source bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_commit(wanted bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_direct(branch text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_form(kind text, hash bytea, problem text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_hash(kind text, expected bytea, actual bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_own_children(relation regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_own_code() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_protected_start(branch text, commit bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_request(branch text, old_commit bytea, new_commit bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.require_root(root bytea, parents bytea[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.reread() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.reset_head(commit text, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.resolve(expression text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.resolve_at(name text, moment text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.resolve_conflicts(choices jsonb, reason text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.resolve_name(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.return_place(kept text, sequence text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.return_places(kept text, relation text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.return_rows(kept text, relation text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.return_values(kept text, relation text, "column" text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.review_request(request bigint, revision integer, verdict text, note text, signature text, public_key text, seen text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.revision_hash(request bigint, source bytea, target bytea, change_hash bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.revoke_access(role_name name) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.rights(level text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.root_problems(roots bytea[], bases bytea[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.row_key(relation text, leaving text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.rule_of(branch text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.run_as_owner(owner name, statement text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.runs_as_caller(owner name) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.safe_ref(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.said_problems() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.semantic_changes(a bytea, b bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.set(name text, value text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.set_aside_commits() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.set_aside_refs() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.set_aside_said() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.set_remote(remote text, url text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.settle_history() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.short(hash bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.standing(base text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.start_merge(ours text, theirs text, name text, message text, stopped_at jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.stashed(kept text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.status() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.store_problems() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.strip_statements(this regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.suspects() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.switch_head(branch text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.system_identifier() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.take_rights(target oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.tree_objects(root bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.tree_of(expression text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.try_fold() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.try_refresh() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.try_work_tree() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.unfolded() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.unprotect(pattern text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.unrecorded() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.update_ref(ref_name text, seen bytea, target bytea, forced boolean, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.verdicts(request bigint, target bytea, source bytea, change_hash bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.version() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.versions() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.without_controls(written text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.without_private(definition jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.work_tree() FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.write_commit(tree bytea, parents text[], author text, authored_at timestamp with time zone, message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pggit.write_tree() FROM PUBLIC;
