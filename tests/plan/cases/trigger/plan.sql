-- renamed: trigger old_name on public.t → trigger new_name on public.t


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter trigger old_name on public.t rename to new_name;
-- AccessExclusiveLock on table public.t: stops reads and writes
drop trigger gone on public.t;
-- HAZARD runs-code: trigger added on public.t: it is code that runs whenever rows of its table are written
-- ShareRowExclusiveLock on table public.t: stops writes
create trigger added after delete on public.t for each statement execute function public.f('y');
-- HAZARD runs-code: trigger changed on public.t: it is code that runs whenever rows of its table are written
-- ShareRowExclusiveLock on table public.t: stops writes
create or replace trigger changed before insert or update of a on public.t for each row execute function public.f('x');
commit;
