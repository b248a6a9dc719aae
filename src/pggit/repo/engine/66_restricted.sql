-- Statements that run code of a table's owner (casts, CHECKs, generated columns), with the rights of that role and in a context that
-- it cannot leave: SET ROLE could be undone. PostgreSQL's own is a security-restricted operation, which SQL enters by REFRESH
-- MATERIALIZED VIEW (src/pggit/db/restricted.py does the same where there is no engine).

-- Whether a role can do all that another can. Since 16 members may be so without SET ROLE.
create function pggit.holds(role oid, other oid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select pg_has_role(role, other, case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end)
$$;

-- Whether code of a role may run with the rights of this session: a superuser's, the session's own role's, and that of a role with all
-- its rights. What counts is session_user, as code can RESET ROLE.
create function pggit.runs_as_caller(owner name) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select r.rolsuper or r.rolname = session_user or pggit.holds(r.oid, me.oid) from pg_roles as r cross join pg_roles as me
  where r.rolname = owner and me.rolname = session_user
$$;

-- Whether a role has rights that another lacks: the owner of a database is trusted by roles of which that cannot be said.
create function pggit.outranks(role name, other name) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select me.rolsuper or (me.rolcreaterole and not r.rolcreaterole) or (me.rolreplication and not r.rolreplication)
    or (me.rolbypassrls and not r.rolbypassrls)
    or exists (
      select from pg_roles as p
      where p.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_read_all_data',
          'pg_write_all_data', 'pg_signal_backend', 'pg_maintain', 'pg_create_subscription')
        and pg_has_role(me.oid, p.oid, 'member') and not pggit.holds(r.oid, p.oid))
  from pg_roles as me cross join pg_roles as r where me.rolname = role and r.rolname = other
$$;

-- The search_path that a role has in this database, without schemas in which a less trusted role may create objects.
create function pggit.path_of(owner name) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
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
$$;

-- Refuses a table whose partitions or children belong to a role that is less trusted than the one with whose rights rows of all of them
-- are changed.
create function pggit.require_own_children(relation regclass) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
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

-- Runs a statement on what a role owns; returns how many rows it changed.
create function pggit.run_as_owner(owner name, statement text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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
end $$;
