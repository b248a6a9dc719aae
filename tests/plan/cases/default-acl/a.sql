create schema s;
alter default privileges in schema s grant select on tables to pg_monitor;
alter default privileges grant execute on functions to pg_monitor;
