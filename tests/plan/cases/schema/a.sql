create schema gone create table t (id integer);
create schema old_name create table t (id integer primary key, a text) create view v as select a from t;
