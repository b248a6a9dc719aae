begin;
-- HAZARD privileges: acl pg_monitor on table public.t changes
revoke all on table public.t from pg_monitor;
-- HAZARD privileges: acl pg_monitor on table public.t changes
grant update (a) on table public.t to pg_monitor;
-- HAZARD privileges: acl PUBLIC on function public.f() changes
revoke all on function public.f() from PUBLIC;
-- HAZARD privileges: acl pg_monitor on column public.t.id changes
revoke all (id) on table public.t from pg_monitor;
-- HAZARD privileges: acl pg_monitor on column public.t.id changes
grant select (id) on table public.t to pg_monitor;
-- HAZARD privileges: acl pg_read_all_stats on table public.t changes
revoke insert on table public.t from pg_read_all_stats;
-- HAZARD privileges: acl pg_read_all_stats on table public.t changes
grant select on table public.t to pg_read_all_stats with grant option;
-- HAZARD privileges: acl pg_signal_backend on table public.t changes
revoke all on table public.t from pg_signal_backend;
-- HAZARD privileges: acl pg_signal_backend on table public.t changes
grant delete on table public.t to pg_signal_backend;
commit;
