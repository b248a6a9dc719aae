-- renamed: attribute public.c.old_name → attribute public.c.new_name


begin;
-- AccessExclusiveLock on composite public.c: stops reads and writes
set local lock_timeout = 3000;
alter type public.c rename attribute old_name to new_name;
-- AccessExclusiveLock on composite public.c: stops reads and writes
alter type public.c drop attribute gone;
-- AccessExclusiveLock on composite public.c: stops reads and writes
alter type public.c add attribute added date cascade;
-- AccessExclusiveLock on composite public.c: stops reads and writes
alter type public.c alter attribute changed type bigint cascade;
commit;
