-- renamed: materialized view public.old_name → materialized view public.new_name


begin;
-- AccessExclusiveLock on materialized view public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter materialized view public.old_name rename to new_name;
-- HAZARD recreate: materialized view public.changed is dropped and made again
-- AccessExclusiveLock on materialized view public.changed: stops reads and writes (about 20 rows, 32 kB)
drop materialized view public.changed;
create materialized view public.changed (id, a, b) as
 SELECT id,
    a,
    b
   FROM public.t;
commit;

-- HAZARD index-build: index changed_id is built over the rows of materialized view public.changed
-- HAZARD may-fail: rows of materialized view public.changed may not be unique in index changed_id
create unique index changed_id on public.changed using btree (id);

begin;
create materialized view public.added (n) as
 SELECT count(*) AS n
   FROM public.t;
-- AccessExclusiveLock on materialized view public.gone: stops reads and writes
set local lock_timeout = 3000;
drop materialized view public.gone;
commit;
