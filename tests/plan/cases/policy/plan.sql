-- renamed: policy old_name on public.t → policy new_name on public.t


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter policy old_name on public.t rename to new_name;
-- HAZARD privileges: table public.t: policy gone no longer says which rows are seen or written
-- AccessExclusiveLock on table public.t: stops reads and writes
drop policy gone on public.t;
-- HAZARD privileges: table public.t: policy added says which rows are seen or written
-- AccessExclusiveLock on table public.t: stops reads and writes
create policy added on public.t for insert with check ((id > 0));
-- HAZARD privileges: table public.t: policy changed says which rows are seen or written
-- AccessExclusiveLock on table public.t: stops reads and writes
alter policy changed on public.t to pg_monitor with check ((id > 0));
commit;
