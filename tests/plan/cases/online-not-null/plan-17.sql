begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table only public.t add constraint pggit_not_null_5c911f68197d check (a is not null) no inherit not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint pggit_not_null_5c911f68197d
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint pggit_not_null_5c911f68197d;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table only public.t alter column a set not null;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t drop constraint pggit_not_null_5c911f68197d;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column b set not null;
commit;
