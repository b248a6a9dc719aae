-- renamed: table public.old_name → table public.new_name
-- renamed: column public.new_name.old_column → column public.new_name.new_column


begin;
-- AccessExclusiveLock on table public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter table public.old_name rename to new_name;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename column old_column to new_column;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_id_not_null to new_name_id_not_null;
-- AccessExclusiveLock on view public.v: stops reads and writes
create or replace view public.v (old_column) as
 SELECT new_column AS old_column
   FROM public.new_name;
commit;
