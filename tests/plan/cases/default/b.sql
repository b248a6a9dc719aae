create table t (id integer primary key, a integer default 7, b integer default 10, c integer);
