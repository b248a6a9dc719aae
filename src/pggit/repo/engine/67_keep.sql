-- Data that a plan would drop is kept in schema pggit_stash, each table, column or sequence as a relation kept_N, and comes back
-- when what held it does. What each was is in pggit.stash; the comment of the relation repeats it for people, and is not read.
-- These run with the rights of the caller, who may drop what they keep. The schema belongs to the owner of the engine.

-- Makes schema pggit_stash if it is not there, and lets a role of the session put relations into it.
create function pggit.keep_schema(keeper name) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Records what a relation is that was just put into pggit_stash by a role of the session.
create function pggit.record_kept(kept text, about jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if jsonb_typeof(about -> 'key') is distinct from 'string' or not exists (
    select from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = 'pggit_stash' and pg_get_userbyid(n.nspowner) = current_user and c.relname = kept and c.relkind in ('r', 'S')
      and kept ~ '^kept_\d{1,9}$' and pg_has_role(session_user, c.relowner, 'member')) then
    perform pggit.fail('PG006', format('%s is not a relation of this role in schema pggit_stash', kept));
  end if;
  delete from pggit.stash as s where s.name = kept and to_regclass(format('pggit_stash.%I', s.name)) is null;
  insert into pggit.stash (name, about) values (kept, record_kept.about);
end $$;

-- Forgets what is kept under a name, after the relation is gone.
create function pggit.forget_kept(kept text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$ delete from pggit.stash as s where s.name = kept and to_regclass(format('pggit_stash.%I', kept)) is null $$;

-- The relation that is kept under a name; null if there is none. It stays locked, and reading it runs nobody's code: its owner may
-- be another role than the caller.
create function pggit.stashed(kept text) returns regclass
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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

-- Writes down what a kept relation is.
create function pggit.keep_note(relation regclass, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp set "TimeZone" = 'UTC'
as $$
declare
  noted jsonb := about || jsonb_build_object('at', to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'by', session_user);
begin
  perform pggit.record_kept((select c.relname from pg_class as c where c.oid = relation), noted);
  execute format('comment on %s %s is %L', case when (select c.relkind from pg_class as c where c.oid = relation) = 'S' then 'sequence' else 'table' end,
    relation, noted);
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
end $$;

-- Puts a sequence that is dropped by its name into pggit_stash.
create function pggit.keep_sequence(sequence text, kept text, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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

-- Puts the kept rows into a table that was just made, before anything else hangs on it. It belongs to the owner of the rows first: what
-- checks and computes them is that role's.
create function pggit.return_rows(kept text, relation text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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

-- Ends the return of a table: sequences of its columns go on where they were, and nothing is kept any more.
create function pggit.return_places(kept text, relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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

-- Gives the rows of a table the kept values of a column that was just added. The table's triggers do not fire.
create function pggit.return_values(kept text, relation text, "column" text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Lets a sequence that was just made go on where the kept one was.
create function pggit.return_place(kept text, sequence text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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

-- What is kept, the oldest first: name, what it was, the owner, and how much it takes.
create function pggit.kept() returns table (name text, about jsonb, owner text, bytes bigint)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select s.name, s.about, pg_get_userbyid(c.relowner)::text, pg_total_relation_size(c.oid)
  from pggit.stash as s
  join pg_namespace as n on n.nspname = 'pggit_stash' and n.nspowner = (select e.nspowner from pg_namespace as e where e.nspname = 'pggit')
  join pg_class as c on c.relname = s.name and c.relnamespace = n.oid and c.relkind in ('r', 'S')
  order by substr(s.name, 6)::integer
$$;

-- Deletes what is kept under a name, for good.
create function pggit.drop_kept(name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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
