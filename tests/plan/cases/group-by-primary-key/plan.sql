begin;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- HAZARD recreate: constraint t_pkey on public.t is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop constraint t_pkey;
commit;

-- HAZARD index-build: index t_pkey is built over the rows of table public.t
-- HAZARD may-fail: rows of table public.t may not be unique in index t_pkey
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create unique index concurrently t_pkey on public.t (id);

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint t_pkey primary key using index t_pkey deferrable;
create view public.v (id, a) as
 SELECT id,
    a
   FROM public.t
  GROUP BY id, a;
commit;
