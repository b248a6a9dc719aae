-- renamed: statistics public.old_name → statistics public.new_name


begin;
alter statistics public.old_name rename to new_name;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
drop statistics public.gone;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create statistics public.added (mcv) on a, b, c from public.t;
alter statistics public.changed set statistics 50;
commit;
