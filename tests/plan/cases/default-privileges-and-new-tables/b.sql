alter default privileges grant select on tables to pg_monitor;
create table told (id integer);
create table silent (id integer);
revoke select on silent from pg_monitor;
create view v as select 1 as x;
