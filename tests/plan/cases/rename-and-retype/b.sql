create table t (id integer primary key, new_name bigint default 5);
create index i on t (new_name);
create view v as select new_name from t;
