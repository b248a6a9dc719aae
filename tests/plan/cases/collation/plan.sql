-- renamed: collation public.old_name → collation public.new_name


begin;
alter collation public.old_name rename to new_name;
drop collation public.gone;
create collation public.added (provider = libc, lc_collate = 'C', lc_ctype = 'C');
-- HAZARD data-loss: the values of column a of table public.t
-- HAZARD not-reversible: no statement brings back: the values of column a of table public.t
-- HAZARD recreate: column public.t.a is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t drop column a;
-- HAZARD recreate: collation public.changed is dropped and made again
drop collation public.changed;
create collation public.changed (provider = libc, lc_collate = 'POSIX', lc_ctype = 'POSIX');
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t add column a text collate public.changed;
commit;
