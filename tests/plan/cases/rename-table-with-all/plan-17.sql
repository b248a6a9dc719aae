-- renamed: table public.old_name → table public.new_name


begin;
-- AccessExclusiveLock on table public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter table public.old_name rename to new_name;
alter sequence public.old_name_number_seq rename to new_name_number_seq;
create or replace function public.g()
returns setof public.new_name
language sql
BEGIN ATOMIC
 SELECT new_name.id,
     new_name.a,
     new_name.u,
     new_name.number
    FROM public.new_name;
END;
-- AccessExclusiveLock on view public.v: stops reads and writes
create or replace view public.v (a, number) as
 SELECT new_name.a,
    new_name.number
   FROM public.new_name
  WHERE (new_name.id > 3);
commit;
