create table u (id integer primary key);
create table t (id integer primary key, u integer, a integer);
