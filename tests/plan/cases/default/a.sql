create table t (id integer primary key, a integer, b integer default 1, c integer default 2);
