-- The control database of a role's pools: what they keep ready, and claiming it.
-- It belongs to the role, PUBLIC may not connect to it, and its functions run with the rights of who calls them.

-- name: install
create schema pggit_pool;

create table pggit_pool.control (form integer not null);

create table pggit_pool.pool (
  id integer generated always as identity primary key,
  name text not null unique,
  template text not null,
  template_owner oid, -- when the pool was defined: a template of that name of another role is another one
  size integer not null check (size > 0),
  problem text -- why the filler cannot fill it; null: it can
);

-- Databases that wait. A row comes in the transaction that gives the database its name and its label, and goes in the
-- one that takes them away.
create table pggit_pool.ready (
  database oid primary key,
  name name not null,
  owner oid not null,
  pool integer not null references pggit_pool.pool on delete cascade,
  template text not null,
  label jsonb not null,
  made_at timestamptz not null default pg_catalog.now()
);
create index on pggit_pool.ready (pool, made_at);

-- Whether a database is still as it was put there: nobody renamed it, gave it away or let anybody in.
create function pggit_pool.untouched(ready pggit_pool.ready) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pg_database as d
    where d.oid = ready.database and d.datname = ready.name and d.datdba = ready.owner and not d.datallowconn)
$$;

-- Hand out a database: take its row, give it its name and label, let people in, wake the filler; all or nothing.
-- Rows that somebody else is just claiming are skipped. No row comes back where none is ready.
create function pggit_pool.claim(pool_name text, called text, patch jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  found_pool pggit_pool.pool;
  taken pggit_pool.ready;
  label jsonb;
begin
  select * into found_pool from pggit_pool.pool as p where p.name = pool_name;
  if not found then
    return null;
  end if;
  perform pg_notify('pggit_pool', pool_name);
  loop
    select r.* into taken from pggit_pool.ready as r
      where r.pool = found_pool.id and r.template = found_pool.template
      order by r.made_at limit 1 for update skip locked;
    if not found then
      return jsonb_build_object('template', found_pool.template);
    end if;
    delete from pggit_pool.ready as r where r.database = taken.database;
    exit when pggit_pool.untouched(taken);
  end loop;
  if current_setting('synchronous_commit') = 'off' then
    -- a crash that forgot the claim would bring back as ready what its new owner has written to
    perform set_config('synchronous_commit', 'on', true);
  end if;
  label := taken.label || patch;
  execute format('alter database %I rename to %I', taken.name, called);
  execute format('comment on database %I is %L', called, 'pgGit ' || (label - 'more')::text);
  execute format('alter database %I allow_connections true', called);
  return label;
end
$$;

insert into pggit_pool.control values (2);

-- name: to_form_2
alter table pggit_pool.pool add column template_owner oid;
update pggit_pool.pool as p set template_owner = (select d.datdba from pg_catalog.pg_database as d where d.datname = p.template);
update pggit_pool.control set form = 2

-- name: form
select form from pggit_pool.control

-- name: define
insert into pggit_pool.pool as p (name, template, template_owner, size)
select %(name)s, %(template)s::text, (select d.datdba from pg_catalog.pg_database as d where d.datname = %(template)s::text), %(size)s
on conflict (name) do update set template = excluded.template, size = excluded.size, problem = null,
  template_owner = case when p.template = excluded.template then p.template_owner else excluded.template_owner end
returning p.id

-- name: is_of_owner
select exists (
  select from pggit_pool.pool as p join pg_catalog.pg_database as d on d.datname = p.template and d.datdba = p.template_owner
  where p.id = %(pool)s and p.template = %(template)s::text)

-- name: undefine
with gone as (delete from pggit_pool.pool where name = %(name)s returning id, name)
select id, pg_catalog.pg_notify('pggit_pool', name) from gone

-- name: pools
select p.id, p.name, p.template, p.size, p.problem,
  (select pg_catalog.count(*) from pggit_pool.ready as r where r.pool = p.id and r.template = p.template)
from pggit_pool.pool as p where p.name = %(name)s or %(name)s::text is null order by p.name

-- name: wake
select pg_catalog.pg_notify('pggit_pool', %(name)s)

-- name: problem
update pggit_pool.pool set problem = %(problem)s where id = %(id)s and problem is distinct from %(problem)s

-- name: put
insert into pggit_pool.ready (database, name, owner, pool, template, label)
select d.oid, d.datname, d.datdba, p.id, p.template, %(label)s::jsonb
from pggit_pool.pool as p, pg_catalog.pg_database as d
where p.id = %(pool)s and p.template = %(template)s and d.datname = %(name)s
returning database

-- name: forget
delete from pggit_pool.ready as r where not pggit_pool.untouched(r)

-- name: surplus
delete from pggit_pool.ready as r using (
  select s.database from pggit_pool.ready as s
  where s.database in (
    select numbered.database from (
      select t.database, t.template = p.template as fits,
        pg_catalog.row_number() over (partition by t.template order by t.made_at) as number, p.size
      from pggit_pool.ready as t join pggit_pool.pool as p on p.id = t.pool where p.id = %(pool)s) as numbered
    where not numbered.fits or numbered.number > numbered.size)
  for update skip locked) as spare
where r.database = spare.database

-- name: names
select name from pggit_pool.ready where pool = %(id)s

-- name: known
select database from pggit_pool.ready

-- name: try_lock
select pg_catalog.pg_try_advisory_lock(%(class)s, %(pool)s)

-- name: holder
select pid from pg_catalog.pg_locks
where locktype = 'advisory' and classid = %(class)s and objid = %(pool)s and objsubid = 2 and granted
  and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())

-- name: sessions
select a.pid, a.application_name from pg_catalog.pg_stat_activity as a
where a.datname = pg_catalog.current_database() and pg_catalog.starts_with(a.application_name, 'pggit pool ')

-- name: claim
select pggit_pool.claim(%(pool)s, %(name)s, %(patch)s::jsonb)
