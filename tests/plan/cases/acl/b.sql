create table t (id integer primary key, a integer);
create function f() returns integer language sql as 'select 1';
grant select on t to pg_read_all_stats with grant option;
grant update (a), select (id) on t to pg_monitor;
grant delete on t to pg_signal_backend;
revoke execute on function f() from public;
