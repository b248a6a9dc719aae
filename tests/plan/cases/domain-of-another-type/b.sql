create domain d as bigint check (value > 0);
create table t (id integer primary key, a d default 1, b d[]);
create view v as select a from t;
create function f(d) returns d language sql as 'select $1';
