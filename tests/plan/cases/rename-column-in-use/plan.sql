-- renamed: column public.t.old_name → column public.t.new_name


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t rename column old_name to new_name;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t rename constraint t_old_name_not_null to t_new_name_not_null;
-- AccessExclusiveLock on view public.v: stops reads and writes
create or replace view public.v (old_name, other) as
 SELECT new_name AS old_name,
    other
   FROM public.t
  WHERE (new_name > 1);
commit;
