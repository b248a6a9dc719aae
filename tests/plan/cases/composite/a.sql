create type gone as (a integer);
create type old_name as (a integer, b text, c date);
create table t (id integer primary key, o old_name);
