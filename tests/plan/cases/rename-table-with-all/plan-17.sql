-- renamed: table public.old_name → table public.new_name


begin;
-- AccessExclusiveLock on table public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter table public.old_name rename to new_name;
alter sequence public.old_name_number_seq rename to new_name_number_seq;
commit;
