create type new_name as (a integer, b text, c date);
create type added as (x numeric, y new_name);
create table t (id integer primary key, o new_name);
