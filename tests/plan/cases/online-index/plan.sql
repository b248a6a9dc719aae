-- HAZARD index-build: index pggit_index_b82bfe391152 is built over the rows of table public.t
-- HAZARD recreate: index public.changed is dropped and made again
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently pggit_index_b82bfe391152 on public.t using btree (b, a);

-- ShareUpdateExclusiveLock on table public.t: stops other DDL
drop index concurrently if exists public.changed;

begin;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter index public.pggit_index_b82bfe391152 rename to changed;
commit;

-- HAZARD index-build: index added is built over the rows of table public.t
-- HAZARD may-fail: rows of table public.t may not be unique in index added
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create unique index concurrently added on public.t using btree ((lower(b))) where (a > 3);

begin;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
comment on index public.added is 'new';
commit;

-- ShareUpdateExclusiveLock on table public.t: stops other DDL
drop index concurrently if exists public.gone;
