begin;
create table public.base (
    id bigint not null,
    a integer
);
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
alter table public.base add constraint base_pkey primary key (id);
-- HAZARD data-loss: the rows of table public.t
-- HAZARD not-reversible: no statement brings back: the rows of table public.t
-- AccessExclusiveLock on table public.t: stops reads and writes
drop table public.t;
create view public.t (id, a) as
 SELECT base.id,
    base.a
   FROM public.base;
create view public.v (a) as
 SELECT t.a
   FROM public.t;
commit;
