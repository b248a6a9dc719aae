-- renamed: index public.old_name → index public.new_name


begin;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter index public.old_name rename to new_name;
commit;

-- HAZARD index-build: index pggit_index_b82bfe391152 is built over the rows of table public.t
-- HAZARD recreate: index public.changed is dropped and made again
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently pggit_index_b82bfe391152 on public.t using btree (b desc, a);

-- ShareUpdateExclusiveLock on table public.t: stops other DDL
drop index concurrently if exists public.changed;

begin;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter index public.pggit_index_b82bfe391152 rename to changed;
commit;

-- HAZARD index-build: index added is built over the rows of table public.t
-- HAZARD may-fail: rows of table public.t may not be unique in index added
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create unique index concurrently added on public.t using btree (a) include (b);

-- ShareUpdateExclusiveLock on table public.t: stops other DDL
drop index concurrently if exists public.gone;
