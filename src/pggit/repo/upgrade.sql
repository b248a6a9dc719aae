-- Moves the rows of the old engine's tables (schema pggit_before_upgrade) into the new one's, by the columns that both have.
do $$
declare
  relation record;
  access record;
begin
  for relation in
    select c.relname,
      string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    join pg_class as o on o.relname = c.relname and o.relnamespace = 'pggit_before_upgrade'::regnamespace and o.relkind = 'r'
    join pg_attribute as oa on oa.attrelid = o.oid and oa.attname = a.attname and not oa.attisdropped
    where c.relnamespace = 'pggit'::regnamespace and c.relkind = 'r'
    group by c.relname
  loop
    execute format('alter table pggit.%1$I disable trigger user; insert into pggit.%1$I (%2$s) select %2$s from pggit_before_upgrade.%1$I; '
      'alter table pggit.%1$I enable trigger user', relation.relname, relation.columns);
    execute format('alter table pggit.%I enable replica trigger leave_out_replicated', relation.relname);
  end loop;
  alter table pggit.capture enable always trigger read_touched;
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
  for access in select a.level, a.role from pggit.access as a join pg_roles as r on r.rolname = a.role loop
    perform pggit.grant_access(access.level, access.role);
  end loop;
end $$;
drop schema pggit_before_upgrade cascade;
