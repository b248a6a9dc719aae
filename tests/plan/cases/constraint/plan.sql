-- renamed: constraint old_name on public.t → constraint new_name on public.t


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t rename constraint old_name to new_name;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop constraint gone;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter constraint deferred deferrable initially deferred;
-- HAZARD recreate: constraint changed on public.t is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop constraint changed;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t add constraint changed check ((b > 1)) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint changed
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint changed;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint added check ((a < 1000)) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint added
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint added;

-- HAZARD index-build: index added_key is built over the rows of table public.t
-- HAZARD may-fail: rows of table public.t may not be unique in index added_key
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create unique index concurrently added_key on public.t (b);

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint added_key unique using index added_key;
commit;
