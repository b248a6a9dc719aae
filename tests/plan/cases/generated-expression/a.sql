create table t (id integer primary key, a integer, g integer generated always as (a * 2) stored);
create index i on t (g);
create view v as select g from t;
