create table t (id integer not null, a integer, b integer);
