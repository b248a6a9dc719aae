begin;
-- HAZARD recreate: function public.f() is dropped and made again
drop function public.f();
-- HAZARD recreate: view public.four is dropped and made again
-- AccessExclusiveLock on view public.four: stops reads and writes
set local lock_timeout = 3000;
drop view public.four;
-- HAZARD recreate: materialized view public.three is dropped and made again
-- AccessExclusiveLock on materialized view public.three: stops reads and writes (about 20 rows, 32 kB)
drop materialized view public.three;
-- HAZARD recreate: view public.two is dropped and made again
-- AccessExclusiveLock on view public.two: stops reads and writes
drop view public.two;
-- HAZARD recreate: view public.one is dropped and made again
-- AccessExclusiveLock on view public.one: stops reads and writes
drop view public.one;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column a: every value is converted
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column a type bigint;
create view public.one (id, a) as
 SELECT t.id,
    t.a
   FROM public.t;
create view public.two (id, more) as
 SELECT one.id,
    (one.a + 1) AS more
   FROM public.one;
-- HAZARD privileges: acl pg_monitor on view public.two changes
revoke all on table public.two from pg_monitor;
-- HAZARD privileges: acl pg_monitor on view public.two changes
grant select on table public.two to pg_monitor;
comment on column public.two.more is 'one more';
comment on view public.two is 'second';
create materialized view public.three (more) as
 SELECT two.more
   FROM public.two;
create view public.four (more) as
 SELECT three.more
   FROM public.three;
-- HAZARD runs-code: function public.f(): its body is code that runs with the rights of who calls it
create function public.f()
returns setof public.four
language sql
as $$select * from four$$;
commit;

begin;
-- HAZARD privileges: view public.four: the owner changes
alter view public.four owner to pg_monitor;
-- HAZARD privileges: acl pg_monitor on column public.four.more changes
revoke all (more) on table public.four from pg_monitor;
-- HAZARD privileges: acl pg_monitor on column public.four.more changes
grant select (more) on table public.four to pg_monitor;
commit;

-- HAZARD index-build: index three_i is built over the rows of materialized view public.three
create index three_i on public.three using btree (more);
