create table t (id integer primary key);
create table u (id integer primary key);
create view v as select 1 as x;
alter table t owner to pg_monitor;
alter view v owner to pg_monitor;
