begin;
create table public.silent (
    id integer
);
-- HAZARD privileges: acl pg_monitor on table public.silent changes
revoke all on table public.silent from pg_monitor;
create table public.told (
    id integer
);
-- HAZARD privileges: acl pg_monitor on table public.told changes
revoke all on table public.told from pg_monitor;
-- HAZARD privileges: acl pg_monitor on table public.told changes
grant select on table public.told to pg_monitor;
create view public.v (x) as
 SELECT 1 AS x;
-- HAZARD privileges: acl pg_monitor on view public.v changes
revoke all on table public.v from pg_monitor;
-- HAZARD privileges: acl pg_monitor on view public.v changes
grant select on table public.v to pg_monitor;
commit;
