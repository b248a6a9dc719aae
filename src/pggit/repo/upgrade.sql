-- Moves the rows of the old engine's tables (schema pggit_before_upgrade) into the new one's, by the columns that both have.
do $$
declare
  relation record;
  access record;
  later name[] := '{}';  -- functions of the old engine that only the new one gives to a level
  taken_off text[];
  checking text;
begin
  -- an older engine let in what these refuse: they are put on again when that is set aside
  select array_agg(format('alter table pggit.%I add constraint %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) order by k.conname) into taken_off
  from pg_constraint as k join pg_class as c on c.oid = k.conrelid
  where c.relnamespace = 'pggit'::regnamespace and k.conname in ('blob_depth', 'commit_parents', 'ref_name', 'ref_target');
  alter table pggit.blob drop constraint blob_depth;
  alter table pggit.commit drop constraint commit_parents;
  alter table pggit.ref drop constraint ref_name, drop constraint ref_target;
  for relation in
    select c.relname,
      string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    join pg_class as o on o.relname = c.relname and o.relnamespace = 'pggit_before_upgrade'::regnamespace and o.relkind = 'r'
    join pg_attribute as oa on oa.attrelid = o.oid and oa.attname = a.attname and not oa.attisdropped
    where c.relnamespace = 'pggit'::regnamespace and c.relkind = 'r' and c.relname <> 'access'
    group by c.relname
  loop
    execute format('alter table pggit.%1$I disable trigger user; insert into pggit.%1$I (%2$s) select %2$s from pggit_before_upgrade.%1$I; '
      'alter table pggit.%1$I enable trigger user', relation.relname, relation.columns);
    execute format('alter table pggit.%I enable replica trigger leave_out_replicated', relation.relname);
  end loop;
  alter table pggit.capture enable always trigger read_touched;
  -- an engine that knew roles by name only: the columns have the oid of whoever upgrades, by default
  if not exists (select from pg_attribute as a where a.attrelid = 'pggit_before_upgrade.reflog'::regclass and a.attname = 'role') then
    perform pggit.find_roles();
  end if;
  perform setval(pg_get_serial_sequence('pggit.transaction', 'id'), coalesce((select max(t.id) from pggit.transaction as t), 0) + 1, false);
  alter table pggit.ref disable trigger guard_branch;
  perform pggit.set_aside_refs();
  perform pggit.set_aside_commits();
  alter table pggit.ref enable trigger guard_branch;
  perform pggit.set_aside_said();
  foreach checking in array taken_off loop
    execute checking;
  end loop;
  perform setval('pggit.capture_id', (select last_value from pggit_before_upgrade.capture_id));
  insert into pggit.lock values ('apply', hashtextextended('pggit apply', 0)) on conflict on constraint lock_pkey do nothing;
  -- what an older engine kept was known by comments, which any owner of a relation can write: what they say is data
  for relation in
    select c.relname, obj_description(c.oid, 'pg_class') as note from pg_class as c
    where c.relnamespace = to_regnamespace('pggit_stash') and c.relkind in ('r', 'S') and c.relname ~ '^kept_\d{1,9}$'
      and not exists (select from pggit.stash as s where s.name = c.relname)
  loop
    begin
      insert into pggit.stash (name, about) select relation.relname, relation.note::jsonb
      where jsonb_typeof(relation.note::jsonb -> 'key') = 'string';
    exception when others then
      continue;
    end;
  end loop;
  begin
    if to_regnamespace('pggit_stash') is not null then
      execute format('alter schema pggit_stash owner to %I', (select pg_get_userbyid(n.nspowner) from pg_namespace as n where n.nspname = 'pggit'));
    end if;
  exception when insufficient_privilege then
    null;  -- it belongs to another role: keeping says so
  end;

  -- version 1 recorded roles by name alone
  if exists (select from pg_attribute as a where a.attrelid = 'pggit_before_upgrade.access'::regclass and a.attname = 'role_oid') then
    insert into pggit.access select a.* from pggit_before_upgrade.access as a;
  else
    later := '{request_authors}';
    insert into pggit.access (role, role_oid, level)
    select a.role, r.oid, a.level from pggit_before_upgrade.access as a join pg_roles as r on r.rolname = a.role;
  end if;
  delete from pggit.access as a using pggit.access_roles() as k where a.role = k.recorded and k.role_oid is null;
  update pggit.access as a set role = a.role_oid::text, role_oid = k.role_oid from pggit.access_roles() as k where a.role = k.recorded and a.role <> k.role;
  update pggit.access as a set role = r.rolname from pg_roles as r where r.oid = a.role_oid and a.role <> r.rolname;
  -- what was taken by hand stays taken: of what the old engine had, a role gets only what it had there
  for access in select k.level, k.role_oid from pggit.access_roles() as k where k.role_oid is not null loop
    perform pggit.give_rights(access.role_oid, array(
      select r from pggit.rights(access.level) as r
      where exists (select from pg_namespace as n cross join lateral aclexplode(n.nspacl) as g
                    where n.nspname = 'pggit_before_upgrade' and g.grantee = access.role_oid and g.privilege_type = 'USAGE')
        and not exists (
          select from pg_proc as p join pg_proc as o on o.proname = p.proname and o.proargtypes = p.proargtypes
          where p.oid = r.objid and r.class = 'pg_proc'::regclass and p.proname <> all (later) and o.pronamespace = 'pggit_before_upgrade'::regnamespace
            and not exists (select from aclexplode(o.proacl) as g where g.grantee = access.role_oid and g.privilege_type = r.privilege))
        and not exists (
          select from pg_class as c join pg_class as o on o.relname = c.relname
          where c.oid = r.objid and r.class = 'pg_class'::regclass and o.relnamespace = 'pggit_before_upgrade'::regnamespace
            and not exists (select from aclexplode(o.relacl) as g where g.grantee = access.role_oid and g.privilege_type = r.privilege))));
  end loop;
end $$;
drop schema pggit_before_upgrade cascade;
