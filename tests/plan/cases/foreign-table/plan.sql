-- renamed: foreign table public.old_name → foreign table public.new_name
-- renamed: column public.changed.b → column public.changed.c


begin;
-- AccessExclusiveLock on foreign table public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter foreign table public.old_name rename to new_name;
-- AccessExclusiveLock on foreign table public.changed: stops reads and writes
alter table public.changed rename column b to c;
create foreign table public.added (
    a integer default 1,
    b text collate pg_catalog."C"
) server s options (t 'new');
-- AccessExclusiveLock on foreign table public.changed: stops reads and writes
alter foreign table public.changed options (set t 'y', add u 'z');
-- AccessExclusiveLock on foreign table public.changed: stops reads and writes
alter table public.changed alter column a type bigint;
-- AccessExclusiveLock on foreign table public.changed: stops reads and writes
alter table only public.changed alter column a options (set column_name 'y');
-- AccessExclusiveLock on foreign table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_a_not_null to new_name_a_not_null;
-- AccessExclusiveLock on foreign table public.gone: stops reads and writes
drop foreign table public.gone;
commit;
