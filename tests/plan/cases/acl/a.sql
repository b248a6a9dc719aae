create table t (id integer primary key, a integer);
create function f() returns integer language sql as 'select 1';
grant select on t to pg_monitor;
grant select, insert on t to pg_read_all_stats;
grant update (a) on t to pg_monitor;
