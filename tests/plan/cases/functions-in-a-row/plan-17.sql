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
-- HAZARD recreate: constraint t_id_check on public.t is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t drop constraint t_id_check;
-- HAZARD recreate: default public.t.a is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column a drop default;
-- HAZARD recreate: column public.t.b is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop column b;
-- HAZARD recreate: function public.high(integer) is dropped and made again
drop function public.high(integer);
drop function public.low(integer);
-- HAZARD runs-code: function public.low(integer,integer): its body is code that runs with the rights of who calls it
create function public.low(integer, more integer default 0)
returns bigint
language sql
immutable
as $$select $1::bigint$$;
-- HAZARD runs-code: function public.high(integer): its body is code that runs with the rights of who calls it
-- HAZARD runs-code: function public.high(integer): public.low() runs whenever it is used
create function public.high(integer)
returns bigint
language sql
BEGIN ATOMIC
 SELECT public.low($1) AS low;
END;
commit;

-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column b: it is computed for each row
-- HAZARD runs-code: column public.t.b: public.low() runs while the plan is applied
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t add column b integer generated always as (public.low(3)) stored;
reset lock_timeout;

begin;
-- HAZARD runs-code: default public.t.a: public.low() runs whenever it is used
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table only public.t alter column a set default public.low(1);
-- HAZARD runs-code: constraint t_id_check on public.t: public.low() runs while the plan is applied
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t add constraint t_id_check check ((public.low(id) > 0)) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint t_id_check
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint t_id_check;

-- HAZARD index-build: index i is built over the rows of table public.t
-- HAZARD runs-code: index public.i: public.low() runs while the plan is applied
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently i on public.t using btree ((public.low(a)));

begin;
-- HAZARD runs-code: view public.v: public.high() runs whenever it is used
create view public.v (x) as
 SELECT public.high(t.a) AS x
   FROM public.t;
commit;
