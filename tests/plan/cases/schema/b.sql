create schema new_name create table t (id integer primary key, a text) create view v as select a from t;
create schema added create table s (id integer, other text);
