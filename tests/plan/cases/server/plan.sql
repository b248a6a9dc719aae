-- renamed: server old_name → server new_name


begin;
alter server old_name rename to new_name;
-- HAZARD recreate: foreign table public.f is dropped and made again
-- AccessExclusiveLock on foreign table public.f: stops reads and writes
set local lock_timeout = 3000;
drop foreign table public.f;
create server added type 't' version '3' foreign data wrapper w;
alter server changed version '2' options (set host 'b', add port '7');
create server new_name foreign data wrapper w options (x '1');
create foreign table public.f (
    a integer
) server new_name;
drop server gone;
drop server old_name;
commit;
