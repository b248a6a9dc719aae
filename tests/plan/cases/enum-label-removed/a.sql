create type e as enum ('a', 'b', 'c');
create table t (id integer primary key, x e default 'a' not null, many e[] default '{a}', constraint c check (x <> 'b'));
create function f(e) returns e language sql as 'select $1';
create view v as select f(x) as y from t where x = 'a';
create index i on t (x) where x = 'a';
create type pair as (x e, n integer);
create domain d as e;
comment on type e is 'the type';
grant usage on type e to pg_monitor;
