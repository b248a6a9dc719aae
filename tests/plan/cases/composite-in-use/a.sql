create type c as (a integer, b text);
create table t (id integer primary key, c c, many c[]);
create view v as select (c).a as x from t;
create function f(c) returns integer language sql as 'select ($1).a';
