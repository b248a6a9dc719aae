create table new_name (id integer constraint old_name_pkey primary key, a integer);
create function old_name(integer) returns integer language sql immutable as 'select $1';
create view v as select old_name(o.a) as called, o.id from new_name as o;
