alter default privileges grant select on tables to pg_monitor;
