begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint t_a_not_null not null a not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint t_a_not_null
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint t_a_not_null;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column b set not null;
commit;
