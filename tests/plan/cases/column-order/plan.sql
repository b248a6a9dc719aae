-- note: columns of table public.t will stand in another order than in the target


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add column c date;
commit;
