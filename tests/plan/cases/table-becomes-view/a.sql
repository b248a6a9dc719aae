create table t (id integer primary key, a integer);
create view v as select a from t;
