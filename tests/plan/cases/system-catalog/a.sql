grant select on pg_catalog.pg_authid to pg_monitor;
