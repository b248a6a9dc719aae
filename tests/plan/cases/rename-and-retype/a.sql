create table t (id integer primary key, old_name integer default 5);
create index i on t (old_name);
create view v as select old_name from t;
