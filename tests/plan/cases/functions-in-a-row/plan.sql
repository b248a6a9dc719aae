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
create function public.low(integer, more integer default 0)
returns bigint
language sql
immutable
as $$select $1::bigint$$;
create function public.high(integer)
returns bigint
language sql
BEGIN ATOMIC
 SELECT public.low($1) AS low;
END;
commit;

-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column b: it is computed for each row
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t add column b integer generated always as (public.low(3)) stored;
reset lock_timeout;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table only public.t alter column a set default public.low(1);
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t add constraint t_id_check check ((public.low(id) > 0)) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint t_id_check
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint t_id_check;

-- HAZARD index-build: index i is built over the rows of table public.t
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently i on public.t using btree ((public.low(a)));

begin;
create view public.v (x) as
 SELECT public.high(a) AS x
   FROM public.t;
commit;
