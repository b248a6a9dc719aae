create table t (id integer primary key, a integer, b integer check (b is not null));
