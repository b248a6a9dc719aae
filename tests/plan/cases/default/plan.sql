begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table only public.t alter column c drop default;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column a set default 7;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column b set default 10;
commit;
