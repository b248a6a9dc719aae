begin;
-- HAZARD recreate: publication table public.t in publication p is dropped and made again
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter publication p drop table only public.t;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column a: every value is converted
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column a type bigint;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter publication p add table only public.t (a, id) where ((a > 3));
commit;
