begin;
-- HAZARD privileges: acl pg_monitor on table pg_catalog.pg_authid changes
revoke all on table pg_catalog.pg_authid from pg_monitor;
-- HAZARD privileges: acl PUBLIC on function pg_catalog.pg_sleep(double precision) changes
revoke all on function pg_catalog.pg_sleep(double precision) from PUBLIC;
-- HAZARD privileges: acl pg_monitor on view pg_catalog.pg_shadow changes
revoke all on table pg_catalog.pg_shadow from pg_monitor;
-- HAZARD privileges: acl pg_monitor on view pg_catalog.pg_shadow changes
grant select on table pg_catalog.pg_shadow to pg_monitor;
commit;
