-- HAZARD index-build: index t_key is built over the rows of table public.t
-- HAZARD may-fail: rows of table public.t may not be unique in index t_key
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create unique index concurrently t_key on public.t (id);

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint t_key primary key using index t_key;
commit;

-- HAZARD index-build: index u is built over the rows of table public.t
-- HAZARD may-fail: rows of table public.t may not be unique in index u
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create unique index concurrently u on public.t (a, b) include (id);

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint u unique using index u;
commit;
