begin;
-- HAZARD privileges: table public.t: the owner changes
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t owner to pg_signal_backend;
-- HAZARD privileges: table public.u: the owner changes
-- AccessExclusiveLock on table public.u: stops reads and writes
alter table public.u owner to pg_monitor;
-- HAZARD privileges: view public.v: the owner changes
-- AccessExclusiveLock on view public.v: stops reads and writes
alter view public.v owner to postgres;
commit;
