-- renamed: sequence public.old_name → sequence public.new_name


begin;
-- AccessExclusiveLock on sequence public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter sequence public.old_name rename to new_name;
create sequence public.added as bigint start with -5 increment by 1 minvalue -5 maxvalue 9223372036854775807 cache 1;
alter sequence public.added owned by public.t.id;
select setval('public.changed', 10, false) from public.changed where last_value not between 1 and 2147483647;
-- ShareRowExclusiveLock on sequence public.changed: stops writes
alter sequence public.changed as integer start with 10 increment by 5 minvalue 1 maxvalue 2147483647 cache 1 cycle;
-- HAZARD data-loss: the position of sequence public.gone
-- HAZARD not-reversible: no statement brings back: the position of sequence public.gone
-- AccessExclusiveLock on sequence public.gone: stops reads and writes
drop sequence public.gone;
commit;
