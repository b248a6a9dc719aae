-- renamed: column public.t.old_name → column public.t.new_name


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t rename column old_name to new_name;
-- AccessExclusiveLock on view public.v: stops reads and writes
create or replace view public.v (old_name, other) as
 SELECT t.new_name AS old_name,
    t.other
   FROM public.t
  WHERE (t.new_name > 1);
commit;
