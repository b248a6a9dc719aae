create schema s;
alter default privileges in schema s grant select, insert on tables to pg_monitor;
alter default privileges in schema s grant usage on sequences to pg_signal_backend;
create table s.t (id integer);
