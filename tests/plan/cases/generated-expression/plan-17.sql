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
-- HAZARD recreate: column public.t.g is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t drop column g;
commit;

-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column g: it is computed for each row
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t add column g integer generated always as ((a * 3)) stored;
reset lock_timeout;

-- HAZARD index-build: index i is built over the rows of table public.t
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently i on public.t using btree (g);

begin;
create view public.v (g) as
 SELECT t.g
   FROM public.t;
commit;
