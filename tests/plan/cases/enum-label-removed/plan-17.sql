begin;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
commit;

-- HAZARD recreate: index public.i is dropped and made again
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
drop index concurrently if exists public.i;

begin;
-- HAZARD recreate: constraint c on public.t is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t drop constraint c;
-- HAZARD recreate: function public.f(public.e) is dropped and made again
drop function public.f(public.e);
-- HAZARD recreate: attribute public.pair.x is dropped and made again
-- AccessExclusiveLock on composite public.pair: stops reads and writes
alter type public.pair drop attribute x;
-- HAZARD recreate: domain public.d is dropped and made again
drop domain public.d;
alter type public.e rename to "e__pggit_old";
create type public.e as enum ('a', 'c');
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column many drop default;
commit;

-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column many: USING computes a new value for each row
-- HAZARD may-fail: column many of table public.t: a value may have no counterpart from public.e[] to public.e
-- HAZARD data-loss: what values of column many of table public.t lose from public.e[] to public.e
-- HAZARD not-reversible: no statement brings back: what values of column many of table public.t lose from public.e[] to public.e
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t alter column many type public.e[] using many::text::public.e[];
reset lock_timeout;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column many set default '{a}'::public.e[];
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column x drop default;
commit;

-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column x: USING computes a new value for each row
-- HAZARD may-fail: column x of table public.t: a value may have no counterpart from public.e to public.e
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t alter column x type public.e using x::text::public.e;
reset lock_timeout;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column x set default 'a'::public.e;
-- HAZARD recreate: enum public.e is dropped and made again
drop type public."e__pggit_old";
-- HAZARD privileges: acl pg_monitor on enum public.e changes
revoke all on type public.e from pg_monitor;
-- HAZARD privileges: acl pg_monitor on enum public.e changes
grant usage on type public.e to pg_monitor;
comment on type public.e is 'the type';
create domain public.d as public.e;
-- AccessExclusiveLock on composite public.pair: stops reads and writes
alter type public.pair add attribute x public.e cascade;
-- HAZARD runs-code: function public.f(public.e): its body is code that runs with the rights of who calls it
create function public.f(public.e)
returns public.e
language sql
as $$select $1$$;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t add constraint c check ((x <> 'c'::public.e)) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint c
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint c;

-- HAZARD index-build: index i is built over the rows of table public.t
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently i on public.t using btree (x) where (x = 'a'::public.e);

begin;
-- HAZARD runs-code: view public.v: public.f() runs whenever it is used
create view public.v (y) as
 SELECT public.f(t.x) AS y
   FROM public.t
  WHERE (t.x = 'a'::public.e);
commit;
