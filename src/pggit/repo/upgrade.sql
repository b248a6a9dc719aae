-- Moves the rows of the old engine's tables (schema pggit_before_upgrade) into the new one's, by the columns that both have.
do $$
declare
  relation record;
  access record;
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
    where c.relnamespace = 'pggit'::regnamespace and c.relkind = 'r'
    group by c.relname
  loop
    execute format('alter table pggit.%1$I disable trigger user; insert into pggit.%1$I (%2$s) select %2$s from pggit_before_upgrade.%1$I; '
      'alter table pggit.%1$I enable trigger user', relation.relname, relation.columns);
    execute format('alter table pggit.%I enable replica trigger leave_out_replicated', relation.relname);
  end loop;
  alter table pggit.capture enable always trigger read_touched;
  alter table pggit.ref disable trigger guard_branch;
  perform pggit.set_aside_refs();
  perform pggit.set_aside_commits();
  alter table pggit.ref enable trigger guard_branch;
  perform pggit.set_aside_said();
  foreach checking in array taken_off loop
    execute checking;
  end loop;
  perform setval('pggit.capture_id', (select last_value from pggit_before_upgrade.capture_id));
  for access in select a.level, a.role from pggit.access as a join pg_roles as r on r.rolname = a.role loop
    perform pggit.grant_access(access.level, access.role);
  end loop;
end $$;
drop schema pggit_before_upgrade cascade;
