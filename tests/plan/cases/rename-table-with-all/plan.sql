-- renamed: table public.old_name → table public.new_name


begin;
-- AccessExclusiveLock on table public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter table public.old_name rename to new_name;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_a_not_null to new_name_a_not_null;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_id_not_null to new_name_id_not_null;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_number_not_null to new_name_number_not_null;
alter sequence public.old_name_number_seq rename to new_name_number_seq;
commit;
