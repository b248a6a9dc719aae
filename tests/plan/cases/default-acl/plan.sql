begin;
create table s.t (
    id integer
);
-- HAZARD privileges: acl pg_monitor on table s.t changes
revoke all on table s.t from pg_monitor;
-- HAZARD privileges: acl pg_monitor on table s.t changes
grant insert, select on table s.t to pg_monitor;
-- HAZARD privileges: default acl for role postgres on functions changes
alter default privileges for role postgres revoke all on functions from pg_monitor;
-- HAZARD privileges: default acl for role postgres in schema s on sequences changes
alter default privileges for role postgres in schema s grant usage on sequences to pg_signal_backend;
-- HAZARD privileges: default acl for role postgres in schema s on tables changes
alter default privileges for role postgres in schema s grant insert on tables to pg_monitor;
commit;
