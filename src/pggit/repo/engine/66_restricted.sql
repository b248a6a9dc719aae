-- Statements that run code of a table's owner (casts, CHECKs, generated columns), with the rights of that role and in a context that
-- it cannot leave: SET ROLE could be undone. PostgreSQL's own is a security-restricted operation, which SQL enters by REFRESH
-- MATERIALIZED VIEW (src/pggit/db/restricted.py does the same where there is no engine).

-- Whether code of a role may run with the rights of this session: a superuser's, the session's own role's, and that of a role with all
-- its rights. What counts is session_user, as code can RESET ROLE.
create function pggit.runs_as_caller(owner name) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select r.rolsuper or r.rolname = session_user or pg_has_role(r.oid, session_user, 'member') from pg_roles as r where r.rolname = owner
$$;

-- The search_path that a role has in this database, as far as no other role may create objects in its schemas.
create function pggit.path_of(owner name) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with written as (
    select coalesce((
      select substr(c.setting, 13) from pg_db_role_setting as s cross join lateral unnest(s.setconfig) as c(setting)
      where starts_with(c.setting, 'search_path=') and s.setdatabase in (0, (select d.oid from pg_database as d where d.datname = current_database()))
        and s.setrole in (0, (select r.oid from pg_roles as r where r.rolname = owner))
      order by s.setrole <> 0 desc, s.setdatabase <> 0 desc limit 1), (select s.reset_val from pg_settings as s where s.name = 'search_path')) as path
  ), named as (
    select m.number, case when m.part[1] = '$user' then owner::text else coalesce(replace(m.part[1], '""', '"'), lower(m.part[2])) end as name
    from written cross join lateral regexp_matches(written.path, '"((?:[^"]|"")*)"|([^",\s]+)', 'g') with ordinality as m(part, number)
  )
  select concat_ws(', ', 'pg_catalog', string_agg(quote_ident(n.nspname), ', ' order by named.number), 'pg_temp')
  from named join pg_namespace as n on n.nspname = named.name and not starts_with(n.nspname::text, 'pg_')
  where not exists (
    select from (
      select n.nspowner as oid
      union all select a.grantee from aclexplode(n.nspacl) as a where a.privilege_type = 'CREATE') as creator
    left join pg_roles as c on c.oid = creator.oid
    where c.rolname is null or not (c.rolsuper or c.rolname in ('pg_database_owner', owner)
      or c.oid = (select d.datdba from pg_database as d where d.datname = current_database())
      or pg_has_role(c.oid, (select o.oid from pg_roles as o where o.rolname = owner), 'member')))
$$;

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
