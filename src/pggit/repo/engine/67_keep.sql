-- Data that a plan would drop is kept in schema pggit_stash, each table, column or sequence as a relation kept_N, and comes back
-- when what held it does. The comment of the relation says what it was (JSON), so no table lists them: a publication
-- FOR ALL TABLES would send that table's rows to subscribers that have no such table.
-- These run with the rights of the caller, who may drop what they keep.

-- Makes schema pggit_stash where it is not there.
create function pggit.keep_schema() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if to_regnamespace('pggit_stash') is null then
    create schema pggit_stash;
  end if;
end $$;

-- Writes down what a kept relation is.
create function pggit.keep_note(relation regclass, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp set "TimeZone" = 'UTC'
as $$
begin
  execute format('comment on %s %s is %L', case when (select c.relkind from pg_class as c where c.oid = relation) = 'S' then 'sequence' else 'table' end,
    relation, about || jsonb_build_object('at', to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'by', session_user));
end $$;

-- The columns by which rows of a table are told apart without one of its columns: a key that is never null. Null where
-- there is none, or where tables that inherit may hold the same key again.
create function pggit.row_key(relation text, leaving text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
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

-- The statements that take from a table all that others could need or be needed by: what is left is columns of
-- PostgreSQL's own types.
create function pggit.strip_statements(this regclass) returns setof text
language sql stable set search_path = pg_catalog, pg_temp
as $$
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
$$;

-- Puts a table that is dropped by its name into pggit_stash, without copying its rows. A table without rows is dropped.
create function pggit.keep_table(relation text, kept text, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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
  perform pggit.keep_schema();
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
    execute statement;
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

-- Copies the values of a column, with the key of each row, before the column is dropped in the same transaction.
-- Unlogged while it is filled: rows that arrive by a rewrite are not sent to subscribers.
create function pggit.keep_column(relation text, "column" text, kept text, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  this regclass := relation::regclass;
  is_empty boolean;
  key text[];
  target text := format('pggit_stash.%I', kept);
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
  perform pggit.keep_schema();
  execute format('create unlogged table %s as select %s from %s', target, (
    select string_agg(format(case when t.typnamespace = 'pg_catalog'::regnamespace then '%1$I' else '%1$I::text collate pg_catalog."default" as %1$I' end, a.attname), ', ')
    from pg_attribute as a join pg_type as t on t.oid = a.atttypid
    where a.attrelid = this and (a.attname = any (key) or a.attname = "column")), this);
  execute format('alter table %s set logged', target);
  perform pggit.keep_note(target::regclass, about || jsonb_build_object('key_columns', key,
    'type', (select format_type(a.atttypid, a.atttypmod) from pg_attribute as a where a.attrelid = this and a.attname = "column")));
end $$;

-- Puts a sequence that is dropped by its name into pggit_stash.
create function pggit.keep_sequence(sequence text, kept text, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  this regclass := sequence::regclass;
  grantee text;
begin
  perform pggit.keep_schema();
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

-- Puts the kept rows into a table that was just made, before anything else hangs on it.
create function pggit.return_rows(kept text, relation text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  source regclass := to_regclass(format('pggit_stash.%I', kept));
  names text;
  "values" text;
  counted bigint;
begin
  if source is null then
    return 0;
  end if;
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum), string_agg(format('%I::%s', a.attname, format_type(b.atttypid, b.atttypmod)), ', ' order by a.attnum)
  into names, "values"
  from pg_attribute as a join pg_attribute as b on b.attrelid = relation::regclass and b.attname = a.attname
  where a.attrelid = source and a.attnum > 0 and not a.attisdropped;
  if names is null then  -- rows without columns
    execute format('insert into %s select from %s', relation::regclass, source);
  else
    execute format('insert into %s (%s) overriding system value select %s from %s', relation::regclass, names, "values", source);
  end if;
  get diagnostics counted = row_count;
  return counted;
end $$;

-- Ends the return of a table: sequences of its columns go on where they were, and nothing is kept any more.
create function pggit.return_places(kept text, relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  source regclass := to_regclass(format('pggit_stash.%I', kept));
  place record;
begin
  if source is null then
    return;
  end if;
  for place in select p.key as "column", p.value from jsonb_each(obj_description(source, 'pg_class')::jsonb -> 'places') as p loop
    perform setval(coalesce(pg_get_serial_sequence(relation, place."column")::regclass, to_regclass(place.value ->> 'sequence')),
      (place.value ->> 'value')::bigint, (place.value ->> 'called')::boolean);
  end loop;
  execute format('drop table %s', source);
end $$;

-- Gives the rows of a table the kept values of a column that was just added. The table's triggers do not fire.
create function pggit.return_values(kept text, relation text, "column" text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  source regclass := format('pggit_stash.%I', kept)::regclass;
  this regclass := relation::regclass;
  key text[] := array(select jsonb_array_elements_text(obj_description(source, 'pg_class')::jsonb -> 'key_columns'));
  off record;
  enabling text[] := '{}';
  again text;
  counted bigint;
begin
  for off in select t.tgname, t.tgenabled from pg_trigger as t where t.tgrelid = this and not t.tgisinternal and t.tgenabled in ('O', 'A') loop
    execute format('alter table %s disable trigger %I', this, off.tgname);
    enabling := enabling || format('alter table %s enable %s trigger %I', this, case off.tgenabled when 'A' then 'always' else '' end, off.tgname);
  end loop;
  execute format('update %s as t set %I = k.%I::%s from %s as k where %s', this, "column", "column",
    (select format_type(a.atttypid, a.atttypmod) from pg_attribute as a where a.attrelid = this and a.attname = "column"), source,
    (select string_agg(format('t.%1$I = k.%1$I::%2$s', n.name, format_type(a.atttypid, a.atttypmod)), ' and ')
     from unnest(key) as n(name) join pg_attribute as a on a.attrelid = this and a.attname = n.name));
  get diagnostics counted = row_count;
  foreach again in array enabling loop
    execute again;
  end loop;
  execute format('drop table %s', source);
  return counted;
end $$;

-- Lets a sequence that was just made go on where the kept one was.
create function pggit.return_place(kept text, sequence text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  source regclass := to_regclass(format('pggit_stash.%I', kept));
begin
  if source is null then
    return;
  end if;
  execute format('select setval(%L, last_value, is_called) from %s', sequence, source);
  execute format('drop sequence %s', source);
end $$;

-- What is kept: name, what it was, when, and how much it takes.
create function pggit.kept() returns table (name text, about jsonb, bytes bigint)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select c.relname::text, obj_description(c.oid, 'pg_class')::jsonb, pg_total_relation_size(c.oid)
  from pg_class as c
  where c.relnamespace = to_regnamespace('pggit_stash') and c.relkind in ('r', 'S') and c.relname ~ '^kept_\d+$'
  order by substr(c.relname, 6)::integer
$$;

-- Deletes what is kept under a name, for good.
create function pggit.drop_kept(name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  found text := (select format('%s %s', case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass)
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where n.nspname = 'pggit_stash' and c.relname = drop_kept.name and c.relkind in ('r', 'S'));
begin
  if found is null then
    raise exception using errcode = 'PG003', message = format('nothing is kept as %s', name), hint = 'pggit stash kept shows what is.';
  end if;
  execute 'drop ' || found;
end $$;
