begin;
-- HAZARD recreate: view public.outer_one is dropped and made again
-- AccessExclusiveLock on view public.outer_one: stops reads and writes
set local lock_timeout = 3000;
drop view public.outer_one;
-- HAZARD recreate: view public.inner_one is dropped and made again
-- AccessExclusiveLock on view public.inner_one: stops reads and writes
drop view public.inner_one;
create view public.outer_one (id, a) as
 SELECT t.id,
    t.a
   FROM public.t;
create view public.inner_one (id) as
 SELECT outer_one.id
   FROM public.outer_one;
commit;
