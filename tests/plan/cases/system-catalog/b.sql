grant select on pg_catalog.pg_shadow to pg_monitor;
revoke execute on function pg_catalog.pg_sleep(double precision) from public;
