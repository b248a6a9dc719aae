-- renamed: composite public.old_name → composite public.new_name


begin;
-- AccessExclusiveLock on composite public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter type public.old_name rename to new_name;
create type public.added as (x numeric, y public.new_name);
-- AccessExclusiveLock on composite public.gone: stops reads and writes
drop type public.gone;
commit;
